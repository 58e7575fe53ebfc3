using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

internal sealed class IkaStirrerDriver(IkaStirrerOptions options, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock) : IDriver
{
    public const string FamilyName = "ika-namur";

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands => throw new NotSupportedException($"{options} {connect} {labClock} {linkClock}");

    public ImmutableArray<PropertyDescription> Properties => throw new NotSupportedException();

    public Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task MakeSafeAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public string ToMermaid() => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
