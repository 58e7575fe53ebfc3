using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Lab.Display;
using LabAutomation.Learning.Sessions;
using static LabAutomation.Tests.Campaigns.CampaignTexts;

namespace LabAutomation.Tests.Campaigns;

/// <summary>Goals as they stand in campaign files.</summary>
public sealed class GoalFileTests
{
    private const string Written = "goal:\n  minimise: difference\n  until: { reached: 1.5, trials: 4, duration: 2 h }\n";

    [Theory]
    [InlineData("{ minimise: difference, until: { reached: 1.5, trials: 4 } }", "minimise difference until it is at most 1.5")]
    [InlineData("{ maximise: colour_L, until: { reached: 90, trials: 4 } }", "maximise colour_L until it is at least 90")]
    [InlineData("{ maximise: colour_L, keep: [difference <= 5], until: { trials: 4 } }", "maximise colour_L, keeping difference at most 5")]
    [InlineData("{ reach: { quantity: colour_L, value: 55 }, until: { within: 0.5, trials: 4 } }", "bring colour_L to 55 to within 0.5")]
    [InlineData("{ reach: { quantity: colour_a, value: -12.5 }, until: { trials: 4, stalled: 9 } }", "bring colour_a to -12.5")]
    [InlineData("{ level: { quantity: difference, value: 10 }, until: { trials: 4 } }", "find where difference is above 10")]
    [InlineData("{ learn: colour_b, until: { trials: 4, duration: 2 h } }", "learn colour_b over the whole space")]
    [InlineData("{ objectives: [{ minimise: difference }, { maximise: colour_L }], until: { trials: 4 } }", "minimise difference and maximise colour_L")]
    [InlineData("{ minimise: difference, keep: [colour_L >= 40 and colour_L <= 60, colour_a <= -5], until: { trials: 4 } }", "minimise difference, keeping colour_L from 40 to 60 and colour_a at most -5")]
    public void A_goal_is_read_and_said_in_words(string goal, string words)
    {
        var plan = Parse(With(goal));

        Wording.Goal(plan).Should().Be(words);
        FluentActions.Invoking(() => Study.Open(Planners.Problem(plan))).Should().NotThrow("the engine takes what the reader takes");
    }

    [Fact]
    public void Limits_and_noise_are_in_the_unit_of_the_quantity_and_either_way_round()
    {
        var goal = Parse(With("{ minimise: difference, noise: 30 %, keep: ['=colour_L >= 40', 50 % <= colour_a, colour_b >= -3, colour_L <= 60], until: { reached: 150 %, trials: 4 } }")).Goal;

        goal.Keep.Should().Equal(new OutcomeLimit("colour_L", 40, 60), new OutcomeLimit("colour_a", 0.5, null), new OutcomeLimit("colour_b", -3, null));
        goal.Noise.Sd.Should().BeApproximately(0.3, 1e-12);
        goal.Until.Reached.Should().BeApproximately(1.5, 1e-12);
        goal.Quantities.Should().Equal("difference", "colour_L", "colour_a", "colour_b");
    }

    [Fact]
    public void Space_goal_and_budget_are_enough()
    {
        var plan = Parse(Replace(With("{ maximise: colour_L, until: { trials: 4 } }"), "planner: { kind: gaussian-process, initial: 6 }\n", ""));

        (plan.PlannerKind, plan.PlannerInitial, plan.Goal.Noise, plan.Goal.Keep.IsEmpty).Should().Be(("gaussian-process", null, MeasurementNoise.Unknown, true));
        Parse(With("{ maximise: colour_L, noise: none, until: { trials: 4 } }")).Goal.Noise.Should().Be(MeasurementNoise.None);
    }

