using System.Collections.Immutable;
using System.Globalization;

namespace LabAutomation.Agents.Reasoning;

public enum ToolValue
{
    Text,

    /// <summary>A whole number, 0 or more.</summary>
    Number,
}

/// <param name="Most">Letters of a text; the largest number.</param>
public sealed record ToolParameter(string Name, string Summary, ToolValue Kind, int Most, bool IsRequired = true)
{
    /// <summary>Why a value cannot be used; null where it can.</summary>
    internal string? Refuse(string value) => Kind switch
    {
        ToolValue.Text when value.Length > Most => $"'{Name}' has {value.Length} letters; {Most} are the most",
        ToolValue.Number when !TryNumber(value, out var number) => $"'{Name}' is a whole number such as 12, not '{Short(value)}'",
        ToolValue.Number when TryNumber(value, out var number) && number > Most => $"'{Name}' is {Most} at most, not {number}",
        _ => null,
    };

    /// <summary>A number is written in one way: 01 would be another argument than 1, and mean the same.</summary>
    internal static bool TryNumber(string value, out int number) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number) && (value.Length == 1 || value[0] != '0');

    private static string Short(string value) => value.Length <= 40 ? value : value[..40] + "…";
}

/// <summary>The arguments of one call, judged against the tool's parameters.</summary>
public sealed record ToolArguments(ImmutableSortedDictionary<string, string> Values)
{
    /// <exception cref="KeyNotFoundException">It is not there, which for a required one was refused before.</exception>
    public string Text(string name) => Values[name];

    /// <inheritdoc cref="Text"/>
    public int Number(string name) => ToolParameter.TryNumber(Values[name], out var number) ? number : throw new KeyNotFoundException(name);

    public int? NumberOrNull(string name) => Values.ContainsKey(name) ? Number(name) : null;

    /// <summary>Why they do not fit the parameters; null where they do.</summary>
    internal static string? Refuse(ImmutableArray<ToolParameter> parameters, ImmutableSortedDictionary<string, string> values)
    {
        var known = string.Join(", ", parameters.Select(parameter => parameter.Name));
        if (values.Keys.FirstOrDefault(name => parameters.All(parameter => parameter.Name != name)) is { } stranger)
            return $"there is no argument '{(stranger.Length <= 40 ? stranger : stranger[..40] + "…")}'; {(known.Length == 0 ? "there are none" : $"there are {known}")}";
        if (parameters.FirstOrDefault(parameter => parameter.IsRequired && !values.ContainsKey(parameter.Name)) is { } missing) return $"'{missing.Name}' is missing: {missing.Summary}";
        return values.Select(pair => parameters.First(parameter => parameter.Name == pair.Key).Refuse(pair.Value)).FirstOrDefault(problem => problem is not null);
    }
}
