using LabAutomation.Conformance;
using LabAutomation.Hosting.Broker;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Time;
using LabAutomation.Simulators.Wire;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.Testing;
using LabAutomation.Tests.Protocol.Bus;
using Microsoft.Extensions.Logging.Abstractions;
using Mailbox = LabAutomation.Tests.Protocol.Bus.Mailbox;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>
/// A simulated device and a broker in this process, and the device's driver host in another one, which is killed at each place that an
/// action passes, and started again. What really happened is read from the device's own list.
/// </summary>
internal sealed class DoomedInstrument : IAsyncDisposable
{
    private const double Speed = 60;
    private const string Site = "site";

    /// <summary>Half minutes without any result after which one is missing.</summary>
    private const int Waits = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly Doom _doom;
    private readonly KillTable _table;
    private readonly MortalDriver.Life _life;
    private readonly TimeProvider _clock;
    private readonly ConformanceDevice _device;
    private readonly TcpDevice _line;
    private readonly MqttLabBus _caller;
    private readonly InstrumentTopics _topics;
    private Mailbox _results = null!;
    private volatile StateFrame? _state;
    private int _actions;

    public DoomedInstrument(Doom doom, EmbeddedBroker broker, KillTable table)
    {
        (_doom, _table) = (doom, table);
        var from = DateTimeOffset.UtcNow;
        _clock = new AcceleratedTimeProvider(TimeProvider.System, Speed, from);
        _device = ConformingFamilies.Setup(doom.Family).Device(_clock);
        _line = new TcpDevice(_device.Connect);
        _topics = Topics.Of(Site, doom.Name);
        var client = $"driver-{doom.Name}";
        var account = broker.Issue(client, BrokerAccess.ForDriver(Site, doom.Name, client));
        _life = new(doom.Family, ConformingFamilies.SettingsOf(doom.Family), Site, doom.Name, client, account.Password, broker.Port, _line.Port, _folder.At("journal.db"), Speed, from);
        var caller = $"caller-{doom.Name}";
        var own = broker.Issue(caller, BrokerAccess.ForAgents(Site, caller));
        _caller = new(new MqttLabBusOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = caller, UserName = caller, Password = own.Password }, TimeProvider.System, NullLogger<MqttLabBus>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _caller.DisposeAsync();
        await _line.DisposeAsync();
        _device.Lifetime.Dispose();
        _folder.Dispose();
    }

    /// <summary>Kills as often as asked, at one place after the other.</summary>
    public async Task RunAsync(int kills)
    {
        await _caller.StartAsync(CancellationToken.None).Soon();
        await _caller.SubscribeAsync(_topics.State, message => _state = FrameCodec.Decode<StateFrame>(message.Payload), CancellationToken.None).Soon();
        _results = await Mailbox.OpenAsync(_caller, $"{Topics.Root}/{Site}/{_doom.Name}/exec/+/result");
        var driver = await MortalDriver.StartAsync(_life);
        try
        {
            var undisturbed = NewAction();
            await SendAsync(undisturbed, null);
            (await ResultAsync(undisturbed)).Status.Should().Be(ActionStatus.Succeeded, _doom.Family);
            var once = _device.Effects().Count;
            once.Should().BePositive($"'{_doom.Name}' leaves an effect");
            await IdleAsync();
            var places = new LinkedList<string>(_doom.Places);
            while (kills > 0)
            {
                places.Should().NotBeEmpty($"'{_doom.Name}' passes some of its places");
                var place = places.First!.Value;
                places.RemoveFirst();
                var before = _device.Effects().Count;
                var action = NewAction();
                await SendAsync(action, place);
                var told = ResultAsync(action);
                using var over = new CancellationTokenSource();
                await Task.WhenAny(driver.Ended, EndedAsync(told, over.Token));
                await over.CancelAsync();
                if (!driver.Ended.IsCompleted) continue;        // an action does not pass this place so often

                kills--;
                places.AddLast(place);
                driver.Dispose();
                var row = _table.Row(place, OnDisk(action), told.IsCompleted);
                driver = await MortalDriver.StartAsync(_life);
                await SendAsync(action, null);
                var result = await told;
                await SettleAsync(result, before);
                var effects = _device.Effects().Count - before;
                _table.Add(row, _doom, place, result, effects, once);
            }
        }
        finally
        {
            driver.Dispose();
        }
    }

