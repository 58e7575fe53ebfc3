using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The constants of a campaign, with the values that were given in place of the file's.</summary>
internal sealed class ConstantReader(ImmutableArray<ParameterPlan> parameters, ProblemList problems)
{
    public ImmutableSortedDictionary<string, Quantity> Read(MapNode? constants, IReadOnlyDictionary<string, string> given)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<string, Quantity>(StringComparer.Ordinal);
        foreach (var (key, value) in constants?.Entries ?? [])
        {
            if (TermScanner.IsWord(key.Text) || Unit.TryParse(key.Text, out _)) problems.Add(key.At, $"'{key.Text}' has a meaning in expressions", "choose another name");
            if (parameters.Any(parameter => parameter.Name == key.Text)) problems.Add(key.At, $"'{key.Text}' is a parameter, too", "choose another name");
            if (value is TextNode { IsEmpty: false } text && QuantityShape.Read(text) is { } quantity) read[key.Text] = Given(key.Text, quantity, given, text.At);
        }

        foreach (var name in given.Keys.Where(name => !read.ContainsKey(name)))
            problems.Add(constants?.At ?? default, $"the campaign has no constant '{name}' to be given a value", read.Count == 0 ? "it has none; they stand under 'constants'" : $"it has {string.Join(", ", read.Keys)}");
        return read.ToImmutable();
    }

    private Quantity Given(string name, Quantity written, IReadOnlyDictionary<string, string> given, Mark at)
    {
        if (!given.TryGetValue(name, out var text)) return written;
        if (Quantity.TryParse(text, out var quantity) && quantity.Value.Unit.Fits(written.Unit)) return quantity.Value;
        problems.Add(at, $"constant '{name}' cannot be {text}", $"the file says {written}; give it a quantity of that kind");
        return written;
    }
}
