using System.Diagnostics;
using LabAutomation.Learning;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>One optimiser on one problem from one start.</summary>
/// <param name="Regret">Above the least there is: of the best point seen, or with noise of the one recommended at the end.</param>
/// <param name="Trace">True values in the order of the trials.</param>
/// <param name="Seconds">Mean of one suggestion, model fitting included.</param>
internal sealed record Run(string Problem, int Seed, double Regret, IReadOnlyList<double> Trace, double Seconds)
{
    public static Run Of(Problem problem, IOptimiser optimiser, int seed)
    {
        var (history, trace, watch, asked) = (new List<Observation>(), new List<double>(), new Stopwatch(), 0);
        foreach (var point in problem.Start(seed)) Tell(point);
        while (history.Count < problem.Budget)
        {
            watch.Start();
            var suggestion = optimiser.Suggest(problem.Space, history, [], seed);
            watch.Stop();
            asked++;
            Tell(suggestion.Point);
        }

        var reached = problem.IsNoisy ? problem.Evaluate(Recommended(), seed, 0).True : trace.Min();
        return new Run(problem.Key, seed, reached - problem.Least, trace, watch.Elapsed.TotalSeconds / Math.Max(1, asked));

        void Tell(Point point)
        {
            var (measured, truth) = problem.Evaluate(point, seed, history.Count);
            history.Add(new Observation(point, measured));
            trace.Add(truth);
        }

        Point Recommended()
        {
            var predictions = GaussianProcess.Fit(problem.Space, history, seed).Predict([.. history.Select(observation => observation.Point)]);
            return history[Enumerable.Range(0, history.Count).MinBy(i => predictions[i].Mean)].Point;
        }
    }
}
