using System.Collections.Immutable;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;
using LabAutomation.Tests.Campaigns;

namespace LabAutomation.Tests.Agents.Analysis;

public sealed class FollowingTests
{
    [Fact]
    public void The_error_is_the_mean_deviation_in_parts_of_the_set_point() =>
        Following.Of([100, 50, 50, 50], [100, 51, 49, 50], [0, 0, 0, 0]).Error.Should().BeApproximately(1, 1e-12);

    [Theory]
    [InlineData(new double[] { 90, 80, 80, 80 }, new double[] { 90, 88, 78, 80 }, 2, "below where it was going down to")]
    [InlineData(new double[] { 80, 90, 90, 90 }, new double[] { 80, 83, 93, 90 }, 3, "above where it was going up to")]
    [InlineData(new double[] { 80, 90, 90, 90 }, new double[] { 80, 83, 88, 90 }, 0, "what lags behind does not overshoot")]
    [InlineData(new double[] { 90, 90, 90, 90 }, new double[] { 90, 89, 88, 90 }, 2, "either way where nothing was to move")]
    public void The_overshoot_is_what_goes_beyond(double[] setPoints, double[] values, double overshoot, string because) =>
        Following.Of(setPoints, values, [0, 0, 0, 0]).Overshoot.Should().Be(overshoot, because);

    [Fact]
    public void Bent_and_tripped_samples_are_overridden() =>
        Following.Of([1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [0, 1, 1, 2, 0]).Should().BeEquivalentTo(new { Overridden = 60.0, Trips = 1 });

    [Fact]
    public void The_analyst_gives_its_results_with_units()
    {
        var analysis = (FollowingAnalysis)CampaignTexts.Parse(Campaign()).Analyses.Single();
        var track = new Series([new("time", Unit.Parse("s")), new("set-point", Unit.Parse("%")), new("power", Unit.One), new("verdict", Unit.One)], [[0, 1], [90, 80], [0.9, 0.784], [0, 1]]);

        var outputs = Analysts.Followed(analysis, track);

        outputs.Select(output => $"{output.Key} {output.Value.Value:0.####} {output.Value.Unit}").Should().Equal("error 1 %", "following_overridden 50 %", "following_overshoot 1.6 %", "following_trips 0 1");
        outputs.Keys.Should().BeEquivalentTo(analysis.Outputs.Select(output => output.Name));
    }

    [Theory]
    [InlineData("power", "'*' has no column 'power'; it has time, set-point, verdict")]
    [InlineData("verdict", "*has no column 'verdict'*")]
    public void A_series_that_lacks_a_column_says_which(string missing, string message)
    {
        var names = new[] { "time", "set-point", "power", "verdict" }.Where(name => name != missing).ToArray();
        var track = new Series([.. names.Select(name => new ColumnDescription(name, Unit.One))], [.. names.Select(_ => ImmutableArray.Create(1.0))]);

        var analysing = () => Analysts.Followed((FollowingAnalysis)CampaignTexts.Parse(Campaign()).Analyses.Single(), track);

        analysing.Should().Throw<AnalysisException>().WithMessage(message);
    }

    [Theory]
    [InlineData(new double[0], new double[0], "the series is empty, so that nothing was followed")]
    [InlineData(new double[] { 1, 0 }, new double[] { 1, 1 }, "set-point 2 is 0; *")]
    [InlineData(new double[] { 1, 1 }, new double[] { 1, double.NaN }, "value 2 is no number")]
    public void What_cannot_be_judged_is_refused(double[] setPoints, double[] values, string message)
    {
        var judging = () => Following.Of(setPoints, values, new double[values.Length]);

        judging.Should().Throw<AnalysisException>().WithMessage(message);
    }

    [Theory]
    [InlineData("gives: error", "gives: following_trips", "'following_trips' is what a following analysis records by itself")]
    [InlineData("gives: error }", "gives: error }\n  - { analyst: following, input: run.track, gives: other }", "this is a second following analysis")]
    [InlineData("gives: error", "target: { L: 1, a: 0, b: 0 }, gives: error", "*target*")]
    public void What_does_not_fit_together_is_a_problem_of_the_file(string found, string instead, string message) =>
        CampaignTexts.Refuse(Campaign().Replace(found, instead, StringComparison.Ordinal)).Should().Contain(problem => problem.ToString().Contains(message.Trim('*'), StringComparison.Ordinal));

    private static string Campaign() => """
        campaign: follow
        goal: { minimise: error, keep: [following_overshoot <= 2 %], until: { trials: 3 } }
        parameters: { ramp: { kind: real, low: 5 %/min, high: 50 %/min } }
        workflow:
          - step: go
            actions:
              - { instrument: reactor, command: follow, with: { to: 80 %, ramp: =ramp }, as: run }
        analysis:
          - { analyst: following, input: run.track, gives: error }
        """;
}
