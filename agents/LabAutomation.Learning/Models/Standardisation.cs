using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>Between values of the objective and outputs of a model: a warp, then mean 0 and standard deviation 1.</summary>
internal sealed record Standardisation(OutputWarp Warp, double Mean, double Sd)
{
    private static readonly double[] Nodes = [0, 1.154405394739968, 2.366759410734541, 3.750439717725742];
    private static readonly double[] Weights = [0.457142857142857143, 0.240123178605012780, 0.0307571239675864970, 5.48268855972217797e-4];

    private const double Rounding = 1e-12;

    /// <summary>Of the range of the values, how far beyond it a function of them is believed: once.</summary>
    private const double Beyond = 1;

    /// <summary>
    /// Bounds of what is said of values under a warp. Its inverse may rise like an exponential, and says nothing of values so far out.
    /// Not below what the warp is meant for.
    /// </summary>
    public double Least { get; private init; } = double.NegativeInfinity;

    /// <inheritdoc cref="Least"/>
    public double Most { get; private init; } = double.PositiveInfinity;

    public static (ImmutableArray<double> Nodes, ImmutableArray<double> Weights) Quadrature => ([.. Nodes], [.. Weights]);

    public SurrogateScale ToForm() => new(Warp.Kind, Warp.Offset, Warp.Origin, Mean, Sd, Least, Most);

    public static Standardisation Of(OutputWarp warp, IReadOnlyList<double> values) => Of(warp, [.. values.Select(warp.Forward)], 0, values);

    /// <summary>
    /// Of the means of the rows, or of the scatter about them where it is larger: where little but noise was measured, the means vary too
    /// little to be told from it.
    /// </summary>
    /// <param name="values">One per observation.</param>
    public static Standardisation Of(OutputWarp warp, Designs designs, IReadOnlyList<double> values)
    {
        var repeats = designs.Common - designs.NoiseSds.Count(sd => sd is null);
        var scatter = repeats > 0 ? designs.Merge([.. values.Select(warp.Forward)]).Scatter / repeats : 0;
        return Of(warp, [.. designs.Merge([.. values]).Means.Select(warp.Forward)], scatter, values);
    }

    private static Standardisation Of(OutputWarp warp, double[] warped, double scatter, IReadOnlyList<double> values)
    {
        var mean = warped.Average();
        var sd = Math.Sqrt(Math.Max(scatter, warped.Length < 2 ? 0 : warped.Sum(w => (w - mean) * (w - mean)) / (warped.Length - 1)));
        var (least, most) = (values.Min(), values.Max());
        // What differs by rounding only is equal; the unit of such values is their own size, whatever unit they are written in.
        var size = warped.Max(Math.Abs);
        return new Standardisation(warp, mean, sd > Rounding * size ? sd : size > 0 ? size : 1)
        {
            Least = Math.Max(warp.Floor, least - Beyond * (most - least)),
            Most = most + Beyond * (most - least),
        };
    }

    public double Output(double value) => (Warp.Forward(value) - Mean) / Sd;

    public double[] Outputs(IReadOnlyList<double> values) => [.. values.Select(Output)];

    public double LogSlope(double value) => Warp.LogSlope(value) - Math.Log(Sd);

    public double Value(double output) => Warp.Inverse(Mean + Sd * output);

    /// <summary>The value as far as it is believed: within <see cref="Least"/> and <see cref="Most"/> under a warp.</summary>
    public double Believed(double output) => ReferenceEquals(Warp, OutputWarp.Identity) ? Value(output) : Math.Clamp(Value(output), Least, Most);

    /// <summary>
    /// Mean and standard deviation of the value, as far as it is believed, where the output is normal: by Gauss–Hermite quadrature with seven
    /// nodes. Under a warp both lie within what three times the range of the values allows.
    /// </summary>
    public Prediction Moments(double output, double variance)
    {
        var sd = Math.Sqrt(variance);
        if (ReferenceEquals(Warp, OutputWarp.Identity)) return new Prediction(Value(output), Sd * sd);
        var centre = Believed(output);
        var (first, second) = (0.0, 0.0);
        for (var k = 1; k < Nodes.Length; k++)
        {
            var (up, down) = (Believed(output + sd * Nodes[k]) - centre, Believed(output - sd * Nodes[k]) - centre);
            first += Weights[k] * (up + down);
            second += Weights[k] * (up * up + down * down);
        }
        return new Prediction(centre + first, Math.Sqrt(Math.Max(0, second - first * first)));
    }
}
