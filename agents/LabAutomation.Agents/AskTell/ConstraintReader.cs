using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.AskTell;

/// <summary>The constraints of an opened problem: expressions as in campaign files, over numbers without units.</summary>
internal static class ConstraintReader
{
    /// <summary>Null where there are none.</summary>
    public static Func<Point, bool>? Read(JsonElement? constraints, ImmutableArray<SearchDimension> dimensions)
    {
        if (constraints is not { } list) return null;
        var compiler = new TermCompiler([.. dimensions.Select(Parameter)]);
        ImmutableArray<Predicate> conditions = [.. MessageValues.List(list, "'constraints'").Select(text => Condition(MessageValues.Text(text, "a constraint"), compiler))];
        return conditions.IsEmpty ? null : point => Hold(conditions, point);
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

    private static bool Hold(ImmutableArray<Predicate> conditions, Point point)
    {
        foreach (var condition in conditions)
            if (!condition.Holds(point.Coordinates.AsSpan())) return false;
        return true;
    }

    private static ParameterPlan Parameter(SearchDimension dimension) => dimension switch
    {
        CategoricalDimension categorical => new CategoricalParameter(categorical.Name, categorical.Choices),
        RealDimension real => new RealParameter(real.Name, Unit.One, real.Low, real.High, real.Logarithmic),
        IntegerDimension integer => new IntegerParameter(integer.Name, Unit.One, integer.Low, integer.High),
        _ => new DiscreteParameter(dimension.Name, Unit.One, ((DiscreteDimension)dimension).Values),
    };
}
