using LabAutomation.Learning;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>
/// A surface drawn from a Gaussian process with a Matérn-5/2 correlation, by random Fourier features (A. Rahimi and B. Recht, "Random features for large-scale kernel machines", 2007); its
/// spectrum is a multivariate Student distribution with five degrees of freedom. Nobody chose it, and there are as many as one likes.
/// </summary>
internal sealed class DrawnSurface
{
    private const int Waves = 400, Degrees = 5, Purpose = 1201;

    /// <summary>Spread of the reaches of the parameters about their middle, in logarithms.</summary>
    private const double Unlikeness = 0.6;

    private readonly (double[] Frequencies, double Phase, double Height)[] _waves;

    /// <param name="reach">Middle of the length scales in two dimensions; in more they grow as the cube's diagonal does.</param>
    public DrawnSurface(int dimensions, double reach, int seed)
    {
        var stream = new RandomStream(seed, Purpose, dimensions);
        double[] reaches = [.. Enumerable.Range(0, dimensions).Select(_ => reach * Math.Sqrt(dimensions / 2.0) * Math.Exp(Unlikeness * stream.NextNormal()))];
        _waves = [.. Enumerable.Range(0, Waves).Select(_ => Wave(stream, reaches))];
    }

    /// <param name="place">Coordinates of 0 to 1.</param>
    /// <returns>Of mean 0 and variance 1 over all surfaces.</returns>
    public double At(IReadOnlyList<double> place)
    {
        var sum = 0.0;
        foreach (var (frequencies, phase, height) in _waves)
        {
            var angle = phase;
            for (var d = 0; d < frequencies.Length; d++) angle += frequencies[d] * place[d];
            sum += height * Math.Cos(angle);
        }

        return sum * Math.Sqrt(2.0 / Waves);
    }

    private static (double[], double, double) Wave(RandomStream stream, double[] reaches)
    {
        var squares = 0.0;
        for (var k = 0; k < Degrees; k++) squares += Math.Pow(stream.NextNormal(), 2);
        var scale = Math.Sqrt(Degrees / squares);
        return ([.. reaches.Select(one => scale * stream.NextNormal() / one)], 2 * Math.PI * stream.NextUniform(), stream.NextNormal());
    }
}
