using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

/// <summary>
/// Three dyes with overlapping absorption bands in water, seen as CIELAB: the distance of a mixture's colour to that of a hidden
/// target mixture, a cone with its tip inside the space. Distances weigh chroma and hue as CIE94 does; noise is 0.05 in L*, a* and b*.
/// </summary>
internal sealed class DyeColour
{
    public static readonly SearchSpace Space = new(
        [new RealDimension("cyan", 0, 0.8), new RealDimension("magenta", 0, 0.8), new RealDimension("yellow", 0, 0.8)],
        point => point[0] + point[1] + point[2] <= 1);

    private readonly double[] _target;
    private readonly RandomStream _noise;

    public DyeColour(int seed)
    {
        var stream = new RandomStream(seed, 1);
        double[] mixture;
        do mixture = [.. Enumerable.Range(0, 3).Select(_ => 0.05 + 0.6 * stream.NextUniform())]; while (mixture.Sum() > 0.9);
        _target = Lab(mixture);
        _noise = new RandomStream(seed, 2);
    }

    public double Distance(Point point)
    {
        var seen = Lab([.. point.Coordinates]).Select(value => value + 0.05 * _noise.NextNormal()).ToArray();
        var (dl, da, db) = (seen[0] - _target[0], seen[1] - _target[1], seen[2] - _target[2]);
        var (chroma, other) = (double.Hypot(_target[1], _target[2]), double.Hypot(seen[1], seen[2]));
        var dc = other - chroma;
        var hue = Math.Max(0, da * da + db * db - dc * dc);
        return Math.Sqrt(dl * dl + Math.Pow(dc / (1 + 0.045 * chroma), 2) + hue / Math.Pow(1 + 0.015 * chroma, 2));
    }

    private static double[] Lab(double[] c)
    {
        var (sum, white) = (new double[3], new double[3]);
        for (var wave = 400.0; wave <= 700; wave += 10)
        {
            var absorbance = 2.2 * (c[0] * Band(wave, 610, 45) + c[1] * Band(wave, 530, 40) + c[2] * Band(wave, 440, 35));
            double[] observer = [1.06 * Band(wave, 600, 38) + 0.36 * Band(wave, 446, 19), 1.01 * Band(wave, 556, 46), 1.78 * Band(wave, 449, 22)];
            for (var i = 0; i < 3; i++)
            {
                sum[i] += observer[i] * Math.Pow(10, -absorbance);
                white[i] += observer[i];
            }
        }
        var f = sum.Zip(white, (s, w) => s / w > 0.008856 ? Math.Cbrt(s / w) : 7.787 * s / w + 16.0 / 116).ToArray();
        return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])];
    }

    private static double Band(double wave, double centre, double width) => Math.Exp(-0.5 * Math.Pow((wave - centre) / width, 2));
}
