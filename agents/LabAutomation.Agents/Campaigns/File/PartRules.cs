using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Mixtures, counts and descriptors as campaign files and messages both have them: what of them makes no sense is a <see cref="StudyException"/>.</summary>
internal static class PartRules
{
    /// <summary>What rounding may lose of a sum, as a share of it.</summary>
    private const double Rounding = 1e-9;

    /// <summary>Two or more numeric dimensions, each once.</summary>
    /// <param name="what">Such as "a mixture", for messages.</param>
    /// <exception cref="StudyException">They are fewer, one is there twice, or is no number.</exception>
    public static ImmutableArray<int> Parts(ImmutableArray<SearchDimension> dimensions, ImmutableArray<int> places, string what)
    {
        if (places.Length < 2 || places.Distinct().Count() != places.Length) throw new StudyException($"{what} is of two or more parameters, each once");
        foreach (var place in places)
            if (dimensions[place] is not (RealDimension or IntegerDimension or DiscreteDimension)) throw new StudyException($"{what} is of numbers, and parameter '{dimensions[place].Name}' is none");
        return places;
    }

    /// <summary>Parts that add up.</summary>
    /// <param name="parts">As <see cref="Parts"/> has them.</param>
    /// <param name="weights">What one of each part's own unit is in that of the total.</param>
    /// <param name="show">Writes an amount of the total.</param>
    /// <param name="activations">A part that does not always count may add nothing.</param>
    /// <exception cref="StudyException">The total is out of their reach.</exception>
    public static LinearConstraint Mixture(ImmutableArray<SearchDimension> dimensions, ImmutableArray<int> parts, ImmutableArray<double> weights, double total, Func<double, string> show, ImmutableArray<Activation> activations)
    {
        var (least, most) = (Sum(ends => ends.Low), Sum(ends => ends.High));
        if (total < least - Rounding * Math.Abs(least) || total > most + Rounding * Math.Abs(most))
            throw new StudyException($"the parts {string.Join(", ", parts.Select(d => dimensions[d].Name))} of a mixture have {show(least)} to {show(most)} together within their bounds, and 'total' is {show(total)}");
        return new LinearConstraint([.. dimensions.Select((_, d) => parts.IndexOf(d) is >= 0 and var k ? weights[k] : 0)], total, total) { IsMixture = true };

        double Sum(Func<(double Low, double High), double> end) => parts.Select((d, k) => weights[k] * end(Part(d))).Sum();

        (double Low, double High) Part(int d) => Ends(dimensions[d]) is var (low, high) && activations.Any(activation => activation.Dimension == d) ? (Math.Min(0, low), Math.Max(0, high)) : (low, high);
    }

    /// <summary>How many of some parts are other than zero.</summary>
    /// <exception cref="StudyException">The limits are the wrong way round, or a part can never be zero.</exception>
    public static CountLimit Count(ImmutableArray<SearchDimension> dimensions, ImmutableArray<int> parts, int least, int most)
    {
        if (least > most) throw new StudyException($"a count has its limits the wrong way round: 'least' is {least} and 'most' is {most}");
        foreach (var part in parts)
            if (!HasZero(dimensions[part])) throw new StudyException($"parameter '{dimensions[part].Name}' of a count can never be 0, which is what leaving it out means");
        return new CountLimit(parts, least, most);
    }

    /// <summary>The first choice whose row of descriptors is not as long as the first one's, or empty, and what is wrong with it; null where all are alike.</summary>
    public static (int Choice, string Complaint)? Uneven(ImmutableArray<string> choices, ImmutableArray<ImmutableArray<double>> rows, string what)
    {
        for (var k = 0; k < rows.Length; k++)
            if (rows[k].Length != rows[0].Length || rows[k].IsEmpty)
                return (k, $"'{Admission.Shortened(choices[k])}' of {what} has {rows[k].Length} descriptors and '{Admission.Shortened(choices[0])}' has {rows[0].Length}; all have the same, one or more");
        return null;
    }

    /// <summary>A mixture as a condition that can be reasoned about.</summary>
    public static Predicate AsPredicate(LinearConstraint mixture)
    {
        var terms = mixture.Coefficients.Select((weight, d) => (Weight: weight, Term: (Arithmetic)new Coordinate(d))).Where(part => part.Weight != 0)
            .Select(part => part.Weight == 1 ? part.Term : new Scaled(part.Term, part.Weight, 0));
        return new Compared(terms.Aggregate((left, right) => new Sum(left, right)), Relation.Equal, new Constant(mixture.High));
    }

    private static (double Low, double High) Ends(SearchDimension dimension) => dimension switch
    {
        RealDimension real => (real.Low, real.High),
        IntegerDimension integer => (integer.Low, integer.High),
        _ => (((DiscreteDimension)dimension).Values.Min(), ((DiscreteDimension)dimension).Values.Max()),
    };

    private static bool HasZero(SearchDimension dimension) => dimension switch
    {
        RealDimension real => real is { Logarithmic: false, Low: <= 0, High: >= 0 },
        IntegerDimension integer => integer is { Low: <= 0, High: >= 0 },
        DiscreteDimension discrete => discrete.Values.Contains(0),
        _ => false,
    };
}
