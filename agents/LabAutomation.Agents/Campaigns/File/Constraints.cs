using System.Collections.Immutable;
using LabAutomation.Learning;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Conditions sorted by what a search can do with them: linear ones are a shape, others are tested and can be come to.</summary>
/// <param name="Condition">Null where nothing is left to test.</param>
/// <param name="Nonlinear">The ways to where <paramref name="Condition"/> holds.</param>
internal sealed record Constraints(ImmutableArray<LinearConstraint> Linear, Func<Point, bool>? Condition, ImmutableArray<NonlinearConstraint> Nonlinear)
{
    /// <param name="where">Says which dimensions count at a point: a condition on one that does not asks nothing. Null where all do.</param>
    public static Constraints Of(ImmutableArray<Predicate> all, ImmutableArray<SearchDimension> dimensions, SpaceRules? where = null)
    {
        var linear = ImmutableArray.CreateBuilder<LinearConstraint>();
        var rest = ImmutableArray.CreateBuilder<Predicate>();
        foreach (var one in all.SelectMany(Parts))
        {
            if (one is Compared { Relation: Relation.AtMost or Relation.Equal } compared && Linearised(compared, dimensions) is { } constraint) linear.Add(constraint);
            else rest.Add(one);
        }

        var tested = rest.ToImmutable();
        ImmutableArray<NonlinearConstraint> ways = [.. tested.Select(one => Way(one, dimensions.Length))];
        return new Constraints(linear.ToImmutable(), tested.IsEmpty ? null : point => Hold(tested, ways, where ?? SpaceRules.None, point), ways);
    }

    private static IEnumerable<Predicate> Parts(Predicate predicate) => predicate is Both both ? Parts(both.Left).Concat(Parts(both.Right)) : [predicate];

    private static LinearConstraint? Linearised(Compared compared, ImmutableArray<SearchDimension> dimensions)
    {
        if (compared.Left.AsLinear(dimensions.Length) is not { } left || compared.Right.AsLinear(dimensions.Length) is not { } right) return null;
        var form = left.Plus(right.Times(-1));
        if (form.IsConstant || !double.IsFinite(form.Constant) || form.Weights.Any(weight => !double.IsFinite(weight))) return null;
        return new LinearConstraint(form.Weights, compared.Relation == Relation.Equal ? -form.Constant : double.NegativeInfinity, -form.Constant);
    }

    private static NonlinearConstraint Way(Predicate predicate, int dimensions)
    {
        ImmutableArray<int> used = [.. Enumerable.Range(0, dimensions).Where(predicate.Uses)];
        return predicate is Compared { Relation: Relation.Equal } equation
            ? new NonlinearConstraint(equation.Difference, IsEquation: true, used)
            : new NonlinearConstraint(predicate.Excess, IsEquation: false, used);
    }

    private static bool Hold(ImmutableArray<Predicate> conditions, ImmutableArray<NonlinearConstraint> ways, SpaceRules where, Point point)
    {
        var at = point.Coordinates.AsSpan();
        for (var k = 0; k < conditions.Length; k++)
            if (!conditions[k].Holds(at) && where.AreActive(at, ways[k].Dimensions)) return false;
        return true;
    }
}
