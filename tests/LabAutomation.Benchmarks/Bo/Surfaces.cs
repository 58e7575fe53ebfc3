namespace LabAutomation.Benchmarks.Bo;

/// <summary>
/// Test functions in their usual coordinates, all minimised. Definitions: S. Surjanovic and D. Bingham, "Virtual library of simulation
/// experiments"; Branin–Currin and DTLZ2 as in K. Deb et al. 2002 and A. Forrester et al. 2008. The set's check points settle any doubt.
/// </summary>
internal static class Surfaces
{
    private static readonly char[] Digits = [.. "0123456789"];
    private static readonly double[] Weights = [1.0, 1.2, 3.0, 3.2];
    private static readonly double[,] Scales3 = { { 3, 10, 30 }, { 0.1, 10, 35 }, { 3, 10, 30 }, { 0.1, 10, 35 } };
    private static readonly double[,] Centres3 = { { 3689, 1170, 2673 }, { 4699, 4387, 7470 }, { 1091, 8732, 5547 }, { 381, 5743, 8828 } };
    private static readonly double[,] Scales6 =
    {
        { 10, 3, 17, 3.5, 1.7, 8 }, { 0.05, 10, 17, 0.1, 8, 14 }, { 3, 3.5, 1.7, 10, 17, 8 }, { 17, 8, 0.05, 10, 0.1, 14 },
    };
    private static readonly double[,] Centres6 =
    {
        { 1312, 1696, 5569, 124, 8283, 5886 }, { 2329, 4135, 8307, 3736, 1004, 9991 }, { 2348, 1451, 3522, 2883, 3047, 6650 }, { 4047, 8828, 8732, 5743, 1091, 381 },
    };

    /// <summary>One value for each objective. The name may carry a dimension and a noise level, which change nothing here.</summary>
    /// <exception cref="ArgumentException">There is no such function.</exception>
    public static Func<double[], double[]> Of(string name) => name.Split('_')[0].TrimEnd(Digits) switch
    {
        "branincurrin" => u => [Branin([15 * u[0] - 5, 15 * u[1]]), Currin(u)],
        "dtlz" when name.StartsWith("dtlz2", StringComparison.Ordinal) => Dtlz2,
        "zdt" when name.StartsWith("zdt1", StringComparison.Ordinal) => Zdt1,
        "branin" => x => [Branin(x)],
        "hartmann" when name.StartsWith("hartmann3", StringComparison.Ordinal) => x => [Hartmann(x, Scales3, Centres3)],
        "hartmann" => x => [Hartmann(x, Scales6, Centres6)],
        "ackley" => x => [Ackley(x)],
        "levy" => x => [Levy(x)],
        "rosenbrock" => x => [Rosenbrock(x)],
        "stybtang" => x => [StyblinskiTang(x)],
        _ => throw new ArgumentException($"there is no test function '{name}'"),
    };

    private static double Branin(double[] x) =>
        Math.Pow(x[1] - 5.1 / (4 * Math.PI * Math.PI) * x[0] * x[0] + 5 / Math.PI * x[0] - 6, 2) + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x[0]) + 10;

    private static double Hartmann(double[] x, double[,] scales, double[,] centres)
    {
        var sum = 0.0;
        for (var i = 0; i < 4; i++)
        {
            var exponent = 0.0;
            for (var j = 0; j < x.Length; j++) exponent += scales[i, j] * Math.Pow(x[j] - 1e-4 * centres[i, j], 2);
            sum -= Weights[i] * Math.Exp(-exponent);
        }

        return sum;
    }

    private static double Ackley(double[] x) =>
        20 + Math.E - 20 * Math.Exp(-0.2 * Math.Sqrt(x.Average(v => v * v))) - Math.Exp(x.Average(v => Math.Cos(2 * Math.PI * v)));

    private static double Levy(double[] x)
    {
        double[] w = [.. x.Select(v => 1 + (v - 1) / 4)];
        var inner = w[..^1].Sum(v => (v - 1) * (v - 1) * (1 + 10 * Math.Pow(Math.Sin(Math.PI * v + 1), 2)));
        return Math.Pow(Math.Sin(Math.PI * w[0]), 2) + inner + (w[^1] - 1) * (w[^1] - 1) * (1 + Math.Pow(Math.Sin(2 * Math.PI * w[^1]), 2));
    }

    private static double Rosenbrock(double[] x) => x.Zip(x.Skip(1), (a, b) => 100 * (b - a * a) * (b - a * a) + (1 - a) * (1 - a)).Sum();

    private static double StyblinskiTang(double[] x) => 0.5 * x.Sum(v => v * v * v * v - 16 * v * v + 5 * v);

    private static double Currin(double[] u)
    {
        var fade = u[1] > 0 ? 1 - Math.Exp(-1 / (2 * u[1])) : 1;
        return fade * (2300 * Math.Pow(u[0], 3) + 1900 * u[0] * u[0] + 2092 * u[0] + 60) / (100 * Math.Pow(u[0], 3) + 500 * u[0] * u[0] + 4 * u[0] + 20);
    }

    private static double[] Dtlz2(double[] u)
    {
        var far = 1 + u.Skip(1).Sum(v => (v - 0.5) * (v - 0.5));
        return [far * Math.Cos(u[0] * Math.PI / 2), far * Math.Sin(u[0] * Math.PI / 2)];
    }

    private static double[] Zdt1(double[] u)
    {
        var far = 1 + 9 * u.Skip(1).Sum() / (u.Length - 1);
        return [u[0], far * (1 - Math.Sqrt(u[0] / far))];
    }
}