    private ActionId NewAction() => ActionId.Derive(_doom.Name, ++_actions, "doomed", 0, 1);

    private async Task SendAsync(ActionId action, string? dieAt)
    {
        var sample = _doom.Command(_actions);
        var message = new CommandMessage(action, sample.Command, new CommandFrame(sample.Arguments, _clock.GetUtcNow().AddDays(1)), Topics.Replies(_caller.ClientId), _caller.ClientId, null, null).ToBusMessage(_topics, 600);
        await _caller.PublishAsync(dieAt is null ? message : message with { Properties = message.Properties.Add(MortalDriver.DieAt, dieAt) }, CancellationToken.None).Soon();
    }

    private async Task<ResultFrame> ResultAsync(ActionId action)
    {
        for (var waits = 0; ;)
        {
            BusMessage message;
            try
            {
                message = await _results.NextAsync();
            }
            catch (TimeoutException) when (++waits < Waits)
            {
                continue;       // meanwhile a process has to start, and the machine may be busy
            }

            if (!message.Payload.IsEmpty && FrameCodec.Decode<ResultFrame>(message.Payload) is var result && result.Action == action) return result;
        }
    }

    /// <summary>A person looks at the device where nobody knows, and clears the unit where it stands.</summary>
    private async Task SettleAsync(ResultFrame result, int before)
    {
        if (result.Status == ActionStatus.UnknownOutcome)
        {
            var found = _device.Effects().Count > before ? Finding.Happened : Finding.DidNotHappen;
            await ControlAsync("reconcile", new ReconcileFrame(result.Action, found, "the test", "the device's list says so", _clock.GetUtcNow()));
            ResultFrame resolved;
            do resolved = await ResultAsync(result.Action);
            while (resolved.Status == ActionStatus.UnknownOutcome);
        }

        await IdleAsync();
        await _caller.PublishAsync(new BusMessage(_topics.Acknowledge(result.Action), ReadOnlyMemory<byte>.Empty), CancellationToken.None).Soon();
    }

    /// <summary>Idle after the result: all that the action passes lies behind it then, since states are told in order with results.</summary>
    private async Task EndedAsync(Task<ResultFrame> told, CancellationToken cancellation)
    {
        await told.WaitAsync(cancellation);
        await IdleAsync(cancellation);
    }

    private async Task IdleAsync(CancellationToken cancellation = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        for (StateFrame? cleared = null; _state?.Unit != UnitState.Idle;)
        {
            if (_state is { Unit: UnitState.Aborted } aborted && aborted != cleared)
            {
                cleared = aborted;
                await ControlAsync("clear", new ControlFrame(null, "the test", "go on", _clock.GetUtcNow()));
            }

            await Task.Delay(5, patience.Token);
        }
    }

    private Task ControlAsync<T>(string verb, T frame) => _caller.PublishAsync(BusMessage.Of(_topics.Control(verb), frame), CancellationToken.None).Soon();

    /// <summary>How far the journal says that the action has come.</summary>
    private string OnDisk(ActionId action)
    {
        using var journal = new Journal(_life.Journal);
        var rows = journal.Store.Query(
            "SELECT phase, (SELECT COUNT(*) FROM marks WHERE marks.action = actions.action) FROM actions WHERE action = $action",
            row => (Phase: (JournalPhase)row.GetInt32(0), Marks: row.GetInt32(1)),
            ("$action", action.ToString()));
        return rows switch
        {
            [] => "nothing",
            [(JournalPhase.Accepted, _)] => "accepted",
            [(JournalPhase.Started, 0)] => "started",
            [(JournalPhase.Started, _)] => "marked",
            _ => "ended",
        };
    }
}
