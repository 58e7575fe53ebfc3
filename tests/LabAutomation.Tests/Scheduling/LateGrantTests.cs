using System.Collections.Immutable;
using System.Threading.Channels;
using Akka.Actor;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;
using LabAutomation.Tests.Planning;

namespace LabAutomation.Tests.Scheduling;

/// <summary>What a campaign does with a grant that was on its way when a person changed the queue.</summary>
public sealed class LateGrantTests : IDisposable
{
    private readonly ShortCampaign _short = new("{ minimise: difference, until: { trials: 12 } }");
    private readonly ActorSystem _actors = ActorSystem.Create("late-grant");
    private readonly Channel<object> _told = Channel.CreateUnbounded<object>();

    [Fact]
    public async Task A_grant_for_what_was_declared_is_taken()
    {
        var (campaign, declared) = await BeginAsync();

        campaign.Tell(Grant(declared));

        (await NextAsync<BenchMessage.Perform>()).Request.Intent.Instrument.Should().Be("pump-a");
    }

    [Theory]
    [InlineData(QueueOrder.Edit, 1)]
    [InlineData(QueueOrder.Hold, 1)]
    [InlineData(QueueOrder.Hold, null)]
    public async Task A_grant_that_crosses_an_edit_or_a_hold_is_declined(string what, int? trial)
    {
        var (campaign, declared) = await BeginAsync();
        var order = new QueueOrder(what, ShortCampaign.Id, "Ada", "operator", "because", trial);

        var reply = await campaign.Ask<QueueReply>(new CampaignRequest.Change(what == QueueOrder.Edit ? order with { Values = ImmutableSortedDictionary<string, string>.Empty.Add("cyan", "0.7 mL") } : order), TimeSpan.FromSeconds(10));
        campaign.Tell(Grant(declared));

        reply.Done.Should().BeTrue(reply.Words);
        SchedulerMessage.Declare answer;
        do answer = await NextAsync<SchedulerMessage.Declare>();
        while (answer.Heard < 1);
        answer.Trials.Should().ContainSingle().Which.Tasks.Should().OnlyContain(task => task.Phase == TaskPhase.Waiting);
        _told.Reader.TryRead(out var more).Should().BeFalse($"nothing begins, not {more}");
    }

    [Fact]
    public async Task A_trial_whose_station_was_all_that_came_to_be_known_before_a_restart_can_be_made_at_any()
    {
        var (_, declared) = await BeginAsync(Cells, new TrialStationed(1, "left"));

        declared.Trials.Should().ContainSingle().Which.IsFree.Should().BeTrue();
        declared.Trials[0].Job.Tasks[0].Ways.Select(way => way.Location).Should().Equal("@left", "@right");
    }

    /// <summary>Another of a batch declined.</summary>
    [Fact]
    public async Task So_can_one_whose_first_step_was_withdrawn()
    {
        var (campaign, declared) = await BeginAsync(Cells);

        campaign.Tell(Grant(declared, isShared: true));
        (await NextAsync<SchedulerMessage.Ready>()).Number.Should().Be(1);
        _short.State.Trials[0].Station.Should().Be("left");
        campaign.Tell(new Withdrawn(1, declared.By));

        SchedulerMessage.Declare answer;
        do answer = await NextAsync<SchedulerMessage.Declare>(passesOver: typeof(SchedulerMessage.Ready));
        while (answer.Trials[0].Tasks[0].Phase != TaskPhase.Waiting);
        answer.Trials[0].IsFree.Should().BeTrue();
    }

    public void Dispose()
    {
        _actors.Terminate().Wait();
        _short.Dispose();
    }

    private static LabStations Cells { get; } = new([.. new[] { "left", "right" }.SelectMany(cell => new[] { "pump-a", "pump-b", "eye" }.Select(role => new PlacedInstrument($"{role}-{cell}", role, cell)))]);

    private static Grant Grant(SchedulerMessage.Declare declared, bool isShared = false) => new Grant.Begin(1, 1, "dose", DateTimeOffset.UnixEpoch, 0, null, isShared) { For = declared.By, Job = declared.Trials[0].Job };

    private async Task<(IActorRef Campaign, SchedulerMessage.Declare Declared)> BeginAsync(LabStations? lab = null, params LabEvent[] happened)
    {
        _short.Propose(0.5, 0.5);
        if (happened.Length > 0) _short.Ledger.Append(ShortCampaign.Id, happened);
        var stations = lab ?? LabStations.OnePlace;
        var others = _actors.ActorOf(Props.Create(() => new Others(_told.Writer)));
        var campaign = _actors.ActorOf(Props.Create(() => new CampaignActor(ShortCampaign.Id, _short.Ledger, new CampaignCrew(others, others, others, others), stations, TimeProvider.System)));
        return (campaign, await NextAsync<SchedulerMessage.Declare>());
    }

    /// <param name="passesOver">Beside declarations.</param>
    private async Task<T> NextAsync<T>(Type? passesOver = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        while (true)
        {
            var told = await _told.Reader.ReadAsync(patience.Token);
            if (told is T wanted) return wanted;
            if (told.GetType() != passesOver) told.Should().BeOfType<SchedulerMessage.Declare>();
        }
    }

    /// <summary>Scheduler, bench, planner and analyst: they answer nothing.</summary>
    private sealed class Others : ReceiveActor
    {
        public Others(ChannelWriter<object> told) => ReceiveAny(message => told.TryWrite(message));
    }
}
