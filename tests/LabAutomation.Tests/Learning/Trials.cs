using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

/// <summary>A campaign in a loop.</summary>
internal static class Trials
{
    public static List<Observation> Run(IOptimiser optimiser, SearchSpace space, Func<Point, double?> measure, int count, int seed,
        IEnumerable<Observation>? from = null)
    {
        var history = new List<Observation>(from ?? []);
        while (history.Count < count)
        {
            var point = optimiser.Suggest(space, history, [], seed).Point;
            history.Add(new Observation(point, measure(point)));
        }
        return history;
    }
}
