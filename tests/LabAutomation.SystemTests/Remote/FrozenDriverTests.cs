using System.Diagnostics;
using System.Globalization;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Lab;
using LabAutomation.Benchmarks.House;
using LabAutomation.Tests.Protocol.Bus;
using Xunit.Abstractions;

namespace LabAutomation.SystemTests.Remote;

/// <summary>SIGSTOP of a driver's program in mid-action. While it is frozen only the device itself can stop; the moment it goes on it finds its lease over.</summary>
[Trait("Length", "long")]
[Trait("Faults", "real")]
public sealed class FrozenDriverTests(ITestOutputHelper output)
{
    private const double Lease = 1;

    /// <summary>The promise is 250 ms; a busy machine takes longer to give a program its turn.</summary>
    private static readonly TimeSpan SafeWithin = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    /// <summary>1 by default; LONG_FREEZES asks for more.</summary>
    private static readonly int Freezes = int.TryParse(Environment.GetEnvironmentVariable("LONG_FREEZES"), out var freezes) ? freezes : 1;

    [Fact]
    public async Task A_frozen_driver_that_goes_on_is_safe_at_once_and_repeats_nothing()
    {
        for (var freeze = 0; freeze < Freezes; freeze++) await FreezeAsync(freeze);
    }

    private async Task FreezeAsync(int number)
    {
        await using var stage = await DriveStage.OpenAsync();
        await using var guard = await stage.ConnectAsync("guard", "interlock");
        await using var agents = await stage.ConnectAsync("agents", "agents");
        using var end = new CancellationTokenSource();
        var beating = BeatAsync(guard, end.Token);
        using var drive = stage.Drive(requiresInterlock: true, firstHeartbeatWithin: 10);
        await drive.UntilItSaysAsync("online: pump-cyan");
        var states = await Mailbox.OpenAsync(agents, stage.Topics.State);
        while (FrameCodec.Decode<StateFrame>((await states.NextAsync()).Payload).Unit != UnitState.Idle)
        {
            // Each state on the way to the one in which it takes commands.
        }

        await agents.PublishAsync(stage.Dispense(ActionId.Derive("frozen", number, "dose", 0, 1), "agents"), CancellationToken.None).Soon();
        await DriveStage.UntilAsync(() => stage.Dispensed.Count == 1);

        drive.Signal("-STOP");
        await Task.Delay(TimeSpan.FromSeconds(2 * Lease));
        drive.Error.Should().BeEmpty("it is frozen before its lease is over");
        var clock = Stopwatch.StartNew();
        drive.Signal("-CONT");
        await DriveStage.UntilAsync(() => drive.Error.Contains("pump-cyan: Aborted: ", StringComparison.Ordinal));

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"safe {clock.Elapsed.TotalMilliseconds:0} ms after SIGCONT"));
        clock.Elapsed.Should().BeLessThan(SafeWithin + Margin);
        drive.Error.Should().Contain("the heartbeat of the interlock was missing for longer than its lease of 1 s");
        stage.Dispensed.Should().ContainSingle("nothing is repeated");
        FaultTable.Tell(20, "freezes of a driver's program (SIGSTOP)", 1);
        await end.CancelAsync();
        await beating;
    }

    private static async Task BeatAsync(MqttLabBus guard, CancellationToken stop)
    {
        for (var seq = 1; !stop.IsCancellationRequested; seq++)
        {
            await guard.PublishAsync(BusMessage.Of(Topics.InterlockHeartbeat, new HeartbeatFrame(seq, Lease, "test", DateTimeOffset.UtcNow)) with { ExpirySeconds = 1 }, CancellationToken.None);
            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(200), stop));
        }
    }
}
