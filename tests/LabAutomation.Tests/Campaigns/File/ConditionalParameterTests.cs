using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;
using static LabAutomation.Tests.Campaigns.CampaignTexts;

namespace LabAutomation.Tests.Campaigns;

/// <summary>Parameters that count only in some trials.</summary>
public sealed class ConditionalParameterTests
{
    private const string Mix = "  - step: mix\n    actions:\n      - { instrument: stirrer, command: stir, with: { speed: 600 rpm, duration: 20 s } }\n";
    private const string Yellow = "  yellow: { kind: real, low: 0 mL, high: 0.8 mL }\n";
    private const string Parameters = Yellow + "  mixing: { kind: categorical, choices: [none, stirred] }\n  speed: { kind: real, low: 100 rpm, high: 900 rpm, when: { mixing: [stirred] } }\n";
    private const string Guarded = "  - step: mix\n    actions:\n      - { instrument: stirrer, command: stir, with: { speed: =speed, duration: 20 s }, when: mixing == 'stirred' }\n";

    [Fact]
    public void A_parameter_that_does_not_count_has_no_value_in_the_trial_and_its_action_is_left_out()
    {
        var plan = Parse(With(Guarded));
        var without = plan.ToValues(new Point([0.1, 0.2, 0.3, 0, 100]));
        var with = plan.ToValues(new Point([0.1, 0.2, 0.3, 1, 400]));

        without["speed"].Should().Be(TrialValue.None);
        without.ToString().Should().EndWith("mixing none, speed -");
        plan.ToPoint(without).Should().Be(new Point([0.1, 0.2, 0.3, 0, 100]));
        var stir = plan.Steps.Single(step => step.Name == "mix").Actions[0];
        plan.Bind(stir, without).Should().BeNull();
        plan.Bind(stir, with)!.Arguments["speed"].Value.Should().Be(400);
        plan.Check(Births.Bench, Births.NoModels).Should().BeEmpty();
        var json = JsonSerializer.Serialize(without);
        json.Should().EndWith("\"mixing\":\"none\",\"speed\":null}");
        JsonSerializer.Deserialize<TrialValues>(json)!.Equals(without).Should().BeTrue();
        FluentActions.Invoking(() => plan.ToPoint(new TrialValues(with.Select(value => value.Key == "speed" ? KeyValuePair.Create(value.Key, TrialValue.None) : value))))
            .Should().Throw<ArgumentException>().WithMessage("'speed' counts there, and has no value*");
    }

    [Fact]
    public void Proposals_leave_it_at_rest_where_it_does_not_count_and_constraints_ask_nothing_of_it_there()
    {
        var plan = Parse(CampaignTexts.Replace(With(Guarded), "  - cyan + magenta + yellow <= 1.6 mL\n", "  - cyan + magenta + yellow <= 1.6 mL\n  - speed >= 500 rpm\n"));

        var points = Study.Open(Planners.Problem(plan)).Ask(20).Proposals.Select(proposal => proposal.Point).ToArray();

        points.Where(point => point[3] == 0).Should().NotBeEmpty("a speed that is not there breaks no constraint").And.OnlyContain(point => point[4] == 100);
        points.Where(point => point[3] == 1).Should().NotBeEmpty().And.OnlyContain(point => point[4] >= 500);
    }

    [Theory]
    [InlineData("with: { speed: ▸=speed, duration: 20 s } }", "'speed' does not count in every trial in which this is done ('when: mixing == 'stirred'' does it only there)")]
    [InlineData("with: { speed: ▸=speed, duration: 20 s }, when: cyan > 0.1 mL }", "'speed' does not count in every trial in which this is done")]
    [InlineData("with: { speed: 600 rpm, duration: 20 s }, when: ▸speed > 300 rpm }", "this is also asked in trials in which 'speed' does not count (write 'mixing == 'stirred' and' before it)")]
    public void An_action_that_needs_it_everywhere_is_refused(string action, string message)
    {
        var text = Unmark(With($"  - step: mix\n    actions:\n      - {{ instrument: stirrer, command: stir, {action}\n"), out var place);

        Refuse(text).Should().ContainSingle().Which.ToString().Should().StartWith($"test.yaml:{place}: {message}");
    }

    [Theory]
    [InlineData("with: { speed: =speed, duration: 20 s }, when: mixing == 'stirred' and cyan > 0.1 mL }")]
    [InlineData("with: { speed: =speed, duration: 20 s }, when: not mixing == 'none' }")]
    [InlineData("with: { speed: 600 rpm, duration: 20 s }, when: mixing == 'stirred' and speed > 300 rpm }")]
    public void An_action_that_is_done_only_where_it_counts_is_accepted(string action) =>
        Parse(With($"  - step: mix\n    actions:\n      - {{ instrument: stirrer, command: stir, {action}\n")).Check(Births.Bench, Births.NoModels).Should().BeEmpty();

    [Theory]
    [InlineData("{ ▸colour: [stirred] }", "'colour' is not a parameter that stands before 'speed'")]
    [InlineData("{ ▸speed: [stirred] }", "'speed' is not a parameter that stands before 'speed'")]
    [InlineData("{ mixing: [▸shaken] }", "'mixing' has no choice 'shaken'")]
    [InlineData("{ ▸cyan: [0.1 mL] }", "'cyan' is real and has no list of values")]
    [InlineData("{ mixing: [stirred], ▸cyan: [0.1 mL] }", "'speed' depends on two parameters")]
    public void A_wrong_condition_is_reported_where_it_is_wrong(string when, string message)
    {
        var text = Unmark(With(Guarded).Replace("{ mixing: [stirred] }", when, StringComparison.Ordinal), out var place);

        Refuse(text).Should().ContainSingle().Which.ToString().Should().StartWith($"test.yaml:{place}: {message}");
    }

    [Fact]
    public void A_parameter_may_depend_on_one_that_depends_itself()
    {
        var text = With(Guarded).Replace("{ mixing: [stirred] } }\n", "{ mixing: [stirred] } }\n  pulses: { kind: integer, low: 1, high: 3, when: { mixing: [stirred] } }\n  pause: { kind: discrete, values: [1 s, 5 s], when: { pulses: [2, 3] } }\n", StringComparison.Ordinal);
        var plan = Parse(text);

        plan.ToValues(new Point([0, 0, 0, 1, 400, 1, 1]))["pause"].Should().Be(TrialValue.None);
        plan.ToValues(new Point([0, 0, 0, 1, 400, 2, 5]))["pause"].Quantity!.Value.Value.Should().Be(5);
        plan.ToValues(new Point([0, 0, 0, 0, 400, 2, 5]))["pause"].Should().Be(TrialValue.None, "what it depends on does not count there");
    }

    private static string With(string mix) => CampaignTexts.Replace(CampaignTexts.Replace(Match, Yellow, Parameters), Mix, mix);
}
