using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>
/// Whether "may stop" is as often right as it says: on drawn surfaces and usual test functions a search is stopped at the first such verdict, and what it recommends is compared with the best of the
/// surface. It fails where more of the verdicts were wrong than one in twenty, beyond what chance explains.
/// </summary>
internal static class StoppingCoverage
{
    private const int Places = 20_000, Purpose = 1203;
    private const double Confidence = 0.95, Unlikely = 0.01;
    private static readonly (string Name, double[] Low, double[] High)[] Usual =
    [
        ("branin2", [-5, 0], [10, 15]), ("hartmann3", [0, 0, 0], [1, 1, 1]), ("ackley2", [-5, -5], [10, 10]), ("levy2", [-10, -10], [10, 10]), ("stybtang2", [-5, -5], [5, 5]),
    ];


    public static int Run(IReadOnlyList<int> seeds)
    {
        Console.WriteLine(BoTables.Line(["surface", "searches", "stopped", "wrong", "trials at the stop"]));
        Console.WriteLine(BoTables.Rule(5));
        var (stopped, wrong) = (0, 0);
        foreach (var (name, dimensions, surface) in Cases())
        {
            var ends = seeds.Select(seed => Searched(surface(seed), dimensions, seed)).ToArray();
            var told = ends.OfType<(int Trials, bool IsWrong)>().ToArray();
            (stopped, wrong) = (stopped + told.Length, wrong + told.Count(one => one.IsWrong));
            Console.WriteLine(BoTables.Line([name, Text(ends.Length), Text(told.Length), Text(told.Count(one => one.IsWrong)), told.Length > 0 ? told.Average(one => one.Trials).ToString("F1", CultureInfo.InvariantCulture) : "-"]));
        }

        Console.WriteLine(BoTables.Line(["all", "", Text(stopped), Text(wrong), ""]));
        return stopped > 0 && Binomial.AtLeast(stopped, wrong, 1 - Confidence) > Unlikely ? 0 : 1;
    }

    private static IEnumerable<(string Name, int Dimensions, Func<int, Func<IReadOnlyList<double>, double>> Surface)> Cases()
    {
        foreach (var reach in new[] { 0.25, 0.6 })
            foreach (var dimensions in new[] { 2, 3 })
                yield return (string.Create(CultureInfo.InvariantCulture, $"drawn, {dimensions} parameters, reach {reach}"), dimensions, seed => Drawn(dimensions, reach, seed));
        foreach (var (name, low, high) in Usual)
        {
            var surface = Surfaces.Of(name);
            yield return (name, low.Length, _ => place => surface([.. place.Select((one, d) => low[d] + one * (high[d] - low[d]))])[0]);
        }
    }

    /// <summary>A surface that nobody chose.</summary>
    public static Func<IReadOnlyList<double>, double> Drawn(int dimensions, double reach, int seed) => new DrawnSurface(dimensions, reach, 5000 + seed).At;

    /// <summary>Trials at the first "may stop", and whether it was wrong; null where there was none.</summary>
    public static (int Trials, bool IsWrong)? Searched(Func<IReadOnlyList<double>, double> surface, int dimensions, int seed)
    {
        var problem = new StudyProblem { Space = FunctionProblem.UnitBox(dimensions), Objectives = [new Objective("y", new Aim.Minimise())], Seed = seed };
        var study = Study.Open(problem);
        for (var count = 1; count <= 12 * dimensions + 6; count++)
        {
            (study, var asked) = study.Ask(1);
            var point = asked[0].Point;
            study = study.Tell(new TrialReport(asked[0].Number, null, ImmutableSortedDictionary<string, double>.Empty.Add("y", surface(point.Coordinates)), null));
            if (count <= 2 * dimensions + 1) continue;
            var diagnosis = study.Diagnose(new DiagnosisQuestion { Confidence = Confidence });
            if (diagnosis.Stopping is not { Decision: StoppingDecision.MayStop } verdict) continue;
            return (count, surface(diagnosis.Recommended!.Coordinates) - Least(surface, dimensions, seed, study) > verdict.Tolerance);
        }

        return null;
    }

    /// <summary>The least of many places, each of the best of which is followed down.</summary>
    private static double Least(Func<IReadOnlyList<double>, double> surface, int dimensions, int seed, Study study)
    {
        var stream = new RandomStream(seed, Purpose);
        double[][] places = [.. study.Trials.Select(trial => trial.Point.Coordinates.ToArray()), .. Enumerable.Range(0, Places).Select(_ => Enumerable.Range(0, dimensions).Select(_ => stream.NextUniform()).ToArray())];
        return places.OrderBy(place => surface(place)).Take(8).Min(place => Followed(surface, place));
    }

    private static double Followed(Func<IReadOnlyList<double>, double> surface, double[] place)
    {
        var least = surface(place);
        for (var step = 0.02; step > 1e-5; step /= 2)
            for (var moved = true; moved;)
            {
                moved = false;
                for (var d = 0; d < place.Length; d++)
                    foreach (var sign in new[] { -1, 1 })
                    {
                        var old = place[d];
                        place[d] = Math.Clamp(old + sign * step, 0, 1);
                        if (surface(place) is var value && value < least) (least, moved) = (value, true);
                        else place[d] = old;
                    }
            }

        return least;
    }

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);
}
