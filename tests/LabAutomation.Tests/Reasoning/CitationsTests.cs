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
        [150] = Entry(150, new TrialMeasured(999, ImmutableSortedDictionary<string, Quantity>.Empty.Add("dose", new Quantity(-0.0012, Unit.Parse("mL"))), 12.9)),
        [140] = Entry(140, new TrialMeasured(13, ImmutableSortedDictionary<string, Quantity>.Empty.Add("colour_L", new Quantity(119.7, Unit.One)), 119.7)),
    };

    [Theory]
    [InlineData("Trial 12 came to 1.64 [#131].")]
    [InlineData("Trial 12 came to 1.6437. [#131]")]
    [InlineData("1. Trial 12 came to 1.6 [#131].")]
    [InlineData("Nothing is known about the rest.")]
    [InlineData("In colour-match-1 the CIEDE2000 difference fell.")]
    [InlineData("Trial 13 came to about 120 [#140], trial 12 to 1.6 [#131].")]
    [InlineData("The dose of trial 999 was 12.9mL [#150].")]
    [InlineData("It was -1.2e-3 mL [#150].")]
    [InlineData("It was \u22121.2e\u22123 mL [#150].")]
    [InlineData("It was \u22120.0012mL [#150].")]
    [InlineData("Trial twelve came to one point six [#131].")]
    [InlineData("It was twelve point nine millilitres [#150].")]
    [InlineData("It took nine hundred and ninety-nine trials [#150].")]
    [InlineData("There are two ways to go on, and no one has tried one of them.")]
    [InlineData("Someone often moves ahead.")]
    [InlineData("It is given per m\u00b2.")]
    [InlineData("It lay at 1.6-119.7 [#131] [#140].")]
    [InlineData("A 12.9-mL dose [#150].")]
    [InlineData("It was measured on 1970-01-01 [#131].")]
    [InlineData("H2O and CO2 were there.")]
    public void What_the_record_holds_is_borne_out(string text) => Doubts(text).Should().BeEmpty();

    [Theory]
    [InlineData("Trial 12 came to 1.65 [#131].", "do not hold 1.65")]
    [InlineData("Trial 12 came to 1.64.", "names no entry for 12, 1.64")]
    [InlineData("Trial 12 came to 1.64 [#999].", "there is no entry 999")]
    [InlineData("Trial 12 came to 1.64 [#131]. Trial 14 was better, at 0.9 [#131].", "do not hold 14, 0.9")]
    [InlineData("It took 2 trials [#131].", "do not hold 2")]
    [InlineData("It was 12.3mL [#150].", "do not hold 12.3")]
    [InlineData("Trial 12.9 [#131].", "do not hold 12.9")]
    [InlineData("It is 1.12x as good [#131].", "do not hold 1.12")]
    [InlineData("It was 1.3e-3 mL [#150].", "do not hold 1.3e-3")]
    [InlineData("It took 998mL [#150].", "do not hold 998")]
    [InlineData("It took 5e9 [#150].", "do not hold 5e9")]
    [InlineData("It took 0e9 mL [#131].", "do not hold 0e9")]
    [InlineData("It took .7 [#131].", "do not hold .7")]
    [InlineData("It was \u221212.9 [#150].", "do not hold \u221212.9")]
    [InlineData("It took 1 trial [#140].", "do not hold 1")]
    [InlineData("It took 5 mL.", "names no entry for 5")]
    [InlineData("It took 5mL.", "names no entry for 5")]
    [InlineData("It came to 1.64 [#99999999999999999999].", "there is no entry")]
    [InlineData("It took twelve millilitres.", "names no entry for twelve")]
    [InlineData("It took eleven millilitres [#131].", "do not hold eleven")]
    [InlineData("Two trials failed [#131].", "do not hold Two")]
    [InlineData("It came to one point seven [#131].", "do not hold one point seven")]
    [InlineData("Twenty-five of them failed.", "names no entry for Twenty-five")]
    [InlineData("A hundred and twenty [#131].", "do not hold hundred and twenty")]
    [InlineData("It took two dozen [#131].", "do not hold two dozen")]
    [InlineData("It rose by five percent.", "names no entry for five")]
    [InlineData("The best recipe lay at 0.4-0.6 mL [#131].", "do not hold 0.4, 0.6")]
    [InlineData("It was at pH7.4.", "pH7.4 cannot be read")]
    [InlineData("It was in a 998-mL batch.", "names no entry for 998")]
    [InlineData("It was a 50-fold gain [#131].", "do not hold 50")]
    [InlineData("It took 10,000 trials [#131].", "do not hold 10,000")]
    [InlineData("In colour-match-7 it fell.", "colour-match-7 stands nowhere in the record")]
    [InlineData("It was measured on 2026-01-01 [#131].", "do not hold 2026-01-01")]
    [InlineData("It doubled, then rose by half.", "names no entry for doubled, by half")]
    [InlineData("It was a tenfold gain [#131].", "do not hold tenfold")]
    [InlineData("It took \u00bd mL [#131].", "with the digits 0 to 9")]
    [InlineData("It took \u216b mL [#131].", "with the digits 0 to 9")]
    public void What_it_does_not_hold_is_doubted(string text, string doubt) => Doubts(text).Should().ContainSingle().Which.Should().Contain(doubt);

    [Theory]
    [InlineData("Trial \u0661\u0662 came to \u0663 [#131].", "digits 0 to 9")]
    [InlineData("It was 1.64 [#\u0661\u0663\u0661].", "digits 0 to 9")]
    [InlineData("It was 1e999999999999 of 1e-999999999999 [#131].", "do not hold 1e999999999999, 1e-999999999999")]
    public void Digits_of_other_scripts_and_numbers_without_end_are_doubted(string text, string doubt) => Doubts(text).Should().ContainSingle().Which.Should().Contain(doubt);

    [Fact]
    public void A_sentence_names_a_few_entries_and_not_the_whole_record()
    {
        var cited = string.Concat(Enumerable.Range(0, 21).Select(k => $"[#{k}]"));

        Doubts($"It was 1.64 {cited}.").Should().ContainSingle().Which.Should().Contain("it names 21 entries");
        Doubts($"It was 1.64 {string.Concat(Enumerable.Repeat("[#131]", 1_000))}.").Should().BeEmpty("they are one");
    }

    [Fact]
    public void Nobody_waits_for_the_check_of_what_is_claimed() =>
        FluentActions.Invoking(() => Citations.Doubts("It was 1.64 [#131].", Record, new CancellationToken(canceled: true))).Should().Throw<OperationCanceledException>();

    [Fact]
    public async Task An_answer_that_cannot_be_mended_stays_with_its_doubts_and_the_person_is_told_why()
    {
        using var bed = new GateBed();
        var (answered, shown) = await AskAsync(bed, new ScriptedModel(ScriptedModel.Says("Trial 12 came to 0.5 [#7].")), new Deadlines(TimeSpan.FromMinutes(5), TimeSpan.FromHours(1)));

        answered.Should().Match<ReasoningMessage.Answered>(one => one.Text.Contains("0.5 [#7]") && one.Doubts.Length == 1);
        shown.OfType<ReasoningNotice.Told>().Should().ContainSingle().Which.Text.Should().Contain("no more answers").And.Contain("first answer stays");
    }

    [Fact]
    public async Task Both_attempts_have_one_deadline()
    {
        using var bed = new GateBed();
        var model = new ScriptedModel(ScriptedModel.Says("Trial 12 came to 0.5 [#7]."), ScriptedModel.Says("Never mind.")) { Meanwhile = () => bed.Clock.Advance(TimeSpan.FromMinutes(4)) };

        var (answered, shown) = await AskAsync(bed, model, new Deadlines(TimeSpan.FromMinutes(5), TimeSpan.FromHours(1)));

        answered.Text.Should().Contain("0.5 [#7]");
        shown.OfType<ReasoningNotice.Told>().Should().ContainSingle().Which.Text.Should().Contain("within 300 s (Reasoning:Deadline)");
    }

    private static async Task<(ReasoningMessage.Answered Answered, List<ReasoningNotice> Shown)> AskAsync(GateBed bed, ScriptedModel model, Deadlines deadlines)
    {
        using var system = Akka.Actor.ActorSystem.Create("claims");
        var (agent, shown) = (bed.Agent(ReasoningRole.Analyst, model, deadlines), new List<ReasoningNotice>());
        var analyst = system.ActorOf(Akka.Actor.Props.Create(() => new ReasoningActor(agent, bed.View.OpenLedger, shown.Add)));
        var answer = await Akka.Actor.Futures.Ask<ReasoningMessage>(analyst, new ReasoningMessage.Ask("person", "how good?", Label.Trusted), TimeSpan.FromSeconds(20), default);
        return (answer.Should().BeOfType<ReasoningMessage.Answered>().Which, shown);
    }

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
