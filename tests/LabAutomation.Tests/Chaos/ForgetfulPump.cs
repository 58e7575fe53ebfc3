using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Chaos;

internal sealed class ForgetfulPump(IDriver pump) : IDriver
{
    public string Family => pump.Family;

    public ImmutableArray<CommandDescription> Commands => pump.Commands;

    public ImmutableArray<PropertyDescription> Properties => pump.Properties;

    public TimeSpan SafeWithin => pump.SafeWithin;

    public Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation) => pump.ConnectAsync(cancellation);

    public Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation) => pump.ExecuteAsync(command, scope, cancellation);

    public Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation) => Task.FromResult<Recovery>(new Recovery.DidNotHappen());

    public Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation) => pump.ReadPropertiesAsync(cancellation);

    public Task MakeSafeAsync(CancellationToken cancellation) => pump.MakeSafeAsync(cancellation);

    public string State => pump.State;

    public string ToMermaid() => pump.ToMermaid();

    public ValueTask DisposeAsync() => pump.DisposeAsync();
}