    [Theory]
    [InlineData("{ minimise: ▸impurity, until: { trials: 4 } }", "no analysis gives 'impurity' (they give difference, colour_L, colour_a, colour_b)")]
    [InlineData("{ minimise: ▸colour_l, until: { trials: 4 } }", "no analysis gives 'colour_l' (did you mean 'colour_L'? they give difference, colour_L, colour_a, colour_b)")]
    [InlineData("{ learn: ▸dose, until: { trials: 4 } }", "'dose' is a parameter, which is chosen and not measured (what trials must satisfy stands under 'constraints')")]
    [InlineData("{ minimise: difference, keep: [▸dose <= 0.5 mL], until: { trials: 4 } }", "'dose' is a parameter, which is chosen and not measured")]
    [InlineData("{ minimise: difference, keep: [▸impurity <= 5 %], until: { trials: 4 } }", "no analysis gives 'impurity'")]
    [InlineData("{ minimise: difference, keep: [▸colour_L], until: { trials: 4 } }", "this is no limit of a result (a limit compares one result with one number: colour_L >= 40)")]
    [InlineData("{ minimise: difference, keep: [colour_L ▸>= colour_a], until: { trials: 4 } }", "this is no limit of a result")]
    [InlineData("{ minimise: difference, keep: [colour_L ▸> 40], until: { trials: 4 } }", "'>' is no limit that a measurement can keep (write <= or >=)")]
    [InlineData("{ minimise: difference, keep: [colour_L >= ▸40 mL], until: { trials: 4 } }", "'colour_L' is measured without a unit, and not in mL (leave the unit out)")]
    [InlineData("{ minimise: difference, keep: [colour_L >= 40, colour_L ▸>= 50], until: { trials: 4 } }", "'colour_L' has a lower limit already (leave one out)")]
    [InlineData("{ minimise: difference, keep: [colour_L >= 60 and colour_L ▸<= 50], until: { trials: 4 } }", "no value of 'colour_L' keeps this limit and the other one")]
    [InlineData("{ minimise: difference, keep: [colour_L >= 4▸é], until: { trials: 4 } }", "'é' is not")]
    [InlineData("{ minimise: difference, keep: ▸colour_L, until: { trials: 4 } }", "'keep' is 'colour_L' (it is a list")]
    [InlineData("{ reach: ▸colour_L, until: { trials: 4 } }", "'reach' is 'colour_L' (it has the keys quantity, value)")]
    [InlineData("{ reach: ▸{ quantity: colour_L }, until: { trials: 4 } }", "'reach' lacks 'value'")]
    [InlineData("{ reach: { quantity: ▸L, value: 3 }, until: { trials: 4 } }", "no analysis gives 'L'")]
    [InlineData("{ reach: { quantity: colour_L, value: ▸55 s }, until: { trials: 4 } }", "'colour_L' is measured without a unit, and not in s")]
    [InlineData("{ reach: { quantity: colour_L, value: 55 }, until: { ▸reached: 50, trials: 4 } }", "'reached' is for a result that is minimised or maximised (how near is near enough is said with 'within')")]
    [InlineData("{ reach: { quantity: colour_L, value: 55 }, until: { within: ▸0, trials: 4 } }", "'within' is a distance above zero")]
    [InlineData("{ minimise: difference, until: { ▸within: 1, trials: 4 } }", "'within' is for a result that should reach a value (how good is good enough is said with 'reached')")]
    [InlineData("{ minimise: difference, until: { reached: ▸2 mL, trials: 4 } }", "'difference' is measured without a unit, and not in mL")]
    [InlineData("{ learn: difference, until: { ▸reached: 1, trials: 4 } }", "'reached' is for a result that is minimised or maximised (it ends by trials or duration)")]
    [InlineData("{ level: { quantity: difference, value: 3 }, until: { ▸stalled: 5, trials: 4 } }", "'stalled' is for goals by which one trial is better than another")]
    [InlineData("{ minimise: difference, until: { stalled: ▸1, trials: 4 } }", "'stalled' cannot be '1' (it is a whole number from 2 to 100000)")]
    [InlineData("{ objectives: [{ minimise: difference }, ▸{ learn: colour_L }], until: { trials: 4 } }", "an objective lacks 'minimise' or 'maximise'", true)]
    [InlineData("{ objectives: ▸[{ minimise: difference }], until: { trials: 4 } }", "'objectives' has 1 items (it has at least 2)")]
    [InlineData("{ objectives: [{ minimise: difference }, ▸{ maximise: difference }], until: { trials: 4 } }", "'difference' is an objective already")]
    [InlineData("{ objectives: [{ minimise: difference }, { maximise: ▸yield }], until: { trials: 4 } }", "no analysis gives 'yield'")]
    [InlineData("{ objectives: [{ minimise: difference }, { maximise: colour_L }], noise: ▸0.5, until: { trials: 4 } }", "one standard deviation cannot be that of several objectives (say none, or leave it out: it is learnt)")]
    [InlineData("{ objectives: [{ minimise: difference }, { maximise: colour_L }], until: { ▸reached: 1, trials: 4 } }", "'reached' is for a result that is minimised or maximised (it ends by trials, duration or stalled)")]
    [InlineData("{ minimise: difference, noise: ▸-0.5, until: { trials: 4 } }", "'noise' cannot be '-0.5' (it is none, or one standard deviation of a measurement, such as 0.3)")]
    [InlineData("{ minimise: difference, noise: ▸some, until: { trials: 4 } }", "'noise' cannot be 'some'")]
    [InlineData("{ minimise: difference, ▸learn: colour_L, until: { trials: 4 } }", "'minimise' and 'learn' exclude each other")]
    [InlineData("▸{ until: { trials: 4 } }", "the goal lacks 'minimise', 'maximise', 'reach', 'level', 'learn' or 'objectives' (exactly one of them says what is wanted)")]
    public void A_wrong_goal_is_reported_where_it_is_wrong(string goal, string message, bool isOneOfSeveral = false)
    {
        var text = Unmark(With(goal), out var place);

        var problems = Refuse(text).Select(problem => problem.ToString()).ToArray();

        problems.Should().Contain(problem => problem.StartsWith($"test.yaml:{place}: {message}", StringComparison.Ordinal), string.Join('\n', problems));
        if (!isOneOfSeveral) problems.Should().ContainSingle();
    }

    [Fact]
    public void A_fifth_objective_is_one_too_many()
    {
        const string More = "{ objectives: [{ minimise: difference }, { maximise: colour_L }, { maximise: colour_a }, { maximise: colour_b }, ▸{ minimise: colour_b }], until: { trials: 4 } }";

        var text = Unmark(With(More), out var place);

        Refuse(text).Select(problem => problem.ToString()).Should().Contain(problem => problem.StartsWith($"test.yaml:{place}: this is objective 5 (trade-offs are weighed among 4 at most"));
    }

    [Theory]
    [InlineData("{ minimise: difference, until: { trials: 4 } }", 3, 3)]
    [InlineData("{ maximise: difference, until: { trials: 4 } }", 3, -3)]
    [InlineData("{ reach: { quantity: difference, value: 5 }, until: { trials: 4 } }", 3, 2)]
    public void Less_cost_is_better_whatever_is_wanted(string goal, double value, double cost) => Goal.Cost(Parse(With(goal)).Goal.Objective, value).Should().Be(cost);

    private static string With(string goal) => Replace(Small, Written, $"goal: {goal}\n");
}
