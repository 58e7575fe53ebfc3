using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;
using static LabAutomation.Tests.Campaigns.CampaignTexts;

namespace LabAutomation.Tests.Campaigns;

/// <summary>A campaign against what the instruments offer. The cursor ▸ marks the place that the problem is reported at.</summary>
public sealed class InstrumentCheckTests
{
    [Theory]
    [InlineData("instrument: stirrer", "instrument: ▸stirer", "there is no instrument 'stirer' (did you mean 'stirrer'?)")]
    [InlineData("instrument: stirrer", "instrument: ▸centrifuge", "there is no instrument 'centrifuge' (there are: pump-cyan, pump-magenta")]
    [InlineData("command: stir", "command: ▸stirr", "stirrer has no command 'stirr' (did you mean 'stir'?)")]
    [InlineData("speed: 600 rpm", "▸sped: 600 rpm", "stirrer.stir has no parameter 'sped' (did you mean 'speed'?)", true)]
    [InlineData("command: stir, with: { speed: 600 rpm, duration: 20 s }", "command: ▸stir, with: { speed: 600 rpm }", "stirrer.stir needs 'duration' (The duration: 1 s to 3600 s)")]
    [InlineData("command: stir, with: { speed: 600 rpm, duration: 20 s }", "command: cool, with: { ▸speed: 600 rpm }", "stirrer.cool has no parameter 'speed' (it has none)")]
    [InlineData("speed: 600 rpm", "speed: ▸600 mL", "'speed' is in mL, and stirrer.stir takes rpm (50 rpm to 1700 rpm)")]
    [InlineData("speed: 600 rpm", "speed: ▸600", "'speed' is in numbers without unit, and stirrer.stir takes rpm")]
    [InlineData("averages: 8", "averages: ▸8 s", "'averages' is in s, and spectrometer.acquire takes numbers without unit (1 to 100)")]
    [InlineData("speed: 600 rpm", "speed: ▸20 rpm", "'speed' is 20 rpm, and stirrer.stir takes 50 rpm to 1700 rpm")]
    [InlineData("integration: 50 ms", "integration: ▸5 s", "'integration' is 5000 ms, and spectrometer.acquire takes 1 ms to 1000 ms")]
    [InlineData(", when: cyan >= 0.01 mL", "", "'volume' can be 0 mL at cyan = 0 mL, and pump-cyan.dispense takes 0.01 mL to 60 mL ('when: cyan >= 0.01 mL' leaves the action out in such trials", false, "volume: ▸=cyan")]
    [InlineData("when: cyan >= 0.01 mL", "when: ▸cyan >= 2 mL", "'cyan >= 2 mL' holds for no trial, so that the action is never done")]
    [InlineData("  - cyan + magenta + yellow <= 1.6 mL", "  - cyan + magenta <= 1.6 mL", "'volume' can be -0.4 mL at cyan = 0.8 mL, magenta = 0.8 mL, yellow = 0.8 mL, and pump-water.dispense takes 0.01 mL to 60 mL", false, "volume: ▸=2.0 mL")]
    [InlineData("volume: =2.0 mL - cyan", "volume: ▸=200.0 mL - cyan", "'volume' can be 200 mL at cyan = 0 mL, magenta = 0 mL, yellow = 0 mL, and pump-water.dispense takes 0.01 mL to 60 mL (lower the bounds")]
    [InlineData("volume: =cyan,", "volume: ▸=cyan * cyan / magenta,", "'volume' divides by something that can be zero (add a constraint or a 'when' that excludes it)")]
    [InlineData("input: spectrum.spectrum", "input: ▸spectrum.absorbance", "spectrometer.acquire gives no 'absorbance' (it gives: spectrum, raw, trace)")]
    [InlineData("input: spectrum.spectrum", "input: ▸spectrum.trace", "'spectrum.trace' has no column 'absorbance', which the analyst 'colour' reads (it has: time, wavelength)", true)]
    [InlineData("input: spectrum.spectrum", "input: ▸spectrum.trace", "column 'wavelength' of 'spectrum.trace' is in s, and the analyst 'colour' reads it in nm", true)]
    [InlineData("rate: 6 mL/min } }\n  - step: mix", "rate: 6 mL/min }, as: water }\n  - step: mix", "'water.volume' is a single quantity in mL (the analyst 'colour' reads a series)", false, "▸spectrum.spectrum", "▸water.volume")]
    public void A_misfit_is_reported_where_it_is(string part, string by, string message, bool amongOthers = false, string? mark = null,
        string? markBy = null)
    {
        var marked = Replace(Match, part, by);
        if (mark is not null) marked = Replace(marked, mark.Replace("▸", "", StringComparison.Ordinal), markBy ?? mark);
        var plan = Parse(Unmark(marked, out var place));

        var problems = plan.Check(Births.Bench, Births.NoModels);

        problems.Select(problem => problem.ToString())
            .Should().Contain(line => line.StartsWith($"test.yaml:{place}: {message}"), string.Join('\n', problems));
        if (!amongOthers) problems.Should().ContainSingle();
    }

