using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>What a full disk does not take of a stop it is given again once there is room.</summary>
public sealed class UnwrittenStopTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();

    [Fact]
    public async Task A_stop_that_came_while_the_disk_was_full_outlasts_the_program_once_there_is_room()
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        Fill(true);
        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Control("abort"));
        (await _kitchen.EventAsync("journal")).Message.Should().Contain("the emergency stop does not outlast a restart");

        Fill(false);
        await OnDiskAsync(() => Stopped() is not null);
        await _kitchen.CrashAsync();
        await _kitchen.StartAsync();

        (await StateAsync(epoch: 2, UnitState.Aborted)).Aborted.Should().Be(new AbortReason(CauseCode.EmergencyStop, "aborted by Ada: because"));
        _kitchen.Events("journal").Should().ContainSingle("it is told once");
    }

    [Fact]
    public async Task A_stop_that_was_cleared_before_the_disk_took_it_does_not_come_back()
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        Fill(true);
        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Control("abort"));
        await _kitchen.EventAsync("journal");
        Fill(false);
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));

        _kitchen.Clock.Advance(TimeSpan.FromSeconds(2));
        await Settled.SoonAsync();

        Stopped().Should().BeNull();
    }

    [Fact]
    public async Task A_clear_that_came_while_the_disk_was_full_outlasts_the_program_once_there_is_room()
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Control("abort"));
        await OnDiskAsync(() => Stopped() is not null);
        Fill(true);
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
        (await _kitchen.EventAsync("journal")).Message.Should().Contain("that the unit was cleared does not outlast a restart");

        Fill(false);
        await OnDiskAsync(() => Stopped() is null);
        await _kitchen.CrashAsync();
        await _kitchen.StartAsync();

        await StateAsync(epoch: 2, UnitState.Idle);
    }

    [Fact]
    public async Task That_the_device_was_made_safe_since_an_action_started_is_written_once_there_is_room()
    {
        StartedAction? asked = null;
        await _kitchen.StartAsync((_, _, _) => new TaskCompletionSource<ActionOutcome>().Task);
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
        Fill(true);
        _kitchen.Control("abort");
        await Settled.UntilAsync(() => _kitchen.Events("journal").Count() == 2);

        Fill(false);
        await OnDiskAsync(() => _kitchen.Journal.Store.Read(s => s.Number("SELECT 1 FROM marks WHERE key = $key", ("$key", StartedAction.MadeSafeMark))) is not null);
        await _kitchen.CrashAsync();
        await _kitchen.StartAsync(recover: (action, _, _) =>
        {
            asked = action;
            return Task.FromResult<Recovery>(new Recovery.Happened(ActionOutcome.Succeeded()));
        });
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
        await _kitchen.ResultAsync(1);

        asked!.WasMadeSafe.Should().BeTrue();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private void Fill(bool isFull) => _kitchen.Journal.Store.Run($"PRAGMA query_only = {(isFull ? "ON" : "OFF")}");

    private string? Stopped() => _kitchen.Journal.Store.Read(s => s.Query("SELECT why FROM stops", row => row.GetString(0)).SingleOrDefault());

    private Task OnDiskAsync(Func<bool> isThere) => Settled.UntilAsync(() =>
    {
        _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));
        return isThere();
    });

    private Task<StateFrame> StateAsync(long epoch, UnitState state) =>
        _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame.Epoch == epoch && frame.Unit == state));
}
