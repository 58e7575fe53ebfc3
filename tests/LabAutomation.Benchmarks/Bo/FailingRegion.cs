using LabAutomation.Learning;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>A function on the unit box of which a part gives no value, and nobody says which.</summary>
/// <param name="Bound">On the median regret of some runs.</param>
/// <param name="Value">At coordinates from 0 to 1, minimised.</param>
internal sealed record FailingRegion(string Name, int Dimensions, int Budget, double Bound, Func<double[], double> Value, Func<double[], bool> Fails)
{
    private const int SearchPurpose = 55, FlukePurpose = 56;

    public static IReadOnlyList<FailingRegion> All { get; } =
    [
        new("bowl, best place at the edge", 2, 36, 0.00024, x => Math.Pow(x[0] - 0.9, 2) + Math.Pow(x[1] - 0.4, 2), x => x[0] > 0.6),
        new("Branin, two sides fail", 2, 36, 1e-4, On("branin", [-5, 0], 15), x => x[0] < 0.5 || x[1] > 0.6),
        new("Branin, a disc fails", 2, 36, 6.2e-4, On("branin", [-5, 0], 15), x => Math.Pow(x[0] - 0.5, 2) + Math.Pow(x[1] - 0.2, 2) < 0.06),
        new("bowl, an oblique half fails", 4, 48, 0.023, x => x.Sum(v => (v - 0.8) * (v - 0.8)), x => x[0] + x[1] + x[2] > 1.6),
        new("Hartmann-3, a quarter fails", 3, 40, 0.024, On("hartmann3", [0, 0, 0], 1), x => x[2] > 0.75),
        new("Hartmann-6, three quarters fail", 6, 50, 1.7, On("hartmann6", [0, 0, 0, 0, 0, 0], 1), x => x[3] > 0.25),
        new("Ackley-4, a side fails", 4, 48, 1.3, On("ackley4", [-5, -5, -5, -5], 15), x => x[0] < 0.3),
        new("Levy-4, all but an island fails", 4, 48, 4.6, On("levy4", [-10, -10, -10, -10], 20), x => x.Any(v => v is < 0.2 or > 0.85)),
        new("Hartmann-3, one in seven fails anywhere", 3, 40, 0.0042, On("hartmann3", [0, 0, 0], 1), x => new RandomStream((int)(x.Sum() * 1e8), FlukePurpose).NextUniform() < 1 / 7.0),
    ];

    /// <summary>The least value where nothing fails, by much random search that narrows down.</summary>
    public double Least()
    {
        var (stream, least) = (new RandomStream(1, SearchPurpose), double.PositiveInfinity);
        for (var start = 0; start < 20; start++)
        {
            double[] best = [];
            var value = double.PositiveInfinity;
            for (var k = 0; k < 2000; k++) Try([.. Enumerable.Range(0, Dimensions).Select(_ => stream.NextUniform())]);
            for (var step = 0.2; step > 1e-5 && best.Length > 0; step *= 0.95)
                for (var k = 0; k < 8; k++) Try([.. best.Select(x => Math.Clamp(x + step * stream.NextNormal(), 0, 1))]);
            least = Math.Min(least, value);

            void Try(double[] place)
            {
                if (!Fails(place) && Value(place) is var found && found < value) (value, best) = (found, place);
            }
        }

        return least;
    }

    private static Func<double[], double> On(string surface, double[] low, double width)
    {
        var function = Surfaces.Of(surface);
        return u => function([.. u.Select((v, d) => low[d] + width * v)])[0];
    }
}
