using LabAutomation.Agents.Planning;
using LabAutomation.Learning.Advising;
using LabAutomation.Learning.Sessions;
using static LabAutomation.Tests.Campaigns.CampaignTexts;

namespace LabAutomation.Tests.Campaigns;

/// <summary>Advice as it stands in campaign files.</summary>
public sealed class AdviceFileTests
{
    private const string Planner = "planner: { kind: gaussian-process, initial: 6 }\n";

    [Fact]
    public void Advice_is_read_in_the_units_of_the_parameters()
    {
        var plan = Parse(With("""
            advice:
              because: ethanol dissolves it best
              trust: 0.6
              regions:
                - where: { dose: { from: 200 uL, to: 0.5 mL }, solvent: [ethanol] }
                - { weight: 2, where: { flow: { near: 1 mL/min, within: 1 mL/min }, warmth: [25 °C, 40 °C], shots: { to: 3 } } }
              points:
                - { dose: 0.3 mL, solvent: water, shots: 2 }
            """));

        var advice = plan.Advice!.Advice;
        plan.Advice.Because.Should().Be("ethanol dissolves it best");
        advice.Trust.Should().Be(0.6);
        advice.Regions.Select(region => region.Weight).Should().Equal(1, 2, 1);
        var dose = advice.Regions[0].Preferences[0].Should().BeOfType<PreferredRange>().Which;
        (dose.Dimension, Math.Round(dose.Low!.Value, 12), dose.High).Should().Be((0, 0.2, 0.5));
        advice.Regions[0].Preferences[1].Should().BeOfType<PreferredChoices>().Which.Coordinates.Should().Equal(1);
        var flow = advice.Regions[1].Preferences[0].Should().BeOfType<PreferredPlace>().Which;
        flow.Centre.Should().Be(1);
        flow.Width.Should().BeApproximately(Math.Log10(2) / 2, 1e-12, "a factor of two of a range of two decades");
        advice.Regions[1].Preferences[1].Should().BeOfType<PreferredChoices>().Which.Coordinates.Should().Equal(25, 40);
        advice.Regions[1].Preferences[2].Should().Be(new PreferredRange(2, null, 3));
        advice.Regions[2].Preferences[0].Should().Be(new PreferredPlace(0, 0.3));
        Study.Open(Planners.Problem(plan)).Problem.Advice.Should().Be(advice, "the engine takes what the reader takes");
    }

    [Fact]
    public void A_file_without_advice_has_none() => Parse(Small).Advice.Should().BeNull();

    [Theory]
    [InlineData("▸advice: { trust: 0.5 }", "the advice lacks 'regions' or 'points'")]
    [InlineData("advice: { trust: ▸1, points: [{ dose: 0.3 mL }] }", "'trust' cannot be '1' (it is a number from 0.01 to 0.95)")]
    [InlineData("advice: { ▸region: [] }", "'region' is not a key of the advice (did you mean 'regions'?)", true)]
    [InlineData("advice: { regions: [▸{ weight: 2 }] }", "a region lacks 'where'")]
    [InlineData("advice: { regions: [{ weight: ▸0, where: { dose: { to: 0.3 mL } } }] }", "'weight' cannot be '0'")]
    [InlineData("advice: { regions: [{ where: ▸{} }] }", "'where' has 0 entries (it has at least 1)")]
    [InlineData("advice: { regions: [{ where: { ▸doze: { to: 0.3 mL } } }] }", "'doze' is not a parameter of this campaign (did you mean 'dose'?)")]
    [InlineData("advice: { regions: [{ where: { dose: { to: ▸3 s } } }] }", "'dose' is in mL, and not in s (write it in mL)")]
    [InlineData("advice: { regions: [{ where: { dose: { to: ▸3 mL } } }] }", "'dose' cannot be 3 mL (it is 0.1 mL to 1 mL)")]
    [InlineData("advice: { regions: [{ where: { dose: { from: 0.4 mL, to: ▸0.3 mL } } }] }", "'to' is below 'from'")]
    [InlineData("advice: { regions: [{ where: { dose: ▸{ from: 0.4 mL, near: 0.5 mL } } }] }", "what is preferred of 'dose' is a range or a place")]
    [InlineData("advice: { regions: [{ where: { dose: ▸{ within: 0.4 mL } } }] }", "what is preferred of 'dose' is a range or a place")]
    [InlineData("advice: { regions: [{ where: { dose: ▸{} } }] }", "nothing is preferred of 'dose'")]
    [InlineData("advice: { regions: [{ where: { dose: { near: 0.4 mL, within: ▸0 mL } } }] }", "'within' is 0 mL, and the range of 'dose' is 0.1 mL to 1 mL")]
    [InlineData("advice: { regions: [{ where: { dose: { near: 0.4 mL, within: ▸2 s } } }] }", "'dose' is in mL, and not in s")]
    [InlineData("advice: { regions: [{ where: { dose: ▸[0.2 mL] } }] }", "'dose' is real and has no list of values")]
    [InlineData("advice: { regions: [{ where: { warmth: [▸30 °C] } }] }", "'warmth' cannot be 30 °C (it is one of 25 °C, 40 °C, 60 °C)")]
    [InlineData("advice: { regions: [{ where: { solvent: [▸etanol] } }] }", "'solvent' has no choice 'etanol' (did you mean 'ethanol'?)")]
    [InlineData("advice: { regions: [{ where: { solvent: ▸{ from: 1 } } }] }", "'solvent' has no order, so that nothing is a range or near a place of it (list choices: [water, ethanol])")]
    [InlineData("advice: { regions: [{ where: { solvent: { from: ▸water } } }] }", "'from' cannot be 'water' (it is a number with its unit")]
    [InlineData("advice: { points: [{ shots: ▸2.5 }] }", "'shots' cannot be 2.5 (it is a whole number, 1 to 5)")]
    [InlineData("advice: { points: [{ shots: ▸many }] }", "'shots' cannot be 'many' (it is a number with its unit)")]
    public void Wrong_advice_is_reported_where_it_is_wrong(string advice, string message, bool isOneOfSeveral = false)
    {
        var text = Unmark(With(advice), out var place);
        if (advice.StartsWith(Cursor)) place = $"{place.Split(':')[0]}:9";      // the mapping itself

        var problems = Refuse(text).Select(problem => problem.ToString()).ToArray();

        problems.Should().Contain(problem => problem.StartsWith($"test.yaml:{place}: {message}", StringComparison.Ordinal), string.Join('\n', problems));
        if (!isOneOfSeveral) problems.Should().ContainSingle();
    }

    [Fact]
    public void A_planner_or_a_goal_that_advice_means_nothing_to_is_refused()
    {
        const string Advice = "advice: { points: [{ dose: 0.3 mL }] }\n";

        Refuse(Replace(Small, Planner, "planner: { kind: sobol }\n" + Advice)).Single().Message.Should().Be("planner 'sobol' looks at no advice");
        Refuse(Replace(With(Advice), "goal:\n  minimise: difference\n  until: { reached: 1.5, trials: 4, duration: 2 h }\n", "goal: { learn: difference, until: { trials: 4 } }\n"))
            .Single().Message.Should().Be("advice says where the best is, and this goal has no best");
    }

    private static string With(string advice) => Replace(Small, Planner, Planner + advice + "\n");
}
