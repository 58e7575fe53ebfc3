using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Forecasts;
using LabAutomation.Lab.Display;
using LabAutomation.Tests.Scheduling;

namespace LabAutomation.Tests.Queue;

/// <summary>A hold that the lab cannot keep even where nothing goes wrong is told before the campaign begins.</summary>
public sealed class LateStepsTests
{
    [Theory]
    [InlineData("within: 2 s\nsince: dose", true)]
    [InlineData("within: 1 h", false)]
    public void A_forecast_says_which_step_is_late_and_how_soon_it_can_be(string measure, bool isLate)
    {
        var plan = SharedCells.ColourMatch(2, 1, measure: measure);
        var forecast = new LabForecast(SharedCells.Lab(1), InstrumentFamilies.BuiltIn);

        var run = forecast.Run([plan], [], null, 1, null);

        run.Late.Select(one => (one.Campaign, one.Step, one.After, one.Late, one.Of)).Should().Equal(isLate ? [("colour-match-1", "measure", "dose", 2, 2)] : []);
        var lines = new ForecastWording([], [run, run], []).Lines().Where(line => line.Contains("is late in", StringComparison.Ordinal)).ToArray();
        lines.Should().HaveCount(isLate ? 1 : 0);
        if (isLate) lines[0].Should().StartWith("  'measure' of colour-match-1 is late in 4 of 4 trials: it is to begin within 2 s of the end of 'dose', and began ").And.EndWith(" s after it where it was soonest");
    }

    /// <summary>Nothing is measured within two seconds of its proposal; where a late sample is lost, each trial is given up instead.</summary>
    [Theory]
    [InlineData("start_by: 2 s", "  'measure' of colour-match-1 is late in 4 of 4 trials: it is to begin within 2 s of the proposal, and began * s after it where it was soonest")]
    [InlineData("start_by: 2 s\nlate: lose", "  'measure' of colour-match-1 is late in 4 of 4 trials: it is to begin within 2 s of the proposal, and never began")]
    [InlineData("start_by: 1 h", null)]
    [InlineData("start_by: 2025-12-01T08:00Z", "  'measure' of colour-match-1 is late in 4 of 4 trials: it is to begin by 2025-12-01 08:00:00Z")]
    public void A_forecast_says_which_step_does_not_begin_by_its_time(string measure, string? words)
    {
        var plan = SharedCells.ColourMatch(2, 1, measure: measure);
        var run = new LabForecast(SharedCells.Lab(1), InstrumentFamilies.BuiltIn).Run([plan], [], null, 1, null);

        var lines = new ForecastWording([], [run, run], []).Lines().Where(line => line.Contains("it is to begin", StringComparison.Ordinal)).ToArray();

        if (words is null) lines.Should().BeEmpty();
        else lines.Should().ContainSingle().Which.Should().Match(words);
    }

    /// <summary>Two cells, a spectrometer that takes 50 s for each, and half an hour.</summary>
    [Fact]
    public void Until_a_moment_of_the_clock_a_forecast_begins_when_it_is_said_to()
    {
        var plan = SharedCells.ColourMatch(60, 0, averages: 1000, measure: "start_by: 2030-06-01T08:30Z\nlate: lose");
        var run = new LabForecast(SharedCells.Lab(2), InstrumentFamilies.BuiltIn) { Beginning = new DateTimeOffset(2030, 6, 1, 8, 0, 0, TimeSpan.Zero) }.Run([plan], [], null, 1, null);

        run.States[0].Trials.Count(trial => trial.Outcome is TrialOutcome.Measured).Should().BeInRange(10, 50);
        run.Missed.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Step = "measure", Late = 0 });
        run.Missed[0].GivenUp.Should().BePositive();
        new ForecastWording([], [run], []).Lines().Should().Contain(line => line.StartsWith("  'measure' of colour-match-1 is not come to in ", StringComparison.Ordinal) && line.EndsWith(" trials: it is to begin by 2030-06-01 08:30:00Z", StringComparison.Ordinal));
    }
}
