using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;
using static LabAutomation.Tests.Campaigns.CampaignTexts;

namespace LabAutomation.Tests.Campaigns;

/// <summary>A reading, against the file and the instruments. The cursor ▸ marks the place that the problem is reported at.</summary>
public sealed class ReadingAnalysisTests
{
    private const string Colour = "  - { analyst: colour, input: spectrum.spectrum, target: { L: 55, a: -20, b: 10 }, gives: colour_difference }";

    [Fact]
    public void A_quantity_of_an_action_is_a_result()
    {
        var plan = Parse(With("{ analyst: reading, input: drained.volume, unit: mL, gives: colour_difference }"));

        plan.Check(Births.Bench, Births.NoModels).Should().BeEmpty();
        var reading = plan.Analyses.Should().ContainSingle().Which.Should().BeOfType<ReadingAnalysis>().Which;
        (reading.Gives, reading.Error, reading.Unit).Should().Be(("colour_difference", null, Unit.Parse("mL")));
        reading.Outputs.Should().Equal(new AnalysisOutput("colour_difference", Unit.Parse("mL")));
    }

    [Fact]
    public void Its_error_is_an_output_too() =>
        Parse(With("{ analyst: reading, input: drained.volume, error: drained.volume, unit: uL, gives: colour_difference }")).Analyses[0].Inputs.Select(input => input.Output.ToString())
            .Should().Equal("drained.volume", "drained.volume");

    [Theory]
    [InlineData("{ analyst: reading, input: ▸drained.volume, gives: colour_difference }", "'drained.volume' is in mL, and the reading is to be in numbers without unit ('unit: mL' would be right)")]
    [InlineData("{ analyst: reading, input: ▸drained.mass, unit: mg, gives: colour_difference }", "pump-waste.withdraw gives no 'mass' (it gives: volume)")]
    [InlineData("{ analyst: reading, input: ▸spectrum.spectrum, gives: colour_difference }", "'spectrum.spectrum' is a series (the analyst 'reading' takes a single quantity)")]
    [InlineData("{ analyst: reading, input: drained.volume, unit: mL, error: ▸spectrum.spectrum, gives: colour_difference }", "'spectrum.spectrum' is a series*")]
    public void What_does_not_fit_the_instruments_is_reported_where_it_is(string analysis, string message)
    {
        var text = Unmark(With(analysis), out var place);

        Parse(text).Check(Births.Bench, Births.NoModels).Should().ContainSingle().Which.ToString().Should().Match($"test.yaml:{place}: {message}");
    }

    [Theory]
    [InlineData("{ analyst: reading, input: drained.volume, unit: ▸millis, gives: colour_difference }", "'unit' cannot be 'millis' (*a unit, such as mL, °C or mg/L*")]
    [InlineData("{ analyst: reading, input: ▸poured.volume, unit: mL, gives: colour_difference }", "no action is called 'poured'*")]
    public void What_cannot_be_is_refused_where_it_is(string analysis, string message)
    {
        var text = Unmark(With(analysis), out var place);

        Refuse(text).Select(problem => problem.ToString()).Should().ContainSingle().Which.Should().Match($"test.yaml:{place}: {message}");
    }

    /// <summary>A step that measures takes the place of the one that cleans up.</summary>
    private static string With(string analysis)
    {
        var text = Replace(Match, "  - step: drain\n    always: true\n", "  - step: drain\n");
        text = Replace(text, "rate: 20 mL/min } }", "rate: 20 mL/min }, as: drained }");
        text = Replace(text, "until: { reached: 2.0, trials", "until: { trials");
        return Replace(text, Colour, $"  - {analysis}");
    }
}
