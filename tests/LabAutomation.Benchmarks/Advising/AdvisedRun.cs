using System.Collections.Immutable;
using LabAutomation.Benchmarks.Bo;
using LabAutomation.Learning.Advising;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Benchmarks.Advising;

/// <summary>One campaign on a measured data set until one of the best hundredth is found.</summary>
/// <param name="Experiments">How many that took; the most that were allowed where it was not found.</param>
/// <param name="Trust">In the advice at the end; 0 without.</param>
/// <param name="Decided">Trials that the advice decided.</param>
internal sealed record AdvisedRun(int Experiments, bool IsFound, double Trust, int Decided)
{
    public static AdvisedRun Of(PoolProblem pool, Advice? advice, int seed, int most)
    {
        var study = Study.Open(pool.Posed(seed) with { Advice = advice });
        var decided = 0;
        for (var experiments = 1;; experiments++)
        {
            var (asked, proposals) = study.Ask(1);
            var proposal = proposals[0];
            if (proposal.Advice is { Decided: true }) decided++;
            var found = pool.Regret([pool.True(proposal.Point)]) <= pool.Targets[0];
            if (found || experiments == most) return new AdvisedRun(experiments, found, proposal.Advice?.Trust ?? 0, decided);
            study = asked.Tell(new TrialReport(proposal.Number, null, ImmutableSortedDictionary<string, double>.Empty.Add("y", pool.True(proposal.Point)[0]), null));
        }
    }
}
