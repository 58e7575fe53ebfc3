namespace LabAutomation.Learning;

/// <summary>Between values of the objective and outputs of a model: a warp, then mean 0 and standard deviation 1.</summary>
internal sealed record Standardisation(OutputWarp Warp, double Mean, double Sd)
{
    private static readonly double[] Nodes = [0, 1.154405394739968, 2.366759410734541, 3.750439717725742];
    private static readonly double[] Weights = [0.457142857142857143, 0.240123178605012780, 0.0307571239675864970, 5.48268855972217797e-4];

    public static Standardisation Of(OutputWarp warp, IReadOnlyList<double> values)
    {
        var warped = values.Select(warp.Forward).ToArray();
        var mean = warped.Average();
        var sd = warped.Length < 2 ? 0 : Math.Sqrt(warped.Sum(w => (w - mean) * (w - mean)) / (warped.Length - 1));
        return new Standardisation(warp, mean, sd > 1e-12 * (1 + Math.Abs(mean)) ? sd : 1);
    }

    public double Output(double value) => (Warp.Forward(value) - Mean) / Sd;

    public double[] Outputs(IReadOnlyList<double> values) => [.. values.Select(Output)];

    public double LogSlope(double value) => Warp.LogSlope(value) - Math.Log(Sd);

    public double Value(double output) => Warp.Inverse(Mean + Sd * output);

    /// <summary>Mean and standard deviation of the value where the output is normal, by Gauss–Hermite quadrature with seven nodes.</summary>
    public Prediction Moments(double output, double variance)
    {
        var sd = Math.Sqrt(variance);
        if (ReferenceEquals(Warp, OutputWarp.Identity)) return new Prediction(Value(output), Sd * sd);
        var centre = Value(output);
        var (first, second) = (0.0, 0.0);
        for (var k = 1; k < Nodes.Length; k++)
        {
            var (up, down) = (Value(output + sd * Nodes[k]) - centre, Value(output - sd * Nodes[k]) - centre);
            first += Weights[k] * (up + down);
            second += Weights[k] * (up * up + down * down);
        }
        return new Prediction(centre + first, Math.Sqrt(Math.Max(0, second - first * first)));
    }
}
