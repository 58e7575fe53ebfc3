using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>A driver whose own state is looked at around every call, and by whoever sees its line at every exchange with the device.</summary>
internal sealed class WatchedDriver(IDriver driver) : IDriver
{
    private readonly Lock _gate = new();
    private readonly List<(string From, string To)> _steps = [];
    private string _last = driver.State;

    /// <summary>Before the first call.</summary>
    public string Initial { get; } = driver.State;

    public IReadOnlyList<(string From, string To)> Steps
    {
        get
        {
            lock (_gate) return [.. _steps];
        }
    }

    public string Family => driver.Family;

    public ImmutableArray<CommandDescription> Commands => driver.Commands;

    public ImmutableArray<PropertyDescription> Properties => driver.Properties;

    public TimeSpan SafeWithin => driver.SafeWithin;

    public string State => driver.State;

    public void Look()
    {
        lock (_gate)
        {
            var now = driver.State;
            if (now == _last) return;
            _steps.Add((_last, now));
            _last = now;
        }
    }

    public Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation) => WatchAsync(() => driver.ConnectAsync(cancellation));

    public Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation) => WatchAsync(() => driver.ExecuteAsync(command, scope, cancellation));

    public Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation) => WatchAsync(() => driver.RecoverAsync(action, scope, cancellation));

    public Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation) => WatchAsync(() => driver.ReadPropertiesAsync(cancellation));

    public Task MakeSafeAsync(CancellationToken cancellation) => WatchAsync(async () =>
    {
        await driver.MakeSafeAsync(cancellation);
        return true;
    });

    public string ToMermaid() => driver.ToMermaid();

    public ValueTask DisposeAsync() => driver.DisposeAsync();

    private async Task<T> WatchAsync<T>(Func<Task<T>> call)
    {
        Look();
        try
        {
            return await call();
        }
        finally
        {
            Look();
        }
    }
}
