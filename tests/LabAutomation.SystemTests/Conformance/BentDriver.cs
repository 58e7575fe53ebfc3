using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>A good driver of which one method is another one.</summary>
internal sealed class BentDriver(IDriver driver) : IDriver
{
    public Func<DriverCommand, IActionScope, CancellationToken, Task<ActionOutcome>>? Execute { get; init; }

    public Func<StartedAction, IActionScope, CancellationToken, Task<Recovery>>? Recover { get; init; }

    public Func<string, string>? Graph { get; init; }

    /// <summary>Whether a look at the properties sees nothing and complains of nothing.</summary>
    public bool IsBlind { get; init; }

    /// <summary>Whether making it safe does nothing.</summary>
    public bool IsNeverSafe { get; init; }

    public string Family => driver.Family;

    public TimeSpan SafeWithin => driver.SafeWithin;

    public ImmutableArray<CommandDescription> Commands => driver.Commands;

    public ImmutableArray<PropertyDescription> Properties => driver.Properties;

    public Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation) => driver.ConnectAsync(cancellation);

    public Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation) =>
        Execute is null ? driver.ExecuteAsync(command, scope, cancellation) : Execute(command, scope, cancellation);

    public Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation) =>
        Recover is null ? driver.RecoverAsync(action, scope, cancellation) : Recover(action, scope, cancellation);

    public Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation) =>
        IsBlind ? Task.FromResult(ImmutableSortedDictionary<string, Quantity>.Empty) : driver.ReadPropertiesAsync(cancellation);

    public Task MakeSafeAsync(CancellationToken cancellation) => IsNeverSafe ? Task.CompletedTask : driver.MakeSafeAsync(cancellation);

    public string State => driver.State;

    public string ToMermaid() => Graph is null ? driver.ToMermaid() : Graph(driver.ToMermaid());

    public ValueTask DisposeAsync() => driver.DisposeAsync();
}
