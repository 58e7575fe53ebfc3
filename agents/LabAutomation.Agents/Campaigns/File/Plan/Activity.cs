using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Where parameters count that do not always.</summary>
internal static class Activity
{
    /// <summary>A whole number on which another parameter depends has so many values at most.</summary>
    public const int MostValues = 10_000;

    public static ImmutableArray<Activation> Of(ImmutableArray<ParameterPlan> parameters) =>
        [.. parameters.Select((parameter, d) => (parameter.When, d)).Where(pair => pair.When is not null).Select(pair => new Activation(pair.d, pair.When!.Parent, pair.When.Values))];

    /// <param name="coordinates">Of all parameters.</param>
    public static bool IsActive(ImmutableArray<ParameterPlan> parameters, ReadOnlySpan<double> coordinates, int d) =>
        parameters[d].When is not { } when || (when.Values.Contains(coordinates[when.Parent]) && IsActive(parameters, coordinates, when.Parent));

    /// <summary>That a parameter does not count.</summary>
    /// <param name="d">Place of one that has a condition.</param>
    public static Predicate Inactive(ImmutableArray<ParameterPlan> parameters, int d)
    {
        var when = parameters[d].When!;
        var otherwise = parameters[when.Parent] is ChoiceParameter
            ? when.Values.Select(value => (Predicate)new Chosen(when.Parent, (int)value, Expected: false)).Aggregate((left, right) => new Both(left, right))
            : new Listed(when.Parent, [.. Values(parameters[when.Parent]).Except(when.Values).Order()]);
        return parameters[when.Parent].When is null ? otherwise : new Either(otherwise, Inactive(parameters, when.Parent));
    }

    /// <summary>A condition of which nothing is asked where a parameter in it does not count, as <see cref="Activation"/> has it.</summary>
    public static Predicate Guarded(Predicate condition, ImmutableArray<ParameterPlan> parameters)
    {
        if (condition is Both both) return new Both(Guarded(both.Left, parameters), Guarded(both.Right, parameters));
        for (var d = parameters.Length - 1; d >= 0; d--)
            if (parameters[d].When is not null && condition.Uses(d)) condition = new Either(Inactive(parameters, d), condition);
        return condition;
    }

    /// <summary><c>method == 'light'</c></summary>
    public static string Words(ImmutableArray<ParameterPlan> parameters, ParameterCondition when)
    {
        var parent = parameters[when.Parent];
        var words = string.Join(" or ", when.Values.Select(value => parent is ChoiceParameter choice ? $"{parent.Name} == '{choice.Choices[(int)value]}'" : $"{parent.Name} == {new Quantity(value, parent.Unit)}"));
        if (when.Values.Length > 1) words = $"({words})";
        return parent.When is { } above ? $"{Words(parameters, above)} and {words}" : words;
    }

    private static IEnumerable<double> Values(ParameterPlan parent) => parent switch
    {
        IntegerParameter whole => Enumerable.Range(whole.Low, whole.High - whole.Low + 1).Select(value => (double)value),
        DiscreteParameter discrete => discrete.Values,
        _ => throw new InvalidOperationException($"'{parent.Name}' has no list of values"),
    };
}
