using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.Campaigns;

/// <summary>
/// Finds the <see cref="Extent"/> of expressions over the points that satisfy some conditions. A small finite space is gone through;
/// linear expressions under linear conditions are a linear program; for anything else boxes are halved and bounded by interval
/// arithmetic (branch and bound). Whole and listed numbers count as continuous in the last two, so that nothing is overlooked.
/// </summary>
internal sealed class ExtentSearch
{
    private const double MostPoints = 20_000;

    private readonly ImmutableArray<SearchDimension> _dimensions;
    private readonly ImmutableArray<Predicate> _conditions;
    private readonly ImmutableArray<Interval> _box;
    private readonly Lazy<List<double[]>?> _points;

    public ExtentSearch(ImmutableArray<SearchDimension> dimensions, ImmutableArray<Predicate> conditions)
    {
        (_dimensions, _conditions, _box) = (dimensions, conditions, [.. dimensions.Select(Bounds)]);
        var count = dimensions.Aggregate(1.0, (product, dimension) => product * Count(dimension));
        _points = new Lazy<List<double[]>?>(() => count <= MostPoints ? [.. Points()] : null);
    }

    /// <summary>Over the trials of a campaign in which an action is done.</summary>
    public static ExtentSearch For(CampaignPlan plan, ActionPlan action)
    {
        var conditions = plan.Constraints.Select(constraint => constraint.Root);
        if (action.When is { } when) conditions = conditions.Append(when.Root);
        return new ExtentSearch(plan.ToSearchSpace().Dimensions, [.. conditions]);
    }

    /// <summary>Null where no point satisfies the conditions.</summary>
    public Extent? Of(Arithmetic expression) =>
        _points.Value is { } points
            ? Among(points, expression)
            : Predicate.Alternatives(_conditions).Select(atoms => Of(expression, atoms)).Aggregate((Extent?)null, Join);

    /// <summary>Whether it is proved that no point satisfies the conditions.</summary>
    public bool IsEmpty => _points.Value is { } points ? points.Count == 0 : Predicate.Alternatives(_conditions).All(AreContradictory);

    private bool AreContradictory(ImmutableArray<Predicate> atoms)
    {
        if (Restricted(atoms) is not { } box) return true;
        var program = new LinearProgram(box, [.. atoms.OfType<Compared>().SelectMany(AtMostZero)]);
        return program.Minimise(LinearForm.Of(0, _dimensions.Length)) is null
            || Tightened(box, program) is not { } tight
            || !atoms.All(atom => atom.IsPossible(tight.AsSpan()))
            || BoxSearch.Minimise(new Constant(0), tight, atoms) is null;
    }

    private static Extent? Join(Extent? one, Extent? other) => one is null ? other : other is null ? one : one.Or(other);

    private static Extent? Among(List<double[]> points, Arithmetic expression)
    {
        if (points.Count == 0) return null;
        var values = points.Select(point => (Value: expression.Value(point), Point: point)).ToArray();
        if (values.FirstOrDefault(pair => !double.IsFinite(pair.Value)).Point is { } pole)
            return new Extent(Interval.Everything, pole, pole, IsExact: true);
        var (low, high) = (values.MinBy(pair => pair.Value), values.MaxBy(pair => pair.Value));
        return new Extent(new Interval(low.Value, high.Value), low.Point, high.Point, IsExact: true);
    }

    private Extent? Of(Arithmetic expression, ImmutableArray<Predicate> atoms)
    {
        if (Restricted(atoms) is not { } box) return null;
        var program = new LinearProgram(box, [.. atoms.OfType<Compared>().SelectMany(AtMostZero)]);
        if (expression.AsLinear(_dimensions.Length) is { } form)
        {
            return program.Minimise(form) is var (low, atLow) && program.Minimise(form.Times(-1)) is var (high, atHigh)
                ? new Extent(new Interval(low, -high), atLow, atHigh, IsExact: true)
                : null;
        }

        if (Tightened(box, program) is not { } tight) return null;
        var below = BoxSearch.Minimise(expression, tight, atoms);
        var above = BoxSearch.Minimise(new Scaled(expression, -1, 0), tight, atoms);
        return below is null || above is null
            ? null
            : new Extent(new Interval(below.Bound, -above.Bound), below.At, above.At, below.IsExact && above.IsExact);
    }

