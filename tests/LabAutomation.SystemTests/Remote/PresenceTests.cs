using System.Collections.Immutable;
using System.Diagnostics;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Bench;
using LabAutomation.Tests.Protocol.Bus;
using Xunit.Abstractions;
using Mailbox = LabAutomation.Tests.Protocol.Bus.Mailbox;

namespace LabAutomation.SystemTests.Remote;

/// <summary>How soon the lab knows that a driver is there, or is not there any more.</summary>
public sealed class PresenceTests(ITestOutputHelper output)
{
    /// <summary>What is promised, and no more.</summary>
    private static readonly TimeSpan Unheard = TimeSpan.FromSeconds(1.5 * DriveStage.KeepAlive);

    [Fact]
    [Trait("Faults", "real")]
    public async Task A_driver_program_that_is_frozen_is_seen_offline_within_one_and_a_half_keep_alives_and_comes_back()
    {
        await using var stage = await DriveStage.OpenAsync();
        await using var agents = await stage.ConnectAsync("agents", "agents");
        using var drive = stage.Drive();
        await drive.UntilItSaysAsync("online: pump-cyan");
        var liveness = await Mailbox.OpenAsync(agents, stage.Topics.Liveness);
        (await OnlineAsync()).Should().BeTrue();

        var clock = Stopwatch.StartNew();
        drive.Signal("-STOP");
        (await OnlineAsync()).Should().BeFalse();
        var unheard = clock.Elapsed;
        output.WriteLine(FormattableString.Invariant($"seen offline {unheard.TotalSeconds:0.00} s after it was frozen, with a keep-alive of {DriveStage.KeepAlive} s; {Unheard.TotalSeconds:0.0} s are promised"));
        unheard.Should().BeLessThan(Unheard);

        drive.Signal("-CONT");
        (await OnlineAsync()).Should().BeTrue("a program that goes on connects again");

        async Task<bool> OnlineAsync() => FrameCodec.Decode<Liveness>((await liveness.NextAsync()).Payload).Online;
    }

    [Fact]
    public async Task A_new_driver_is_visible_within_two_seconds_of_its_connecting()
    {
        await using var stage = await DriveStage.OpenAsync();
        await using var agents = await stage.ConnectAsync("agents", "agents");
        var births = await Mailbox.OpenAsync(agents, Topics.EveryBirth);
        var states = await Mailbox.OpenAsync(agents, Topics.EveryState);
        using var bench = new ColourBench(1, TimeProvider.System);
        var folder = Directory.CreateTempSubdirectory("presence-");
        using var journal = new Journal(Path.Combine(folder.FullName, "journal.db"));
        var driver = DriverFamilies.BuiltIn.Create(new DriverSettings("ika-namur", ImmutableSortedDictionary<string, string>.Empty), _ => Task.FromResult(bench.Connect("stirrer")), TimeProvider.System, TimeProvider.System);
        var connected = 0L;
        var host = new DriverHost(new HostedInstrument(stage.Broker.Site, "stirrer", Simulated: true), driver, journal, Connect, TimeProvider.System);

        await host.StartAsync(CancellationToken.None).Soon();
        FrameCodec.Decode<Birth>((await births.NextAsync()).Payload).Instrument.Should().Be("stirrer");
        while (FrameCodec.Decode<StateFrame>((await states.NextAsync()).Payload).Unit != UnitState.Idle)
        {
            // Each state on the way to the one in which it takes commands.
        }

        var visible = Stopwatch.GetElapsedTime(connected);
        output.WriteLine(FormattableString.Invariant($"visible and idle {visible.TotalSeconds:0.00} s after it connected; 2 s are promised"));
        visible.Should().BeLessThan(TimeSpan.FromSeconds(2));
        await host.DisposeAsync();
        folder.Delete(recursive: true);

        MqttLabBus Connect(BusMessage will)
        {
            var bus = stage.Client("driver-stirrer", "driver:stirrer", will);
            bus.ConnectionChanged += _ => connected = Stopwatch.GetTimestamp();
            return bus;
        }
    }
}
