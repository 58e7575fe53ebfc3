using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>Runs one driver on the lab's bus.</summary>
/// <param name="connect">Makes this client's bus from its last will, which carries the epoch. The host starts and disposes it.</param>
/// <param name="clock">Lab time.</param>
public sealed class DriverHost(HostedInstrument place, IDriver driver, Journal journal, Func<BusMessage, ILabBus> connect, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Rises at every start; 0 before it.</summary>
    public long Epoch => throw new NotSupportedException($"{place} {driver} {journal} {connect} {clock}");

    public UnitState State => throw new NotSupportedException();

    /// <summary>Ends when the host is stopped; faulted where it met what it cannot handle.</summary>
    public Task Completion => throw new NotSupportedException();

    /// <summary>Connects device and bus, publishes the birth and takes up what an earlier run left unfinished. Returns when commands are taken.</summary>
    public Task StartAsync(CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>A clean stop: waits for the running action, or cancels it when the token fires; makes the device safe; says offline.</summary>
    public Task StopAsync(CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Without <see cref="StopAsync"/> before: halts where it stands, as a crash would.</summary>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
