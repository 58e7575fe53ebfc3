using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Diffraction;

/// <summary>
/// Numbers of photons. Small means by counting uniform deviates (Knuth, The Art of Computer Programming 2, 3.4.1); large ones by transformed rejection (Hörmann 1993, PTRS), which is exact too.
/// </summary>
internal static class Poisson
{
    private const double Small = 12;

    public static int Draw(double mean, SeededNoise noise)
    {
        if (mean <= 0) return 0;
        if (mean >= Small) return Rejected(mean, noise);
        var (limit, product, count) = (Math.Exp(-mean), noise.Uniform(), 0);
        while (product > limit)
        {
            product *= noise.Uniform();
            count++;
        }

        return count;
    }

    private static int Rejected(double mean, SeededNoise noise)
    {
        var (root, log) = (Math.Sqrt(mean), Math.Log(mean));
        var b = 0.931 + (2.53 * root);
        var a = -0.059 + (0.02483 * b);
        var inverse = 1.1239 + (1.1328 / (b - 3.4));
        var accepted = 0.9277 - (3.6224 / (b - 2));
        while (true)
        {
            var (u, v) = (noise.Uniform() - 0.5, noise.Uniform());
            var distance = 0.5 - Math.Abs(u);
            var count = Math.Floor((((2 * a / distance) + b) * u) + mean + 0.43);
            if (distance >= 0.07 && v <= accepted) return (int)count;
            if (count < 0 || (distance < 0.013 && v > distance)) continue;
            if (Math.Log(v * inverse / ((a / (distance * distance)) + b)) <= (count * log) - mean - LogFactorial(count)) return (int)count;
        }
    }

    // Stirling's series; for less than 10 the recurrence to where it is good to 1e-12.
    private static double LogFactorial(double n)
    {
        var shift = 0.0;
        for (; n < 10; n++) shift += Math.Log(n + 1);
        var x = n + 1;
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (1 / (12 * x)) - (1 / (360 * x * x * x)) + (1 / (1260 * Math.Pow(x, 5))) - shift;
    }
}
