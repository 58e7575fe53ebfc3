using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Hosting;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Time;
using LabAutomation.Testing;
using LabAutomation.Tests.House;
using LabAutomation.Tests.Records;

namespace LabAutomation.Tests.Chaos;

/// <summary>A lab in virtual time that does not go on says who waits for whom, and ends.</summary>
public sealed class StandstillTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("standstill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_campaign_that_waits_for_what_never_comes_ends_with_what_that_is()
    {
        await using var lab = VirtualLab.From(Never(), seed: 7, planner: "sobol", trials: 3);

        (await lab.Invoking(it => it.RunAsync()).Should().ThrowAsync<StalledException>()).Which.Message
            .Should().StartWith("nothing went on record for 12 h or more. never-1 is suspended: ").And.Contain("stirrer").And.MatchRegex("never-1 waits (for its next trial|in trial 1 for its turn or its analysis)\\.");

        lab.Elapsed.Should().BeLessThan(TimeSpan.FromDays(2));
    }

    [Fact]
    public async Task A_test_that_takes_too_long_can_end_the_run()
    {
        await using var lab = VirtualLab.From(Repository.At("campaigns", "colour-match.yaml"), planner: "sobol", trials: 3);
        using var over = new CancellationTokenSource();
        await over.CancelAsync();

        await lab.Invoking(it => it.RunAsync(over.Token)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public void Each_kind_of_wait_is_named()
    {
        Told(Record().Proposed(0, 1).Begun(1, 1, "dose", "pump-cyan", "dispense")).Should().Be("match-1 waits in trial 1 for pump-cyan with 'dispense'.");
        Told(Record()).Should().Be("match-1 waits for its next trial.");
        Told(Record().Proposed(0, 1)).Should().Be("match-1 waits in trial 1 for its turn or its analysis.");
        Told(Record().Proposed(0, 1).Add(1, new TrialWaits(1, "cyan", "0.2 mL are left"))).Should().Be("match-1 waits in trial 1 for cyan: 0.2 mL are left.");
        Told(Record().Proposed(0, 1).Did(1, 2, 1, "dose", "pump-cyan", "dispense", status: ActionStatus.UnknownOutcome)).Should().Be("match-1 waits in trial 1 for somebody who finds out what became of 'dispense' of pump-cyan.");
        Told(Record().Add(1, new CampaignSuspended("too warm"))).Should().Be("match-1 is suspended: too warm. match-1 waits for its next trial.");
        Told(Record().Add(1, new QueueChanged("ada", "operator", "later", Hold: true))).Should().Be("match-1 is held in the queue. match-1 waits for its next trial.");
        Told(Record().Add(1, new BreakerChanged("arm", BreakerPhase.Open, "three faults", RecordMaker.At(9)))).Should().Be("match-1 waits for its next trial. arm is given nothing more: three faults.");
        Told(Record().Add(1, new CampaignPaused("enough"))).Should().Be("No campaign is under way.");
    }

    [Fact]
    public void What_a_person_was_asked_to_bring_is_named()
    {
        var record = Record().Add(0, new ConsumableDeclared("cyan", Quantity.Of(1, "mL"), Quantity.Of(5, "mL"), Quantity.Of(1, "mL")));
        LedgerEntry[] entries = [.. record.Entries, new LedgerEntry(9, Ledger.OfTheLab, RecordMaker.At(3), new RefillRequested("cyan", Quantity.Of(4, "mL"), true, "trial 1 waits for it"), "")];

        Standstill.Tell(entries).Should().Be("match-1 waits for its next trial. A refill of cyan is asked for, 4 mL: trial 1 waits for it.");
    }

    private static RecordMaker Record() => new();

    private static string Told(RecordMaker record) => Standstill.Tell(record.Entries);

    /// <summary>The colour match, suspended until the stirrer shows what it never will.</summary>
    private string Never()
    {
        var path = Path.Combine(_folder, "never.yaml");
        File.WriteAllText(path, File.ReadAllText(Repository.At("campaigns", "colour-match.yaml")).Replace("campaign: colour-match", "campaign: never", StringComparison.Ordinal)
            + "\nsuspend:\n  - { instrument: stirrer, property: temperature, low: 80 °C, high: 90 °C }\n");
        return path;
    }
}
