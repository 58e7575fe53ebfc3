using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Models;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Tests.Protocol.Bus;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Agents.Bench;

/// <summary>A driver comes back with a journal that begins anew, its data directory being lost: what the older one may have begun is not sent to it.</summary>
public sealed class NewJournalTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly InstrumentTopics Tea = Topics.Of("site", "tea");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("bench").FullName;
    private readonly FakeTimeProvider _clock = new(At);
    private readonly SimulatedBroker _broker = new(TimeProvider.System);
    private readonly ActorSystem _actors = ActorSystem.Create("bench");
    private readonly ActionIntended _intent = new(ActionId.Derive("c", 1, "pour", 0, 0), 1, "pour", 0, "tea", "pour", ImmutableSortedDictionary<string, Quantity>.Empty, At.AddDays(1));
    private SimulatedBus _driver = null!;
    private SimulatedBus _agents = null!;
    private Ledger _ledger = null!;
    private IActorRef _bench = null!;
    private Mailbox _commands = null!;
    private Mailbox _aborts = null!;

    [Theory]
    [InlineData(0, -60)]
    [InlineData(0, null)]
    [InlineData(null, null)]
    [InlineData(null, 60)]
    public async Task What_was_sent_is_not_sent_to_a_driver_with_another_journal(int? before, int? after)
    {
        await SayAsync(Birth(1, before));
        var asked = PerformAsync(new ActionRequest(_intent, IsOnRecord: false));
        (await _commands.NextAsync()).Topic.Should().Be(Tea.Command("pour"));

        await SayAsync(Birth(1000, after));

        if (before == after)
        {
            (await _commands.NextAsync()).CorrelationData.ToArray().Should().Equal(_intent.Action.ToBytes(), "it is the same journal, which knows");
            asked.IsCompleted.Should().BeFalse();
            return;
        }

        _clock.Advance(Patience);
        var ended = (await asked).Ended;
        (ended.Result.Status, ended.Result.Cause, ended.Repetition).Should().Be((ActionStatus.UnknownOutcome, CauseCode.LinkLost, null));
        ended.Result.Message.Should().Contain("knows nothing of this action");
        await CaughtUpAsync();
        _commands.HasMail.Should().BeFalse();
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(-1, false)]
    [InlineData(null, false)]
    public async Task What_a_program_before_this_one_has_intended_is_not_sent_to_a_driver_whose_journal_began_since(int? since, bool isForgotten)
    {
        await SayAsync(Birth(1000, since));

        var asked = PerformAsync(new ActionRequest(_intent, IsOnRecord: true, At));

        if (!isForgotten)
        {
            (await _commands.NextAsync()).Topic.Should().Be(Tea.Command("pour"));
            return;
        }

        await CaughtUpAsync();
        _clock.Advance(Patience);
        (await asked).Ended.Result.Status.Should().Be(ActionStatus.UnknownOutcome);
        _commands.HasMail.Should().BeFalse();
    }

    [Fact]
    public async Task The_result_that_the_older_driver_has_left_on_the_broker_counts()
    {
        await SayAsync(Birth(1, 0));
        var asked = PerformAsync(new ActionRequest(_intent, IsOnRecord: false));
        await _commands.NextAsync();

        await SayAsync(Birth(1000, 60));
        await SayAsync(BusMessage.Retained(Tea.Result(_intent.Action), new ResultFrame(_intent.Action, ActionStatus.Succeeded, CauseCode.Success, "done", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], At, At, 1)));

        (await asked).Ended.Result.Status.Should().Be(ActionStatus.Succeeded);
    }

    [Fact]
    public async Task What_has_never_been_sent_is_sent_to_a_driver_that_comes_later()
    {
        var asked = PerformAsync(new ActionRequest(_intent, IsOnRecord: false));
        await SayAsync(Birth(1000, 60));

        (await _commands.NextAsync()).Topic.Should().Be(Tea.Command("pour"));
        await CaughtUpAsync();
        _clock.Advance(Patience);
        (await _commands.NextAsync()).Topic.Should().Be(Tea.Command("pour"), "it is asked again under its id, of the same journal");
        asked.IsCompleted.Should().BeFalse();
    }

    public async Task InitializeAsync()
    {
        _ledger = Ledger.Open(Path.Combine(_folder, "ledger.db"), _clock);
        (_driver, _agents) = (_broker.CreateBus("driver"), _broker.CreateBus("agents"));
        await _driver.StartAsync(CancellationToken.None);
        await _agents.StartAsync(CancellationToken.None);
        var lab = new LabSurroundings(_agents, _ledger, "site", LabStations.OnePlace, _clock, _clock, new Lazy<ModelRegistry>(() => throw new InvalidOperationException("no model is asked for")));
        _bench = _actors.ActorOf(lab.Props(() => new BenchActor(lab)), "bench");
        await _bench.Ask<InstrumentList>(BenchMessage.GetInstruments.Instance, TimeSpan.FromSeconds(10));
        _commands = await Mailbox.OpenAsync(_driver, "lab/1/site/tea/cmd/+");
        _aborts = await Mailbox.OpenAsync(_driver, Tea.Control("abort"));
    }

    public async Task DisposeAsync()
    {
        await _actors.Terminate();
        await _driver.DisposeAsync();
        await _agents.DisposeAsync();
        _ledger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<ActionConcluded> PerformAsync(ActionRequest request)
    {
        var concluded = new TaskCompletionSource<ActionConcluded>(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Tell(new BenchMessage.Perform("c", request), _actors.ActorOf(Props.Create(() => new Asker(concluded))));
        return concluded.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Returns when the bench has been told all of it and has done what follows.</summary>
    private async Task SayAsync(params BusMessage[] messages)
    {
        var mailbox = await Mailbox.OpenAsync(_agents, "lab/said");
        foreach (var message in messages) await _driver.PublishAsync(message, CancellationToken.None);
        await _driver.PublishAsync(new BusMessage("lab/said", new byte[] { 1 }), CancellationToken.None);
        await mailbox.NextAsync();
        await CaughtUpAsync();
    }

    /// <summary>The actor of the instrument has done all that it was told.</summary>
    private async Task CaughtUpAsync()
    {
        _bench.Tell(new BenchMessage.MakeSafe("tea", "it answers in order"), ActorRefs.NoSender);
        await _aborts.NextAsync();
    }

    /// <param name="since">Seconds from the beginning at which its driver's journal begins.</param>
    private static BusMessage Birth(long epoch, int? since) => BusMessage.Retained(
        Tea.Birth,
        new Birth("1", "tea", "tea-maker", new InstrumentIdentity("Kettle & Co", "T1", "7", "1.0"), true, epoch, SchemaHashes.Of([], []), [], [], 1, At, RemembersSince: since is { } seconds ? At.AddSeconds(seconds) : null));

    private sealed class Asker : ReceiveActor
    {
        public Asker(TaskCompletionSource<ActionConcluded> concluded)
        {
            Receive<ActionBegun>(_ => { });
            Receive<ActionConcluded>(end => concluded.TrySetResult(end));
        }
    }
}
