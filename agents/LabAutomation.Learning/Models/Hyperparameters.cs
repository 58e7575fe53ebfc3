namespace LabAutomation.Learning;

/// <summary>What is fitted of a Gaussian process, in units of the unit cube and of standardised outputs.</summary>
/// <param name="LengthScales">One per dimension of the space.</param>
/// <param name="Signal">Variance of the surface.</param>
/// <param name="Noise">Variance of one measurement.</param>
internal sealed record Hyperparameters(Kernel Kernel, double[] LengthScales, double Signal, double Noise)
{
    public double[] ToLogarithms() => [.. LengthScales.Select(length => Math.Log(length)), Math.Log(Signal), Math.Log(Noise)];

    public static Hyperparameters FromLogarithms(Kernel kernel, ReadOnlySpan<double> theta)
    {
        var lengths = theta[..^2].ToArray();
        for (var d = 0; d < lengths.Length; d++) lengths[d] = Math.Exp(lengths[d]);
        return new Hyperparameters(kernel, lengths, Math.Exp(theta[^2]), Math.Exp(theta[^1]));
    }
}
