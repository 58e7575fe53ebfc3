namespace LabAutomation.Learning;

/// <summary>What is fitted of a Gaussian process, in units of the unit cube and of standardised outputs.</summary>
/// <param name="LengthScales">One per dimension of the space.</param>
/// <param name="Signal">Variance of the surface.</param>
/// <param name="Noise">Variance of one measurement.</param>
/// <param name="AdditiveShare">The part of the signal that is a sum of functions of one dimension each, 0 to 1; 0 for none.</param>
internal sealed record Hyperparameters(Kernel Kernel, double[] LengthScales, double Signal, double Noise, double AdditiveShare = 0)
{
    /// <summary>In the order of <see cref="HyperPrior"/>.</summary>
    public double[] ToLogarithms()
    {
        double[] share = AdditiveShare > 0 ? [Math.Log(AdditiveShare / (1 - AdditiveShare))] : [];
        return [.. LengthScales.Select(length => Math.Log(length)), .. share, Math.Log(Signal), Math.Log(Noise)];
    }

    /// <param name="isAdditive">Whether a share is among the parameters.</param>
    public static Hyperparameters FromLogarithms(Kernel kernel, ReadOnlySpan<double> theta, bool isAdditive = false)
    {
        var lengths = theta[..^(isAdditive ? 3 : 2)].ToArray();
        for (var d = 0; d < lengths.Length; d++) lengths[d] = Math.Exp(lengths[d]);
        return new Hyperparameters(kernel, lengths, Math.Exp(theta[^2]), Math.Exp(theta[^1]), isAdditive ? Logistic(theta[^3]) : 0);
    }

    /// <summary>1/(1 + e^−x).</summary>
    public static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
}
