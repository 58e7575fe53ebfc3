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
