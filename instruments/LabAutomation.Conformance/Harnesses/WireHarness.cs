using System.Diagnostics;
using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>
/// A driver that runs somewhere, reached over the wire only. With a start command it is a process of this machine, which can be killed
/// and started again. One harness serves all assertions; before each the unit is cleared where it is aborted.
/// </summary>
/// <param name="connect">Makes a client from its id.</param>
/// <param name="startCommand">A shell command that becomes the driver's process; null where somebody else started it.</param>
public sealed class WireHarness(InstrumentTopics topics, Func<string, ILabBus> connect, TimeProvider clock, string? startCommand = null) : IConformanceHarness
{
    private Process? _process;

    public InstrumentTopics Topics => topics;

    public HarnessAbilities Can => startCommand is null ? HarnessAbilities.None : HarnessAbilities.Kill;

    public TimeProvider Clock => clock;

    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Slack => TimeSpan.FromSeconds(0.5);

    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(5);

    public bool? Simulated => null;

    public long DeviceBytes => throw Cannot("count bytes");

    public IReadOnlyList<string> Effects => throw Cannot("count effects");

    public string Graph => throw Cannot("see a graph");

    public async Task<ILabBus> ConnectAsync(ConformanceClient client, CancellationToken cancellation)
    {
        var bus = connect(ConformanceBroker.IdOf(client));
        await bus.StartAsync(cancellation).WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, cancellation);
        return bus;
    }

    public async Task StartAsync(CancellationToken cancellation)
    {
        if (startCommand is not null && _process is null) _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec {startCommand}"]))!;
        await using var bus = connect("kit-tidy");
        await bus.StartAsync(cancellation).WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, cancellation);
        var heard = new Witness();
        await bus.SubscribeAsync(topics.State, heard.Take, cancellation);
        var state = await heard.SeeAsync(all => ConformanceRun.Frames<StateFrame>(all, topics.State).LastOrDefault(), Patience);
        if (state is not { Unit: UnitState.Aborted }) return;
        await bus.PublishAsync(BusMessage.Of(topics.Control("clear"), new ControlFrame(null, "the conformance kit", "before the next check", clock.GetUtcNow())), cancellation);
        await heard.SeeAsync(all => ConformanceRun.Frames<StateFrame>(all, topics.State).LastOrDefault() is { Unit: UnitState.Idle } idle ? idle : null, Patience);
    }

    public async Task KillAsync()
    {
        if (_process is not { } process) throw Cannot("kill what it did not start");
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    public Task StopAsync(CancellationToken cancellation) => throw Cannot("stop a host");

    public Task KillAtBoundary(int boundary) => throw Cannot("see a journal");

    public Task StartTwinAsync(CancellationToken cancellation) => throw Cannot("start a second host");

    public Task RebuildAsync(CancellationToken cancellation) => throw Cannot("build a device");

    public void HoldAnswers(bool held) => throw Cannot("hold answers");

    public void SpoilAnswers(bool spoilt) => throw Cannot("spoil answers");

    public void FillDisk(bool full) => throw Cannot("fill a disk");

    public Task RestartBrokerAsync() => throw Cannot("restart the broker");

    public void CutBusLink() => throw Cannot("cut a link");

    public void MendBusLink() => throw Cannot("mend a link");

    /// <summary>Between two assertions the driver goes on; <see cref="EndAsync"/> ends a process that was started.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task EndAsync() => _process is null ? Task.CompletedTask : KillAsync();

    private static NotSupportedException Cannot(string what) => new($"over the wire alone the kit cannot {what}");
}
