using System.Collections.Immutable;
using System.Diagnostics;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>The engine on one problem from one start.</summary>
/// <param name="Regret">Of the best point seen, or with noise of the one recommended at the end; with two objectives the hypervolume that is missing.</param>
/// <param name="Trace">In the order of the trials: true values, or with two objectives what is missing after each.</param>
/// <param name="Seconds">Mean of one suggestion, model fitting included.</param>
internal sealed record Run(string Problem, int Seed, double Regret, IReadOnlyList<double> Trace, double Seconds)
{
    public static Run Of(Problem problem, int seed)
    {
        var study = Study.Open(problem.Posed(seed));
        var (truths, trace, watch, asked) = (new List<double[]>(), new List<double>(), new Stopwatch(), 0);
        foreach (var point in problem.Start(seed)) Tell(null, point);
        while (truths.Count < problem.Budget)
        {
            watch.Start();
            var (next, proposals) = study.Ask(Math.Min(problem.Batch, problem.Budget - truths.Count));
            watch.Stop();
            asked += proposals.Length;
            study = next;
            foreach (var proposal in proposals) Tell(proposal.Number, proposal.Point);
        }

        var regret = problem.IsNoisy ? problem.Regret([problem.True(study.Best().Point)]) : problem.Regret(truths);
        return new Run(problem.Key, seed, regret, trace, watch.Elapsed.TotalSeconds / Math.Max(1, asked));

        void Tell(int? number, Point point)
        {
            var measured = problem.Measured(point, seed, truths.Count);
            var values = study.Problem.Measured.Zip(measured).ToImmutableSortedDictionary(pair => pair.First, pair => pair.Second);
            study = study.Tell(new TrialReport(number, point, values, null));
            truths.Add(problem.True(point));
            trace.Add(problem is TradeProblem ? problem.Regret(truths) : truths[^1][0]);
        }
    }
}
