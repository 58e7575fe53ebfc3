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
}