    [Fact]
    public void A_parameter_with_a_default_may_be_left_out() =>
        Parse(Replace(Match, "{ integration: 50 ms, averages: 8 }", "{ integration: 50 ms }")).Check(Births.Bench, Births.NoModels).Should().BeEmpty();

    [Fact]
    public void A_unit_of_the_same_dimension_fits_and_is_converted() =>
        Parse(Replace(Match, "integration: 50 ms", "integration: 1 s")).Check(Births.Bench, Births.NoModels).Should().BeEmpty();

    [Theory]
    [InlineData("stirrer", "stir.duration <= 15 s where stir.speed >= 600 rpm", "'duration' is 20 s, and stirrer.stir takes at most 15 s where 'speed' is at least 600 rpm")]
    [InlineData("stirrer", "stir.duration <= 15 s where stir.speed > 600 rpm", null)]
    [InlineData("stirrer", "stir.duration <= 20 s where stir.speed >= 600 rpm", null)]
    [InlineData("stirrer", "heat.temperature <= 50 °C where heat.temperature > 20 °C", null)]
    [InlineData("pump-cyan", "dispense.rate <= 5 mL/min where dispense.volume > 0.7 mL", "'rate' can be 6 mL/min at cyan = *, and pump-cyan.dispense takes at most 5 mL/min where 'volume' is above 0.7 mL (lower the bounds of the parameters, or add a constraint)")]
    [InlineData("pump-cyan", "dispense.rate <= 5 mL/min where dispense.volume > 800 uL", null)]
    [InlineData("pump-water", "dispense.volume >= 0.5 mL where dispense.rate > 5 mL/min", "'volume' can be 0.4 mL at cyan = *, magenta = *, yellow = *, and pump-water.dispense takes at least 0.5 mL where 'rate' is above 5 mL/min*")]
    [InlineData("pump-water", "dispense.volume >= 0.4 mL where dispense.rate > 5 mL/min", null)]
    public void A_combination_that_an_instrument_forbids_is_found_where_a_trial_could_come_to_it(string instrument, string limit, string? message)
    {
        var births = Births.Bench.Select(birth => birth.Instrument == instrument ? birth with { Limits = [limit] } : birth).ToArray();

        var problems = Parse(Match).Check(births, Births.NoModels);

        if (message is null) problems.Should().BeEmpty();
        else problems.Should().ContainSingle().Which.ToString().Should().Match($"test.yaml:*: {message}*");
    }

    [Fact]
    public void Without_instruments_each_action_is_reported()
    {
        var problems = Parse(Match).Check([], Births.NoModels);

        problems.Should().HaveCount(7).And.OnlyContain(problem =>
            problem.Message.StartsWith("there is no instrument") && problem.Hint == "no instrument is there");
        problems.Select(problem => problem.Line).Should().BeInAscendingOrder();
    }

    /// <summary>The promise behind the check: no trial that a planner can propose asks for something out of range.</summary>
    [Fact]
    public void No_feasible_trial_of_a_campaign_that_passed_leaves_a_range()
    {
        var plan = Parse(Match);
        plan.Check(Births.Bench, Births.NoModels).Should().BeEmpty();
        var space = plan.ToSearchSpace();
        var random = new Random(1);
        var points = Enumerable.Range(0, 3000)
            .Select(_ => new LabAutomation.Learning.Point([.. plan.Parameters.Select(_ => Math.Clamp(Math.Round(random.NextDouble() - 0.1, 2), 0, 0.8))]))
            .Where(space.IsFeasible).ToArray();

        points.Should().HaveCountGreaterThan(500);
        var actions = plan.Steps.SelectMany(step => step.Actions).ToArray();
        foreach (var bound in points.SelectMany(point => actions.Select(action => plan.Bind(action, plan.ToValues(point)))).OfType<BoundAction>())
        {
            var birth = Births.Bench.First(birth => birth.Instrument == bound.Instrument);
            var parameters = birth.Commands.First(command => command.Name == bound.Command).Parameters;
            foreach (var (name, value) in bound.Arguments)
            {
                var parameter = parameters.First(one => one.Name == name);
                value.In(parameter.Unit).Should().BeInRange(parameter.Low * (1 - 1e-9), parameter.High * (1 + 1e-9));
            }
        }
    }
}
