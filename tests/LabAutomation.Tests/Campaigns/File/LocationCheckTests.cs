using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Tests.Campaigns;

/// <summary>What a workflow asks of a lab whose samples are carried, found before anything moves.</summary>
public sealed class LocationCheckTests
{
    private const string Sound = """
        - step: dose
          actions: [ { instrument: doser, command: dose, with: { mass: =mass } } ]
        - step: heat
          actions: [ { instrument: furnace, command: heat, with: { duration: 4 h } } ]
        - step: measure
          actions: [ { instrument: eye, command: acquire, with: { integration: 50 ms }, as: reading } ]
        - step: discard
          always: true
          at: bin
        """;

    private static readonly LabStations Lab = new(
    [
        new("doser", "doser", null, "doser"), new("furnace", "furnace", null, "furnace", IsBatch: true), new("eye", "eye", null, "eye"), new("gas", "gas", null), new("arm", "arm", null),
    ])
    {
        Locations = [new("doser", [1]), new("rack", [5, 6]), new("furnace", [11, 12]), new("eye", [31]), new("bin", [99], IsOutlet: true)],
        Transports = [new("arm", "transfer", ["doser", "rack", "furnace", "eye", "bin"], TimeSpan.FromSeconds(40))],
    };

    [Fact]
    public void A_workflow_that_begins_where_samples_are_made_and_ends_at_an_outlet_fits() => Problems(Sound).Should().BeEmpty();

    [Theory]
    [InlineData("  at: bin", "  at: elsewhere", "the lab has no location 'elsewhere'")]
    [InlineData("  at: bin", "  at: rack", "the sample of a trial would stay where it is*")]
    [InlineData("- step: measure\n", "- step: measure\n  at: rack\n", "'eye' does not stand at 'rack'")]
    [InlineData("with: { duration: 4 h } }", "with: { duration: 4 h } }, { instrument: gas, command: set }", "step 'heat' asks for more than the one action that its samples share")]
    [InlineData("- step: measure\n", "- step: again\n  actions: [ { instrument: furnace, command: heat, with: { duration: 2 h } } ]\n- step: measure\n", "step 'again' follows another at the same place*")]
    [InlineData("- step: dose\n", "- step: first\n  at: rack\n- step: dose\n", "there is no sample yet that could be brought anywhere")]
    [InlineData("[ { instrument: eye, command: acquire", "[ { instrument: doser, command: tare }, { instrument: eye, command: acquire", "the instruments of step 'measure' do not stand at one location*")]
    public void What_could_never_be_done_is_refused(string right, string wrong, string complaint)
    {
        Sound.Should().Contain(right);

        Problems(Sound.Replace(right, wrong, StringComparison.Ordinal)).Should().Contain(problem => Matches(problem.Message, complaint));
    }

    [Fact]
    public void From_wherever_a_trial_can_be_cut_off_its_sample_must_find_its_way_out()
    {
        var apart = Lab with { Transports = [new("arm", "transfer", ["doser", "furnace", "eye"], TimeSpan.FromSeconds(40)), new("crane", "transfer", ["eye", "bin"], TimeSpan.FromSeconds(40))] };

        Problems(Sound, apart).Select(problem => problem.Message).Should().Equal("nothing carries a sample from 'doser' to 'bin'", "nothing carries a sample from 'furnace' to 'bin'");
    }

    private static bool Matches(string message, string complaint) => complaint.EndsWith('*') ? message.StartsWith(complaint[..^1], StringComparison.Ordinal) : message == complaint;

    private static ImmutableArray<Problem> Problems(string workflow, LabStations? lab = null)
    {
        var text = $$"""
            campaign: synthesis
            goal: { maximise: colour_L, until: { trials: 8 } }
            parameters:
              mass: { kind: real, low: 100 mg, high: 500 mg }
            workflow:
            {{string.Join('\n', workflow.ReplaceLineEndings("\n").Split('\n').Select(line => "  " + line))}}
            analysis:
              - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: difference }
            """;
        var plan = CampaignFile.Parse(text, "synthesis.yaml");
        return [.. LocationCheck.Of(plan, (lab ?? Lab).For(plan), []).Where(problem => !problem.Message.Contains("which carries samples", StringComparison.Ordinal))];
    }
}
