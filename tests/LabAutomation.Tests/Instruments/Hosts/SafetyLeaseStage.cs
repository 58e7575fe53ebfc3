using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A driver host with leases by a clock that the test moves: the interlock's heartbeat and trip, and the broker's absence.</summary>
public abstract class SafetyLeaseStage : IAsyncLifetime
{
    private protected static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    private protected readonly TeaKitchen _kitchen = new();
    private protected readonly FakeTimeProvider _real = new();
    private protected long _seq;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private protected Task<StateFrame> AbortedAsync(long epoch) => _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame.Unit == UnitState.Aborted && frame.Epoch == epoch));

    /// <summary>Five seconds of it are over when it returns.</summary>
    private protected async Task StartDeafAsync()
    {
        var starting = StartAsync(requires: false);
        await SettleAsync();
        _real.Advance(TimeSpan.FromSeconds(5));
        await starting;
        await _kitchen.StateAsync(UnitState.Idle);
    }

    /// <summary>A start after a crash that has told its birth and waits for a heartbeat, for as long as the clock stands.</summary>
    private protected async Task<(Task<DriverHost> Starting, int MadeSafe)> BeginAgainAsync()
    {
        await StartAsync();
        await _kitchen.CrashAsync();
        _kitchen.Place = _kitchen.Place with { FirstHeartbeatWithin = TimeSpan.FromHours(1) };
        var madeSafe = _kitchen.Device.MadeSafe;
        var starting = _kitchen.StartAsync();
        await _kitchen.Broker.SeeAsync(all => all.FirstOrDefault(message => message.Topic == TeaKitchen.Topics.Birth && FrameCodec.Decode<Birth>(message.Payload).Epoch == 2));
        await SettleAsync();
        return (starting, madeSafe);
    }

    private protected static async Task<ActionOutcome> UntilCancelled(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        var cancelled = new TaskCompletionSource();
        await using var registration = cancellation.Register(cancelled.SetResult);
        await cancelled.Task;
        return ActionOutcome.Cancelled("stopped halfway");
    }

    /// <summary>Gives what was posted time to be done; where it must not happen there is nothing to wait for.</summary>
    private protected static Task SettleAsync() => Settled.SoonAsync();

    private protected async Task StartAsync(
        Func<DriverCommand, IActionScope, CancellationToken, Task<ActionOutcome>>? execute = null, bool requires = true, bool heartbeat = true, TimeProvider? clock = null)
    {
        _kitchen.Place = _kitchen.Place with { RequiresInterlock = requires, LeaseClock = clock ?? _real };
        var starting = _kitchen.StartAsync(execute);
        if (!requires || !heartbeat)
        {
            await starting;
            return;
        }

        await _kitchen.Broker.SeeAsync(all => all.FirstOrDefault(message => message.Topic == TeaKitchen.Topics.Birth));
        Beat();
        await starting;
    }

    private protected void Beat(double lease = 2) => _kitchen.Broker.Publish(BusMessage.Of(Topics.InterlockHeartbeat, new HeartbeatFrame(++_seq, lease, "c", _real.GetUtcNow())));

    private protected void Trip(bool tripped) => _kitchen.Broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(tripped, "smoke", "Ada", _real.GetUtcNow())));

    /// <summary>A clock whose timers do not fire, as in a program that was stopped and goes on.</summary>
    private protected sealed class DeafClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

        public void JumpAhead(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

        private sealed class Never : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
