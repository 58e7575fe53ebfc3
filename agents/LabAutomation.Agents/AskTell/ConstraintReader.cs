using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.AskTell;

/// <summary>The constraints of an opened problem: expressions as in campaign files, over numbers without units.</summary>
internal static class ConstraintReader
{
    /// <param name="conditional">Says which parameters count at a point.</param>
    public static Constraints Read(JsonElement? constraints, ImmutableArray<SearchDimension> dimensions, SpaceRules conditional) =>
        constraints is null ? new Constraints([], null, []) : Constraints.Of([.. Conditions(constraints, dimensions).Select(pair => pair.Condition)], dimensions, conditional);

    /// <summary>Which constraints, mixtures and counts cannot hold together, or leave nothing that a search finds; null where neither tells.</summary>
    /// <param name="held">Coordinates that are given, by the numbers of the parameters.</param>
    public static string? Contradictory(JsonElement? constraints, SpaceRules rules, ImmutableArray<SearchDimension> dimensions, ImmutableDictionary<int, double> held)
    {
        var written = Conditions(constraints, dimensions);
        (string Text, Predicate Condition)[] all =
        [
            .. written,
            .. rules.Linear.Where(constraint => constraint.IsMixture).Select(mixture => Mixed(mixture, dimensions)),
            .. rules.Counts.Select(count => (Said(count, dimensions), Counted.Of(count.Dimensions, count.Fewest, count.Most))),
            .. held.OrderBy(pair => pair.Key).Select(pair => Given(pair.Key, pair.Value, dimensions)),
        ];
        // What is asked of a parameter only where it counts proves nothing.
        (string Text, Predicate Condition)[] always = [.. all.Where(pair => !rules.Activations.Any(activation => pair.Condition.Uses(activation.Dimension)))];
        return Contradiction.Of(dimensions, [.. always.Select(pair => pair.Condition)], [.. always.Select(pair => pair.Text)]) ?? SearchedContradiction.Of(written, rules, dimensions, held);
    }

    /// <summary>A mixture as people read it.</summary>
    public static string Said(LinearConstraint mixture, ImmutableArray<SearchDimension> dimensions) => Mixed(mixture, dimensions).Text;

    /// <summary>A count as people read it.</summary>
    public static string Said(CountLimit count, ImmutableArray<SearchDimension> dimensions) => $"{count.Fewest} to {count.Most} of {Names(count.Dimensions, dimensions)}";

    private static (string, Predicate) Given(int d, double coordinate, ImmutableArray<SearchDimension> dimensions) => Admission.ChoicesOf(dimensions[d]) is { } choices
        ? ($"{dimensions[d].Name} == '{Admission.Shortened(choices[(int)coordinate])}'", new Chosen(d, (int)coordinate, Expected: true))
        : (string.Create(CultureInfo.InvariantCulture, $"{dimensions[d].Name} == {coordinate:R}"), new Compared(new Coordinate(d), Relation.Equal, new Constant(coordinate)));

    private static (string Text, Predicate Condition) Mixed(LinearConstraint mixture, ImmutableArray<SearchDimension> dimensions)
    {
        var parts = Enumerable.Range(0, dimensions.Length).Where(d => mixture.Coefficients[d] != 0);
        return (string.Create(CultureInfo.InvariantCulture, $"{string.Join(" + ", parts.Select(d => dimensions[d].Name))} == {mixture.High}"), PartRules.AsPredicate(mixture));
    }

    private static string Names(ImmutableArray<int> parts, ImmutableArray<SearchDimension> dimensions) => string.Join(", ", parts.Select(d => dimensions[d].Name));

    private static ImmutableArray<(string Text, Predicate Condition)> Conditions(JsonElement? constraints, ImmutableArray<SearchDimension> dimensions)
    {
        if (constraints is not { } list) return [];
        var compiler = new TermCompiler([.. dimensions.Select(Parameter)]);
        return [.. MessageValues.List(list, "'constraints'").Select(text => MessageValues.Text(text, "a constraint")).Select(text => (Admission.Shortened(text), Condition(text, compiler)))];
    }

    private static Predicate Condition(string text, TermCompiler compiler)
    {
        try
        {
            return compiler.Condition(TermParser.Parse(text));
        }
        catch (ExpressionException wrong)
        {
            throw new StudyException($"constraint '{Admission.Shortened(text)}', column {wrong.At + 1}: {wrong.Message}{(wrong.Hint is null ? "" : $" ({wrong.Hint})")}");
        }
    }

    private static ParameterPlan Parameter(SearchDimension dimension) => dimension switch
    {
        CategoricalDimension categorical => new CategoricalParameter(categorical.Name, categorical.Choices),
        OrdinalDimension ordinal => new OrdinalParameter(ordinal.Name, ordinal.Choices),
        TaskDimension task => new CategoricalParameter(task.Name, task.Tasks),
        RealDimension real => new RealParameter(real.Name, Unit.One, real.Low, real.High, real.Logarithmic),
        IntegerDimension integer => new IntegerParameter(integer.Name, Unit.One, integer.Low, integer.High),
        FidelityDimension fidelity => new DiscreteParameter(fidelity.Name, Unit.One, fidelity.Values),
        _ => new DiscreteParameter(dimension.Name, Unit.One, ((DiscreteDimension)dimension).Values),
    };
}
