using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Names of measured quantities, and amounts of them in their units.</summary>
/// <param name="analyses">Null where some could not be read; then no name is called unknown.</param>
internal sealed class QuantityReader(ImmutableArray<AnalysisPlan>? analyses, ImmutableArray<ParameterPlan> parameters, ProblemList problems)
{
    private readonly AnalysisOutput[] _known = [.. (analyses ?? []).SelectMany(analysis => analysis.Outputs)];

    public AnalysisOutput? Find(string name) => _known.FirstOrDefault(output => output.Name == name);

    public AnalysisOutput? Read(TextNode name) => Read(name.Text, name.At);

    /// <summary>Null, and reported, where no analysis gives it.</summary>
    public AnalysisOutput? Read(string name, Mark at)
    {
        if (Find(name) is { } found) return found;
        if (analyses is null) return null;
        var given = _known.Select(output => output.Name).ToArray();
        var near = NearestName.Of(name, given) is { } meant ? $"did you mean '{meant}'? " : "";
        problems.Add(at, parameters.Any(parameter => parameter.Name == name) ? $"'{name}' is a parameter, which is chosen and not measured" : $"no analysis gives '{name}'",
            parameters.Any(parameter => parameter.Name == name) ? "what trials must satisfy stands under 'constraints'" : $"{near}they give {string.Join(", ", given)}");
        return null;
    }

    /// <summary>In the quantity's own unit; null where there is none, or where it is reported that the units do not agree.</summary>
    public double? Amount(YamlNode? node, AnalysisOutput of) => Measure(node, of) is { } amount ? amount.In(of.Unit) : null;

    /// <summary>The same for a difference of two amounts: 1 K is 1 °C.</summary>
    public double? Difference(YamlNode? node, AnalysisOutput of) => Measure(node, of) is { } amount ? amount.In(of.Unit) - new Quantity(0, amount.Unit).In(of.Unit) : null;

    /// <summary>Whether amounts in a unit are amounts of a quantity; reported where not.</summary>
    public bool Fits(Unit unit, AnalysisOutput of, Mark at)
    {
        if (unit.Fits(of.Unit)) return true;
        problems.Add(at, $"'{of.Name}' is measured {(of.Unit.Symbol == "1" ? "without a unit" : $"in {of.Unit}")}, and not in {(unit.Symbol == "1" ? "numbers without one" : unit)}",
            of.Unit.Symbol == "1" ? "leave the unit out" : $"write it in {of.Unit}");
        return false;
    }

    private Quantity? Measure(YamlNode? node, AnalysisOutput of) =>
        node is TextNode { IsEmpty: false } text && QuantityShape.Read(text) is { } amount && Fits(amount.Unit, of, text.At) ? amount : null;
}
