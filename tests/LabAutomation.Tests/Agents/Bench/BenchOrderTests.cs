using System.Collections.Immutable;
using System.Text;
using Akka.Actor;
using LabAutomation.Agents;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Models;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Tests.Protocol.Bus;

namespace LabAutomation.Tests.Agents.Bench;

/// <summary>The bench hears states late, twice and in any order.</summary>
public sealed class BenchOrderTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = TeaBench.At;
    private static readonly InstrumentTopics Tea = TeaBench.Tea;

    private readonly string _folder = Directory.CreateTempSubdirectory("bench").FullName;
    private readonly SimulatedBroker _broker = new(TimeProvider.System);
    private readonly ActorSystem _actors = ActorSystem.Create("bench");
    private SimulatedBus _driver = null!;
    private SimulatedBus _agents = null!;
    private Ledger _ledger = null!;
    private IActorRef _bench = null!;

    [Fact]
    public async Task A_state_that_was_overtaken_is_no_news()
    {
        await SayAsync(Birth(1), State(1, 3, UnitState.Idle), State(1, 4, UnitState.Aborted), State(1, 3, UnitState.Idle));

        (await ViewAsync()).State.Should().Be(UnitState.Aborted);
    }

    [Fact]
    public async Task A_state_of_an_earlier_start_is_no_news()
    {
        await SayAsync(Birth(1), Birth(2), State(2, 1, UnitState.Stopped), State(1, 9, UnitState.Idle));

        (await ViewAsync()).State.Should().Be(UnitState.Stopped);
    }

    [Fact]
    public async Task A_state_that_overtook_the_birth_is_known_with_it()
    {
        await SayAsync(State(1, 3, UnitState.Idle), Birth(1));

        (await ViewAsync()).State.Should().Be(UnitState.Idle);
    }

    [Fact]
    public async Task An_instrument_that_was_taken_out_of_the_lab_may_come_back_and_count_from_the_beginning()
    {
        await SayAsync(Birth(7), State(7, 3, UnitState.Idle), BusMessage.Retained(Tea.Liveness, new Liveness(false, 7)), BusMessage.Cleared(Tea.Birth), Birth(1), State(1, 1, UnitState.Stopped));

        (await ViewAsync()).State.Should().Be(UnitState.Stopped);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task States_of_a_new_journal_count_whatever_epochs_the_one_before_had(long before)
    {
        await SayAsync(Birth(before, 0), State(before, 9, UnitState.Idle), Birth(1, 60), State(1, 1, UnitState.Stopped));

        (await ViewAsync()).Should().BeEquivalentTo(new { Online = true, State = UnitState.Stopped });
    }

    [Fact]
    public async Task What_the_driver_before_had_said_is_no_news_when_it_comes_after_the_birth_on_a_new_journal()
    {
        await SayAsync(Birth(1000, 0), State(1000, 9, UnitState.Idle), Birth(1, 60), State(1, 1, UnitState.Aborted));

        await SayAsync(State(1000, 9, UnitState.Idle), BusMessage.Retained(Tea.Liveness, new Liveness(false, 1000)), Birth(1000, 0));

        (await ViewAsync()).Should().BeEquivalentTo(new { Online = true, State = UnitState.Aborted });
        await SayAsync(State(1, 2, UnitState.Clearing));
        (await ViewAsync()).State.Should().Be(UnitState.Clearing);
    }

    [Fact]
    public async Task A_driver_that_goes_on_after_the_birth_of_another_is_the_one_that_stayed()
    {
        await SayAsync(Birth(1000, 0), State(1000, 9, UnitState.Idle), Birth(1, 60), State(1, 1, UnitState.Stopped));

        await SayAsync(State(1000, 10, UnitState.Execute), State(1, 2, UnitState.Idle));

        (await ViewAsync()).Should().BeEquivalentTo(new { State = UnitState.Execute, Birth = new { Epoch = 1000 } });
    }

    [Fact]
    public async Task A_state_that_a_broker_keeps_of_a_journal_that_nobody_knows_any_more_hides_none_of_the_new_one()
    {
        await SayAsync(State(1000, 9, UnitState.Idle), Birth(1, 60), State(1, 1, UnitState.Stopped));

        (await ViewAsync()).State.Should().Be(UnitState.Stopped);
    }

    [Fact]
    public async Task A_value_that_was_overtaken_is_no_news()
    {
        await SayAsync(Birth(1), Value(2, 21), Value(1, 20));

        (await ViewAsync()).Properties["temperature"].Value.Value.Should().Be(21);
    }

    [Fact]
    public async Task A_result_that_a_message_holds_and_a_record_does_not_ends_the_action_as_failed()
    {
        await SayAsync(Birth(1), State(1, 1, UnitState.Idle));
        var commands = await Mailbox.OpenAsync(_driver, "lab/1/site/tea/cmd/+");
        var intent = new ActionIntended(ActionId.Derive("c", 1, "pour", 0, 0), 1, "pour", 0, "tea", "pour", ImmutableSortedDictionary<string, Quantity>.Empty, DateTimeOffset.MaxValue);
        var asked = _bench.Ask<ActionConcluded>(new BenchMessage.Perform("c", new ActionRequest(intent, IsOnRecord: true)), TimeSpan.FromSeconds(10));
        await commands.NextAsync();

        // Each of these takes one byte as it comes, and six when it is written again.
        var result = new ResultFrame(intent.Action, ActionStatus.Succeeded, CauseCode.Success, "MESSAGE", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], At, At, 1);
        var payload = Encoding.UTF8.GetString(FrameCodec.Encode(result)).Replace("MESSAGE", new string('\u007f', 300_000), StringComparison.Ordinal);
        await _driver.PublishAsync(new BusMessage(Tea.Result(intent.Action), Encoding.UTF8.GetBytes(payload)) { Retain = true }, CancellationToken.None);

        var ended = (await asked).Ended.Result;
        (ended.Status, ended.Cause, ended.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.HardwareFault, false));
        ended.Message.Should().Contain("cannot be recorded");
    }

    [Theory]
    [InlineData(CauseCode.Locked, Repetition.DidNothing)]
    [InlineData(CauseCode.HardwareFault, null)]
    public async Task What_did_not_start_because_of_a_lock_can_be_done_again(CauseCode cause, Repetition? repetition)
    {
        await SayAsync(Birth(1), State(1, 1, UnitState.Idle));
        var commands = await Mailbox.OpenAsync(_driver, "lab/1/site/tea/cmd/+");
        var intent = new ActionIntended(ActionId.Derive("c", 1, "pour", 0, 0), 1, "pour", 0, "tea", "pour", ImmutableSortedDictionary<string, Quantity>.Empty, DateTimeOffset.MaxValue);
        var asked = _bench.Ask<ActionConcluded>(new BenchMessage.Perform("c", new ActionRequest(intent, IsOnRecord: true)), TimeSpan.FromSeconds(10));
        await commands.NextAsync();

        await _driver.PublishAsync(BusMessage.Retained(Tea.Result(intent.Action), new ResultFrame(intent.Action, ActionStatus.Failed, cause, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], At, At, 1)), CancellationToken.None);

        (await asked).Ended.Repetition.Should().Be(repetition);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_unit_that_was_aborted_is_cleared_before_it_is_sent_anything_whatever_came_late(bool birthIsLast)
    {
        var aborted = State(2, 4, UnitState.Aborted);
        if (birthIsLast) await SayAsync(Birth(1), aborted, Birth(2));
        else await SayAsync(Birth(2), aborted, State(2, 3, UnitState.Idle), State(1, 9, UnitState.Idle));
        var mailbox = await Mailbox.OpenAsync(_driver, "lab/1/site/tea/+/+");

        var intent = new ActionIntended(ActionId.Derive("c", 1, "pour", 0, 0), 1, "pour", 0, "tea", "pour", ImmutableSortedDictionary<string, Quantity>.Empty, DateTimeOffset.MaxValue);
        _bench.Tell(new BenchMessage.Perform("c", new ActionRequest(intent, IsOnRecord: true)), ActorRefs.NoSender);

        (await mailbox.NextAsync()).Topic.Should().Be(Tea.Control("clear"));
    }

    public async Task InitializeAsync()
    {
        _ledger = Ledger.Open(Path.Combine(_folder, "ledger.db"), TimeProvider.System);
        (_driver, _agents) = (_broker.CreateBus("driver"), _broker.CreateBus("agents"));
        await _driver.StartAsync(CancellationToken.None);
        await _agents.StartAsync(CancellationToken.None);
        var lab = new LabSurroundings(_agents, _ledger, "site", LabStations.OnePlace, TimeProvider.System, TimeProvider.System, new Lazy<ModelRegistry>(() => throw new InvalidOperationException("no model is asked for")));
        _bench = _actors.ActorOf(lab.Props(() => new BenchActor(lab)), "bench");
        await _bench.Ask<InstrumentList>(BenchMessage.GetInstruments.Instance, TimeSpan.FromSeconds(10));
    }

    public async Task DisposeAsync()
    {
        await _actors.Terminate();
        await _driver.DisposeAsync();
        await _agents.DisposeAsync();
        _ledger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Returns when the bench has been told all of it.</summary>
    private async Task SayAsync(params BusMessage[] messages)
    {
        var mailbox = await Mailbox.OpenAsync(_agents, "lab/said");
        foreach (var message in messages) await _driver.PublishAsync(message, CancellationToken.None);
        await _driver.PublishAsync(new BusMessage("lab/said", new byte[] { 1 }), CancellationToken.None);
        await mailbox.NextAsync();
    }

    private async Task<InstrumentView> ViewAsync() => (await _bench.Ask<InstrumentList>(BenchMessage.GetInstruments.Instance, TimeSpan.FromSeconds(10))).Instruments.Single();

    private static BusMessage Birth(long epoch, int? since = null) => TeaBench.Birth(epoch, since);

    private static BusMessage State(long epoch, long seq, UnitState state) => TeaBench.State(epoch, seq, state);

    private static BusMessage Value(long seq, double celsius) =>
        BusMessage.Retained(Tea.Property("temperature"), new PropertyFrame(Quantity.Of(celsius, "°C"), Quality.Good, seq, At.AddSeconds(seq)));
}