    /// <summary>Null where a categorical parameter has no choice left.</summary>
    private ImmutableArray<Interval>? Restricted(ImmutableArray<Predicate> atoms)
    {
        var box = _box.ToBuilder();
        for (var k = 0; k < _dimensions.Length; k++)
        {
            if (_dimensions[k] is not CategoricalDimension categorical) continue;
            var allowed = Enumerable.Range(0, categorical.Choices.Length)
                .Where(choice => atoms.OfType<Chosen>().Where(atom => atom.Dimension == k).All(atom => (atom.Choice == choice) == atom.Expected))
                .ToArray();
            if (allowed.Length == 0) return null;
            box[k] = new Interval(allowed[0], allowed[0]);
        }

        return box.ToImmutable();
    }

    private static ImmutableArray<Interval>? Tightened(ImmutableArray<Interval> box, LinearProgram program)
    {
        var tight = ImmutableArray.CreateBuilder<Interval>(box.Length);
        for (var k = 0; k < box.Length; k++)
        {
            var axis = LinearForm.Axis(k, box.Length);
            if (program.Minimise(axis) is not var (low, _) || program.Minimise(axis.Times(-1)) is not var (high, _)) return null;
            tight.Add(new Interval(low, Math.Max(low, -high)));
        }

        return tight.ToImmutable();
    }

    private IEnumerable<LinearForm> AtMostZero(Compared atom)
    {
        var (left, right) = (atom.Left.AsLinear(_dimensions.Length), atom.Right.AsLinear(_dimensions.Length));
        if (atom.Relation == Relation.Different || left is null || right is null) yield break;
        var difference = left.Plus(right.Times(-1));
        yield return difference;
        if (atom.Relation == Relation.Equal) yield return difference.Times(-1);
    }

    private IEnumerable<double[]> Points()
    {
        var lists = _dimensions.Select(Values).ToArray();
        var digits = new int[lists.Length];
        while (true)
        {
            var point = digits.Select((digit, k) => lists[k][digit]).ToArray();
            if (_conditions.All(condition => condition.Holds(point))) yield return point;
            var place = 0;
            while (place < digits.Length && ++digits[place] == lists[place].Length) digits[place++] = 0;
            if (place == digits.Length) yield break;
        }
    }

    private static double[] Values(SearchDimension dimension) => dimension switch
    {
        IntegerDimension integer => [.. Enumerable.Range(integer.Low, integer.High - integer.Low + 1).Select(value => (double)value)],
        DiscreteDimension discrete => [.. discrete.Values],
        CategoricalDimension categorical => [.. Enumerable.Range(0, categorical.Choices.Length).Select(place => (double)place)],
        _ => throw new InvalidOperationException($"'{dimension.Name}' cannot be counted"),
    };

    private static double Count(SearchDimension dimension) => dimension switch
    {
        IntegerDimension integer => (double)integer.High - integer.Low + 1,
        DiscreteDimension discrete => discrete.Values.Length,
        CategoricalDimension categorical => categorical.Choices.Length,
        _ => double.PositiveInfinity,
    };

    private static Interval Bounds(SearchDimension dimension) => dimension switch
    {
        RealDimension real => new Interval(real.Low, real.High),
        IntegerDimension integer => new Interval(integer.Low, integer.High),
        DiscreteDimension discrete => new Interval(discrete.Values[0], discrete.Values[^1]),
        FidelityDimension fidelity => new Interval(fidelity.Values[0], fidelity.Values[^1]),
        _ => new Interval(0, Admission.ChoicesOf(dimension)!.Value.Length - 1),
    };
}
