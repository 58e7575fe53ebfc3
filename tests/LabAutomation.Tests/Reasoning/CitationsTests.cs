using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Reasoning;

public sealed class CitationsTests
{
    private static readonly Dictionary<long, LedgerEntry> Record = new()
    {
        [131] = Entry(131, new TrialMeasured(12, ImmutableSortedDictionary<string, Quantity>.Empty.Add("colour_difference", new Quantity(1.6437, Unit.One)), 1.6437)),
        [140] = Entry(140, new TrialMeasured(13, ImmutableSortedDictionary<string, Quantity>.Empty.Add("colour_L", new Quantity(119.7, Unit.One)), 119.7)),
    };

    [Theory]
    [InlineData("Trial 12 came to 1.64 [#131].")]
    [InlineData("Trial 12 came to 1.6437. [#131]")]
    [InlineData("1. Trial 12 came to 1.6 [#131].")]
    [InlineData("Nothing is known about the rest.")]
    [InlineData("In colour-match-1 the CIEDE2000 difference fell.")]
    [InlineData("Trial 13 came to about 120 [#140], trial 12 to 1.6 [#131].")]
    public void What_the_record_holds_is_borne_out(string text) => Doubts(text).Should().BeEmpty();

    [Theory]
    [InlineData("Trial 12 came to 1.65 [#131].", "do not hold 1.65")]
    [InlineData("Trial 12 came to 1.64.", "names no entry for 12, 1.64")]
    [InlineData("Trial 12 came to 1.64 [#999].", "there is no entry 999")]
    [InlineData("Trial 12 came to 1.64 [#131]. Trial 14 was better, at 0.9 [#131].", "do not hold 14, 0.9")]
    [InlineData("It took 2 trials [#131].", "do not hold 2")]
    [InlineData("It came to 1.64 [#99999999999999999999].", "there is no entry")]
    public void What_it_does_not_hold_is_doubted(string text, string doubt) => Doubts(text).Should().ContainSingle().Which.Should().Contain(doubt);

    [Fact]
    public async Task An_analyst_is_asked_once_more_about_what_the_record_does_not_hold()
    {
        using var bed = new GateBed();
        var model = new ScriptedModel(ScriptedModel.Says("Trial 12 came to 0.5 [#7]."), ScriptedModel.Says("The record does not show it."));
        using var system = Akka.Actor.ActorSystem.Create("citations");
        var (agent, shown) = (bed.Agent(ReasoningRole.Analyst, model), new List<ReasoningNotice>());
        var analyst = system.ActorOf(Akka.Actor.Props.Create(() => new ReasoningActor(agent, bed.View.OpenLedger, shown.Add)));

        var answer = await Akka.Actor.Futures.Ask<ReasoningMessage>(analyst, new ReasoningMessage.Ask("person", "how good?", Label.Trusted), TimeSpan.FromSeconds(20), default);

        answer.Should().BeOfType<ReasoningMessage.Answered>().Which.Should().Match<ReasoningMessage.Answered>(one => one.Doubts.IsEmpty && one.Text.Contains("does not show"));
        model.Asked[1][^1].Content.Should().Contain("there is no entry 7");
    }

    private static IReadOnlyList<string> Doubts(string text) => Citations.Doubts(text, Record);

    private static LedgerEntry Entry(long seq, LabEvent happened) => new(seq, "colour-match-1", DateTimeOffset.UnixEpoch, happened, "");
}
