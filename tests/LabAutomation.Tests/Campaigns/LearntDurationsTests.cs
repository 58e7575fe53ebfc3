using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;
using LabAutomation.Tests.Records;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Campaigns;

/// <summary>What a campaign that has done nothing yet knows of how long things take, from others on the ledger.</summary>
public sealed class LearntDurationsTests
{
    private static readonly LabStations Lab = new([new("pump-cyan", "pump-cyan", null), new("stirrer-a", "stirrer", null), new("stirrer-b", "stirrer", null)]);

    [Fact]
    public void What_others_took_on_top_of_what_their_arguments_say_is_learnt_by_role_and_command()
    {
        var (first, second) = (Stir("stirrer-a", 1, 30, 34), Stir("stirrer-b", 2, 60, 66));
        var broken = Stir("stirrer-b", 3, 30, 900);

        var learnt = LearntDurations.Of([first.Intent, second.Intent, broken.Intent], [first.End, second.End, broken.End with { Result = broken.End.Result with { Status = ActionStatus.Failed } }], Lab);

        (learnt.OnTop("stirrer", "stir")!.Value.Expected, learnt.OnTop("stirrer", "stir")!.Value.Longest).Should().Be((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6)));
        (learnt.OnTop("stirrer", "heat"), learnt.OnTop("spectrometer", "stir")).Should().Be((null, null));
    }

    [Fact]
    public void A_campaign_of_its_own_record_knows_better()
    {
        var learnt = LearntDurations.Of([Stir("stirrer-a", 1, 30, 34).Intent], [Stir("stirrer-a", 1, 30, 34).End], Lab);

        Mix(Dosed(), Lab).Should().Be(TimeSpan.FromSeconds(30), "what the arguments say, and some handling");
        Mix(Dosed(), Lab with { Learnt = learnt }).Should().Be(TimeSpan.FromSeconds(24));
        Mix(Dosed().Did(4, 5, 1, "mix", "stirrer-a", "stir").Proposed(6, 2), Lab with { Learnt = learnt }).Should().Be(TimeSpan.FromSeconds(80), "its own took a minute, with arguments that said nothing");
    }

    [Fact]
    public void What_is_long_ago_counts_no_longer()
    {
        var folder = Directory.CreateTempSubdirectory("learnt-");
        var clock = new FakeTimeProvider(RecordMaker.Start);
        using (var ledger = Ledger.Open(Path.Combine(folder.FullName, "ledger.db"), clock))
        {
            var (intent, end) = Stir("stirrer-a", 1, 30, 34);
            ledger.Append("before-1", [intent, end]);

            LearntDurations.Of(ledger, Lab, clock.GetUtcNow()).OnTop("stirrer", "stir")!.Value.Expected.Should().Be(TimeSpan.FromSeconds(4));
            LearntDurations.Of(ledger, Lab, clock.GetUtcNow().AddDays(31)).OnTop("stirrer", "stir").Should().BeNull();
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public void What_was_under_way_when_the_program_did_not_run_teaches_nobody()
    {
        var folder = Directory.CreateTempSubdirectory("learnt-");
        var clock = new FakeTimeProvider(RecordMaker.Start);
        using (var ledger = Ledger.Open(Path.Combine(folder.FullName, "ledger.db"), clock))
        {
            var (cut, whole) = (Stir("stirrer-a", 1, 30, 13_000), Stir("stirrer-a", 2, 30, 34));
            ledger.Append("before-1", [cut.Intent, new CampaignResumed("lab resume"), cut.End, whole.Intent, whole.End]);

            LearntDurations.Of(ledger, Lab, clock.GetUtcNow()).OnTop("stirrer", "stir")!.Value.Longest.Should().Be(TimeSpan.FromSeconds(4));
        }

        folder.Delete(recursive: true);
    }

    private static RecordMaker Dosed() => new RecordMaker().Proposed(0, 1);

    /// <summary>How long the last trial's mixing is expected to take.</summary>
    private static TimeSpan Mix(RecordMaker record, LabStations lab)
    {
        var state = record.State;
        return TrialJob.Of(state, state.Trials[^1], lab.For(state.Plan), null).Steps.Single(step => step.Step.Name == "mix").Ways[0].Duration;
    }

    private static (ActionIntended Intent, ActionEnded End) Stir(string instrument, int trial, double said, double took)
    {
        var id = ActionId.Derive("before-1", trial, "mix", 0, 1);
        var intent = new ActionIntended(id, trial, "mix", 0, instrument, "stir", ImmutableSortedDictionary<string, Quantity>.Empty.Add("duration", Quantity.Of(said, "s")), RecordMaker.Start);
        return (intent, new ActionEnded(id, trial, "mix", 0, new ResultFrame(id, ActionStatus.Succeeded, CauseCode.Success, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], RecordMaker.Start, RecordMaker.Start.AddSeconds(took), 1)));
    }
}
