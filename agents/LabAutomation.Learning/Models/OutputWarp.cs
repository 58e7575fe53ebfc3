namespace LabAutomation.Learning;

/// <summary>A rising function of the objective under which it is easier to model, with what is needed to compare and to go back.</summary>
internal sealed record OutputWarp(string Name, Func<double, double> Forward, Func<double, double> LogSlope, Func<double, double> Inverse)
{
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
            warps.Add(Square());
            warps.Add(Logarithm("log of value", 0, Math.Max(sorted[sorted.Length / 2], 1e-3 * most) * 0.02));
            warps.Add(Root());
        }
        warps.Add(Logarithm("log", least, scale));
        warps.Add(Logarithm("steep log", least, 0.1 * scale));
        return warps;
    }

    private static OutputWarp Square() => new("square",
        y => y * Math.Abs(y),
        y => Math.Log(2 * Math.Max(Math.Abs(y), 1e-300)),
        w => Math.Sign(w) * Math.Sqrt(Math.Abs(w)));

    private static OutputWarp Root() => new("root",
        y => Math.Sign(y) * Math.Sqrt(Math.Abs(y)),
        y => -0.5 * Math.Log(4 * Math.Max(Math.Abs(y), 1e-300)),
        w => w * Math.Abs(w));

    /// <summary>ln(y − floor + offset), continued as a straight line below the floor, where values to come may lie.</summary>
    private static OutputWarp Logarithm(string name, double floor, double offset) => new(name,
        y => y >= floor ? Math.Log(y - floor + offset) : Math.Log(offset) + (y - floor) / offset,
        y => -Math.Log(Math.Max(y - floor, 0) + offset),
        w => w >= Math.Log(offset) ? Math.Exp(w) - offset + floor : floor + (w - Math.Log(offset)) * offset);
}
