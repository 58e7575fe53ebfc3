using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Time;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Queue;

/// <summary>Two campaigns of a lab in virtual time, and persons who interrupt them.</summary>
public sealed class InterruptedLabTests : IDisposable
{
    private static readonly CampaignPlan Plan = CampaignFile.Load(Repository.At("campaigns", "colour-match.yaml")).With(planner: "sobol", trials: 6);

    private readonly string _folder = Directory.CreateTempSubdirectory("interrupted-").FullName;
    private readonly VirtualTime _time = new(VirtualLaboratory.Beginning);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void One_of_two_campaigns_rests_and_goes_on_while_the_other_runs()
    {
        var replies = new List<QueueReply>();
        var resting = default(CampaignState);
        var ended = Run(async lab =>
        {
            string[] ids = [lab.Begin(Plan), lab.Begin(Plan)];
            await using var pause = At(60, () => Order(lab, replies, QueueOrder.Pause, ids[0]));
            await using var look = At(300, () => resting = CampaignRecord.Find(lab.Ledger, ids[0]));
            await using var resume = At(301, () => Order(lab, replies, QueueOrder.Resume, ids[0]));
            return await lab.RunAsync(ids, CancellationToken.None);
        });

        replies.Should().HaveCount(2).And.OnlyContain(reply => reply.Done);
        (resting!.Phase, resting.PauseReason).Should().Be((CampaignPhase.Paused, "asked for by Ada: a visitor"));
        ended.Should().OnlyContain(state => state.Phase == CampaignPhase.Ended && state.Trials.Count == 6 && state.Trials.All(trial => trial.Outcome is TrialOutcome.Measured));
        (ended[0].LastAt - ended[0].StartedAt - ended[0].Spent).Should().BeGreaterThan(TimeSpan.FromMinutes(2), "the rest does not count");
    }

    [Fact]
    public void A_pause_now_rests_in_the_midst_of_a_trial_and_the_next_life_of_the_program_goes_on_there()
    {
        var replies = new List<QueueReply>();
        var resting = Run(async lab =>
        {
            var id = lab.Begin(Plan);
            await using var pause = At(75, () => Order(lab, replies, QueueOrder.Pause, id, now: true));
            return await lab.RunAsync([id], CancellationToken.None);
        }).Single();
        var ended = Run(lab =>
        {
            lab.Resume(resting);
            return lab.RunAsync([resting.Id], CancellationToken.None);
        }).Single();

        (resting.Phase, resting.PauseReason).Should().Be((CampaignPhase.Paused, "asked for by Ada: a visitor"));
        resting.UnderWay.Single().Actions.Values.Should().NotBeEmpty("it rests in the midst of a trial").And.OnlyContain(action => action.HasSucceeded, "what ran has come to its end");
        ended.Trials.Should().HaveCount(6).And.OnlyContain(trial => trial.Outcome is TrialOutcome.Measured);
        var interrupted = ended.Trials[resting.UnderWay.Single().Number - 1];
        interrupted.Actions.Values.Should().OnlyContain(action => action.Attempt == 1, "nothing is done twice");
    }

    [Fact]
    public void A_halt_makes_the_instruments_safe_at_once_cleans_nothing_up_and_ends_the_program()
    {
        var replies = new List<QueueReply>();
        var halted = Run(async lab =>
        {
            var id = lab.Begin(Plan);
            await using var halt = At(25, () => Order(lab, replies, QueueOrder.Halt, ""));
            return await lab.RunAsync([id], CancellationToken.None);
        }).Single();

        replies.Single().Words.Should().StartWith($"{halted.Id}: nothing begins, nothing is cleaned up").And.Contain($"lab resume {halted.Id} --clear");
        (halted.Phase, halted.PauseReason).Should().Be((CampaignPhase.Paused, "the lab is in its safe mode: halted by Ada: a visitor"));
        var actions = halted.UnderWay.Single().Actions;
        actions.Keys.Should().NotContain(place => place.Step == "drain");
        actions.Values.Should().Contain(action => action.Result!.Cause == CauseCode.EmergencyStop, "what ran was aborted");
        (halted.LastAt - halted.StartedAt).Should().BeLessThan(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void All_that_run_are_paused_by_one_message_and_finished_by_one_each()
    {
        var replies = new List<QueueReply>();
        var ended = Run(async lab =>
        {
            string[] ids = [lab.Begin(Plan), lab.Begin(Plan)];
            await using var pause = At(60, () => Order(lab, replies, QueueOrder.Pause, ""));
            await using var resume = At(61, () => Order(lab, replies, QueueOrder.Resume, ""));
            await using var finish = At(62, () => Order(lab, replies, QueueOrder.Finish, ids[1]));
            await using var nobody = At(63, () => Order(lab, replies, QueueOrder.Finish, "another-1"));
            return await lab.RunAsync(ids, CancellationToken.None);
        });

        replies.Select(reply => reply.Done).Should().Equal(true, true, true, false);
        replies[0].Words.Split('\n').Should().HaveCount(2);
        replies[3].Words.Should().Be("no campaign 'another-1' runs here; there are colour-match-1, colour-match-2");
        ended.Select(state => state.End!.End).Should().Equal(CampaignEnd.TrialsSpent, CampaignEnd.Finished);
        ended[1].Trials.Count.Should().BeLessThan(6);
    }

    [Fact]
    public void Where_no_lab_runs_an_end_is_put_on_record_and_there_is_nothing_to_pause_or_halt()
    {
        using var ledger = Ledger.Open(Path.Combine(_folder, "ledger.db"), TimeProvider.System);
        ledger.Append("match-1", [new Records.RecordMaker().Entries[0].Event]);
        QueueReply Queue(string what) => Laboratory.Queue(ledger, new PolicyOptions().ToPolicy(), new QueueOrder(what, "match-1", "Ada", QueueRules.Operator, "enough"));

        Queue(QueueOrder.Pause).Words.Should().StartWith("no lab runs on this data directory, and nothing of it moves");
        Queue(QueueOrder.Resume).Done.Should().BeFalse();
        Queue(QueueOrder.Halt).Words.Should().Contain("'lab stop' reaches");
        Queue(QueueOrder.Finish).Should().Be(new QueueReply(true, "match-1 begins no more trials; no lab runs here, and it ends with 'lab resume match-1'"));
        CampaignState.Replay(ledger.Read("match-1")).Finishing.Should().Be("asked for by Ada: enough");
        Queue(QueueOrder.Abort).Done.Should().BeTrue();
        CampaignState.Replay(ledger.Read("match-1")).Phase.Should().Be(CampaignPhase.Aborting);
    }

    private ITimer At(double seconds, Action act) => _time.CreateTimer(_ => act(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);

    private static async void Order(Laboratory lab, List<QueueReply> replies, string what, string campaign, bool now = false) =>
        replies.Add(await lab.QueueAsync(new QueueOrder(what, campaign, "Ada", QueueRules.Operator, "a visitor", Now: now), CancellationToken.None));

    private IReadOnlyList<CampaignState> Run(Func<Laboratory, Task<System.Collections.Immutable.ImmutableArray<CampaignState>>> work)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([.. LabAutomation.Testing.ColourBenchConfiguration.Keys, new("Lab:DataDirectory", _folder), new("Simulation:Seed", "3")]).Build();
        using var lab = VirtualLaboratory.Of(configuration, null, _time, null);
        return lab.Run(async laboratory =>
        {
            await laboratory.CheckAsync(Plan, CancellationToken.None);
            return await work(laboratory);
        });
    }
}
