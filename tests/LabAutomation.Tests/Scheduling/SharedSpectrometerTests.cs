using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting.Chaos;

namespace LabAutomation.Tests.Scheduling;

/// <summary>The running lab, in virtual time: several cells that share a spectrometer.</summary>
public sealed class SharedSpectrometerTests
{
    /// <summary>A measurement takes about as long as a sample may wait for it, and at first nobody knows.</summary>
    [Theory]
    [InlineData(1000, "within: 20 s")]
    [InlineData(1000, "within: 20 s\nlate: lose")]
    [InlineData(400, "within: 8 s\nlate: lose")]
    public void A_sample_is_measured_in_time_though_others_wait_for_the_same_spectrometer(int averages, string measure)
    {
        var end = Episode.Run(new EpisodeSetup(SharedCells.ColourMatch(12, parallel: 0, averages, measure), SharedCells.Lab(4)), 3, []);

        end.Violations.Should().BeEmpty();
        end.State!.Trials.Should().HaveCount(12).And.OnlyContain(trial => trial.Outcome is TrialOutcome.Measured);
        end.State.Trials.Select(trial => trial.Station).Distinct().Should().HaveCountGreaterThan(1, "trials are made side by side nevertheless");
    }

    /// <summary>The long form is <c>lab chaos</c>.</summary>
    [Fact]
    public void What_goes_wrong_elsewhere_or_earlier_makes_no_sample_late()
    {
        var run = new ChaosRun(new EpisodeSetup(SharedCells.ColourMatch(5, parallel: 0, averages: 400, "within: 12 s"), SharedCells.Lab(3)), threads: 1);
        run.Calm(1);

        var found = run.Run(1, 16, _ => { }, CancellationToken.None);

        (found?.Violations ?? []).Should().BeEmpty($"seed {found?.Seed}");
        run.Struck.Should().NotBeEmpty();
    }

    /// <summary>A measurement takes 50 s, and three cells wait for it.</summary>
    [Fact]
    public void At_the_last_moment_no_trial_is_begun_that_would_be_lost_and_the_campaign_ends()
    {
        var setup = new EpisodeSetup(SharedCells.ColourMatch(90, parallel: 0, averages: 1000), SharedCells.Lab(3));
        var started = Episode.Run(setup with { Plans = [setup.Plans[0].With(trials: 1)] }, 3, []).State!.StartedAt;
        var by = started + TimeSpan.FromMinutes(20);

        var end = Episode.Run(setup with { Plans = [SharedCells.ColourMatch(90, parallel: 0, averages: 1000, FormattableString.Invariant($"start_by: {by:yyyy-MM-ddTHH:mm:ssZ}\nlate: lose"))] }, 3, []);

        end.Violations.Should().BeEmpty();
        end.State!.End!.End.Should().Be(CampaignEnd.TimeSpent);
        end.State.Trials.Count(trial => trial.Outcome is TrialOutcome.Measured).Should().BeGreaterThan(10);
        end.State.Trials.Where(trial => trial.Outcome is not TrialOutcome.Measured).Should().OnlyContain(trial => trial.Outcome is TrialOutcome.Abandoned && trial.Actions.IsEmpty, "no sample was made for nothing");
        end.State.Trials.SelectMany(trial => trial.Actions.Values).Where(action => action.Intent.Step == "measure").Max(action => action.IntendedAt).Should().BeOnOrBefore(by).And.BeAfter(by - TimeSpan.FromMinutes(2), "until then the spectrometer is used");
    }

    /// <summary>The long form is <c>lab chaos</c>.</summary>
    [Fact]
    public void What_must_begin_soon_after_it_was_proposed_does_or_is_given_up_whatever_goes_wrong()
    {
        var run = new ChaosRun(new EpisodeSetup(SharedCells.ColourMatch(8, parallel: 0, averages: 1000, "start_by: 150 s\nlate: lose"), SharedCells.Lab(4)), threads: 1);
        run.Calm(1);

        var found = run.Run(1, 12, _ => { }, CancellationToken.None);

        (found?.Violations ?? []).Should().BeEmpty($"seed {found?.Seed}");
        run.Struck.Should().NotBeEmpty();
    }

    [Fact]
    public void Two_campaigns_do_not_wait_for_one_station_while_another_stands_free()
    {
        var setup = new EpisodeSetup([SharedCells.ColourMatch(4, parallel: 1, name: "ada"), SharedCells.ColourMatch(4, parallel: 1, name: "bob")], SharedCells.Lab(2));

        var (alone, together) = (Episode.Run(setup with { Plans = [setup.Plans[0]] }, 1, []), Episode.Run(setup, 1, []));

        together.Violations.Should().BeEmpty();
        together.States.SelectMany(state => state.Trials).Select(trial => trial.Station).Distinct().Should().BeEquivalentTo("a", "b");
        (together.Elapsed / alone.Elapsed).Should().BeLessThan(1.25);
    }
}
