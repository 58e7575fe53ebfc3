using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Tests.Learning.Sessions;

/// <summary>What a planner that does not learn keeps of the trials that it was told.</summary>
public sealed class CheckedTrialsTests
{
    [Theory]
    [InlineData("sobol")]
    [InlineData("sobol", true)]
    [InlineData("random")]
    public void What_was_checked_before_makes_no_difference_to_any_proposal(string planner, bool isConstrained = false)
    {
        var problem = Problem(planner, isConstrained);
        var study = Study.Open(problem);
        for (var k = 0; k < 60; k++)
        {
            var (next, proposals) = study.Ask(1 + k % 2);
            var fresh = Study.Open(problem).With(study.Trials, study.Pending, study.Asked, study.Abandoned);
            fresh.Ask(1 + k % 2).Proposals.Select(proposal => proposal.Point).Should().Equal(proposals.Select(proposal => proposal.Point), "at question {0}", k);
            study = Told(next, k);
        }

        // A study of before is asked again.
        var before = Study.Open(problem).With(study.Trials.Take(20), [], 200);
        study.Ask(1);
        study.With(study.Trials.Take(20), [], 200).Ask(1).Proposals[0].Point.Should().Be(before.Ask(1).Proposals[0].Point);
    }

    [Fact]
    public void Only_new_trials_are_checked()
    {
        var (problem, known) = (Problem("sobol", isConstrained: false), new CheckedTrials());
        ImmutableArray<StudyTrial> trials = [.. Enumerable.Range(0, 5).Select(k => new StudyTrial(new Point([k / 10.0, 0.5]), null, "it failed"))];
        var logs = new List<TrialLog>();

        Ask(trials[..3]);
        Ask(trials);
        Ask(trials.SetItem(1, trials[1] with { Failure = "it failed otherwise" }));

        logs[1].History.Should().BeSameAs(logs[0].History).And.HaveCount(5);
        logs[2].History.Should().NotBeSameAs(logs[1].History);
        logs[2].IsTried(new Point([0.4 + 1e-8, 0.5])).Should().BeTrue("nobody could tell it from the last");
        logs[2].IsTried(new Point([0.45, 0.5])).Should().BeFalse();

        void Ask(ImmutableArray<StudyTrial> told) => known.Ask(problem, problem.Space, told, [], log =>
        {
            logs.Add(log);
            return new Proposal(0, new Point([0, 0]), null, 1, null, "a test");
        });
    }

    /// <summary>Some fail, some are given up, some stay pending.</summary>
    private static Study Told(Study study, int k)
    {
        var number = study.Pending[0].Number;
        return (k % 5) switch
        {
            0 => study.Tell(new TrialReport(number, null, null, "it failed")),
            1 => study.Tell(new TrialReport(number, null, null, null)),
            2 => study,
            _ => study.Tell(new TrialReport(number, null, ImmutableSortedDictionary<string, double>.Empty.Add("y", k), null)),
        };
    }

    private static StudyProblem Problem(string planner, bool isConstrained) => new()
    {
        Space = new SearchSpace([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1)], isConstrained ? point => point[0] + point[1] <= 0.7 : null),
        Objectives = [new Objective("y", new Aim.Minimise())],
        Seed = 7,
        Optimiser = planner == "sobol" ? new SobolOptimiser() : new RandomOptimiser(),
    };
}
