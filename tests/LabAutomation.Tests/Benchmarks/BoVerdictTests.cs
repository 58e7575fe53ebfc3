using LabAutomation.Benchmarks.Bo;

namespace LabAutomation.Tests.Benchmarks;

public sealed class BoVerdictTests
{
    private static readonly FunctionProblem Problem = new("cont", "branin2", 20, [0, 0], [1, 1], 0, 0, [], []);

    [Fact]
    public void Without_a_peer_nothing_is_judged_and_that_is_no_success()
    {
        var verdict = Verdict.Of(Problem, Runs(1, 1, 1, 1, 1, 1), []);

        Verdict.Passes([verdict]).Should().BeFalse();
        Verdict.Summary([verdict]).Should().Equal("Nothing could be judged: no peer has 5 seeds in common with these runs on cont/branin2.");
    }

    [Fact]
    public void Differences_are_tested_exactly()
    {
        SignedRank.Probability([.. Enumerable.Range(1, 5).Select(k => (0.0, (double)k))]).Should().BeApproximately(0.0625, 1e-12, "of five that agree the normal approximation says 0.043");
        SignedRank.Probability([.. Enumerable.Range(1, 6).Select(k => (0.0, (double)k))]).Should().BeApproximately(0.03125, 1e-12);
        // W = 3 of seven: {}, 1, 2, 3, 1+2 on either side, of 128.
        SignedRank.Probability([(0, 1), (0, 2), (3, 0), (0, 4), (0, 5), (0, 6), (0, 7)]).Should().BeApproximately(10.0 / 128, 1e-12);
        // All equal: of ranks 3, 3, 3, 3, 3 one is turned, so 2·(1 + 5) of 32.
        SignedRank.Probability([(0, 1), (0, 1), (0, 1), (0, 1), (1, 0)]).Should().BeApproximately(12.0 / 32, 1e-12);
    }

    [Fact]
    public void To_be_level_with_the_best_is_not_to_be_ahead()
    {
        var level = Verdict.Of(Problem, Runs(0, 0, 0, 0, 0, 0), [Peer("other", 0, 0, 0, 0, 0, 0)]);
        var ahead = Verdict.Of(Problem, Runs(1, 2, 1, 2, 1, 2), [Peer("other", 5, 5, 5, 5, 5, 5)]);

        (level.IsAhead, ahead.IsAhead).Should().Be((false, true));
        Verdict.Summary([level, ahead]).First().Should().EndWith("ahead of all by median on 1, level with the best on 1. On 1 of them five seeds or fewer differ, of which the exact test can call none clear.");
    }

    [Fact]
    public void Fewer_than_five_seeds_in_common_judge_nothing()
    {
        var few = Verdict.Of(Problem, Runs(9, 9, 9, 9), [Peer("other", 1, 1, 1, 1, 1, 1)]);
        var elsewhere = Verdict.Of(Problem, Runs(9, 9, 9, 9, 9, 9), [PeerFrom(2, "other", 1, 1, 1, 1, 1, 1)]);

        Verdict.Passes([few]).Should().BeFalse();
        Verdict.Passes([elsewhere]).Should().BeFalse();
    }

    [Fact]
    public void What_is_judged_and_not_worse_passes_and_the_rest_is_named()
    {
        var judged = Verdict.Of(Problem, Runs(1, 2, 1, 2, 1, 2), [Peer("other", 5, 5, 5, 5, 5, 5)]);
        var unjudged = Verdict.Of(Problem with { Name = "levy2" }, Runs(1, 2, 1, 2, 1, 2), []);

        Verdict.Passes([judged, unjudged]).Should().BeTrue();
        Verdict.Summary([judged, unjudged]).Should().HaveCount(2).And.Contain(line => line.StartsWith("Not judged", StringComparison.Ordinal) && line.EndsWith("cont/levy2.", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_clearly_worse_fails()
    {
        var worse = Verdict.Of(Problem, Runs(9, 8, 9, 8, 9, 8), [Peer("other", 1, 2, 1, 2, 1, 2)]);

        Verdict.Passes([worse]).Should().BeFalse();
    }

    [Fact]
    public void The_rank_compares_medians_over_the_same_seeds()
    {
        // Better than the peer on the seeds it has; seeds that it lacks are harder.
        var verdict = Verdict.Of(Problem, Runs(1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 9), [Peer("other", 2, 2, 2, 2, 2)]);

        verdict.Rank.Should().Be(1);
    }

    [Fact]
    public void The_problem_set_has_to_be_named()
    {
        BoOptions.Parse([], set: null).Should().BeNull();
        BoOptions.Parse([], set: "/sets/a")!.Folder.Should().Be("/sets/a");
        BoOptions.Parse(["--set", "/sets/b"], set: "/sets/a")!.Folder.Should().Be("/sets/b");
    }

    [Theory]
    [InlineData("hartmann6_n01", 6)]
    [InlineData("hartmann3", 3)]
    [InlineData("dtlz2_d6", 6)]
    [InlineData("zdt1_d4", 4)]
    [InlineData("branin2_n2", 2)]
    [InlineData("branincurrin", 2)]
    public void A_surface_is_known_by_its_name_whatever_dimension_and_noise_it_carries(string name, int width) =>
        Surfaces.Of(name)([.. Enumerable.Repeat(0.5, width)]).Should().OnlyContain(value => double.IsFinite(value));

    [Theory]
    [InlineData("sphere3")]
    [InlineData("dtlz7_d4")]
    public void An_unknown_surface_is_refused_by_name(string name) =>
        FluentActions.Invoking(() => Surfaces.Of(name)).Should().Throw<ArgumentException>().WithMessage($"*'{name}'*");

    private static Run[] Runs(params double[] regrets) => [.. regrets.Select((regret, seed) => new Run("cont/branin2", seed, regret, [], 0))];

    private static PeerRuns Peer(string name, params double[] regrets) => PeerFrom(0, name, regrets);

    private static PeerRuns PeerFrom(int first, string name, params double[] regrets) =>
        new(name, regrets.Select((regret, i) => (first + i, regret)).ToDictionary(pair => pair.Item1, pair => pair.regret), new Dictionary<int, double[]>(), 0);
}
