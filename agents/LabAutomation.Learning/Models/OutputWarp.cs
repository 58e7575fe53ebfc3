namespace LabAutomation.Learning;

/// <summary>A rising function of the objective under which it is easier to model, with what is needed to compare and to go back.</summary>
/// <param name="Floor">Values that the function is meant for are not below it.</param>
internal sealed record OutputWarp(
    string Name, Func<double, double> Forward, Func<double, double> LogSlope, Func<double, double> Inverse, double Floor = double.NegativeInfinity)
{
    public WarpKind Kind { get; private init; }

    /// <summary>What its formula calls o.</summary>
    public double Offset { get; private init; }

    /// <summary>Of a logarithm, where its tangent begins.</summary>
    public double Origin { get; private init; }

    public static readonly OutputWarp Identity = new("identity", y => y, _ => 0, w => w);

    /// <summary>
    /// The warps worth trying on these values. The square makes a distance to a target smooth at the target, where it is a cone;
    /// logarithms pull in long tails of bad values; the root lies between.
    /// </summary>
    public static IReadOnlyList<OutputWarp> For(IReadOnlyList<double> values)
    {
        var warps = new List<OutputWarp> { Identity };
        var (least, most) = (values.Min(), values.Max());
        if (!(most > least)) return warps;
        var sorted = values.Order().ToArray();
        var scale = Math.Max(sorted[sorted.Length / 2] - least, 1e-3 * (most - least));
        if (least >= 0)
        {
            warps.Add(Square(Math.Max(sorted[sorted.Length / 2], 1e-3 * most) * 0.01));
            warps.Add(Logarithm("log of value", 0, Math.Max(sorted[sorted.Length / 2], 1e-3 * most) * 0.02) with { Floor = 0 });
            warps.Add(Root(Math.Max(sorted[sorted.Length / 2], 1e-3 * most) * 0.01));
        }
        warps.Add(Logarithm("log", least, scale));
        warps.Add(Logarithm("steep log", least, 0.1 * scale));
        return warps;
    }

    /// <summary>y·√(y² + o²), whose slope at 0 is o: a value of exactly 0 says no more than one beside it.</summary>
    private static OutputWarp Square(double offset) => new("square",
        y => y * Math.Sqrt(y * y + offset * offset),
        y => Math.Log(2 * y * y + offset * offset) - 0.5 * Math.Log(y * y + offset * offset),
        // Of y⁴ + o²·y² = w², in the form that keeps its digits.
        w => w * Math.Sqrt(2 / (offset * offset + Math.Sqrt(offset * offset * offset * offset + 4 * w * w))), Floor: 0)
    {
        Kind = WarpKind.Square,
        Offset = offset,
    };

    /// <summary>y/√(|y| + o), whose slope at 0 is 1/√o.</summary>
    private static OutputWarp Root(double offset) => new("root",
        y => y / Math.Sqrt(Math.Abs(y) + offset),
        y => Math.Log(0.5 * Math.Abs(y) + offset) - 1.5 * Math.Log(Math.Abs(y) + offset),
        w => Math.Sign(w) * 0.5 * (w * w + Math.Sqrt(w * w * w * w + 4 * w * w * offset)), Floor: 0)
    {
        Kind = WarpKind.Root,
        Offset = offset,
    };

    /// <summary>ln(y − floor + offset), continued as a straight line below the floor, where values to come may lie.</summary>
    private static OutputWarp Logarithm(string name, double floor, double offset) => new(name,
        y => y >= floor ? Math.Log(y - floor + offset) : Math.Log(offset) + (y - floor) / offset,
        y => -Math.Log(Math.Max(y - floor, 0) + offset),
        w => w >= Math.Log(offset) ? Math.Exp(w) - offset + floor : floor + (w - Math.Log(offset)) * offset)
    {
        Kind = WarpKind.Logarithm,
        Offset = offset,
        Origin = floor,
    };
}
