using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Benchmarks.Stopping;

/// <summary>A driver whose handler never returns, whatever it is asked.</summary>
internal sealed class HungDriver(IDriver inner) : IDriver
{
    /// <summary>Whether it hangs by now.</summary>
    public bool Hangs { get; private set; }

    public string Family => inner.Family;

    public ImmutableArray<CommandDescription> Commands => inner.Commands;

    public ImmutableArray<PropertyDescription> Properties => inner.Properties;

    public TimeSpan SafeWithin => inner.SafeWithin;

    public Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation) => inner.ConnectAsync(cancellation);

    public Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        Hangs = true;
        return new TaskCompletionSource<ActionOutcome>().Task;
    }

    public Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation) => inner.RecoverAsync(action, scope, cancellation);

    public Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation) => inner.ReadPropertiesAsync(cancellation);

    public Task MakeSafeAsync(CancellationToken cancellation) => inner.MakeSafeAsync(cancellation);

    public string State => inner.State;

    public string ToMermaid() => inner.ToMermaid();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
