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
    public static Constraints Read(JsonElement? constraints, ImmutableArray<SearchDimension> dimensions) =>
        constraints is null ? new Constraints([], null, []) : Constraints.Of([.. Conditions(constraints, dimensions).Select(pair => pair.Condition)], dimensions);

    /// <summary>Which constraints, mixtures and counts cannot hold together; null where that cannot be proved.</summary>
    public static string? Contradictory(JsonElement? constraints, SpaceRules rules, ImmutableArray<SearchDimension> dimensions)
    {
        var written = Conditions(constraints, dimensions);
        var linear = Constraints.Of([.. written.Select(pair => pair.Condition)], dimensions).Linear.Length;
        (string Text, Predicate Condition)[] all =
        [
            .. written.Select(pair => (Admission.Shortened(pair.Text), pair.Condition)),
            .. rules.Linear.Skip(linear).Select(mixture => Mixed(mixture, dimensions)),
            .. rules.Counts.Select(count => ($"{count.Fewest} to {count.Most} of {Names(count.Dimensions, dimensions)}", Counted.Of(count.Dimensions, count.Fewest, count.Most))),
        ];
        return Contradiction.Of(dimensions, [.. all.Select(pair => pair.Condition)], [.. all.Select(pair => pair.Text)]);
    }

    private static (string, Predicate) Mixed(LinearConstraint mixture, ImmutableArray<SearchDimension> dimensions)
    {
        var parts = Enumerable.Range(0, dimensions.Length).Where(d => mixture.Coefficients[d] != 0);
        return (string.Create(CultureInfo.InvariantCulture, $"{string.Join(" + ", parts.Select(d => dimensions[d].Name))} == {mixture.High}"), PartRules.AsPredicate(mixture));
    }

    private static string Names(ImmutableArray<int> parts, ImmutableArray<SearchDimension> dimensions) => string.Join(", ", parts.Select(d => dimensions[d].Name));

    private static ImmutableArray<(string Text, Predicate Condition)> Conditions(JsonElement? constraints, ImmutableArray<SearchDimension> dimensions)
    {
        if (constraints is not { } list) return [];
        var compiler = new TermCompiler([.. dimensions.Select(Parameter)]);
        return [.. MessageValues.List(list, "'constraints'").Select(text => MessageValues.Text(text, "a constraint")).Select(text => (text, Condition(text, compiler)))];
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
