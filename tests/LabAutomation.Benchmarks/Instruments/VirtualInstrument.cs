using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Benchmarks.Instruments;

/// <summary>A lamp without a device: one property that is another value at each look, and one command that is done at once.</summary>
internal sealed class VirtualInstrument : IDriver
{
    private static readonly Unit Percent = Unit.Parse("%");

    private long _looks;
    private double _level;

    /// <summary>Values that were given, each of which is one message.</summary>
    public long Looks => Interlocked.Read(ref _looks);

    /// <summary>While it is, it shows no values.</summary>
    public bool IsMute { get; set; }

    public string Family => "virtual-lamp";

    public ImmutableArray<CommandDescription> Commands { get; } =
        [new("set-level", "Sets the brightness", Effect.Set, [new("level", "How bright", Percent, 0, 100)], [new("level", "As set", Percent)], CancelWithin: 1)];

    public ImmutableArray<PropertyDescription> Properties { get; } = [new("level", "How bright it is, and how often it was looked at", Percent)];

    public TimeSpan SafeWithin => TimeSpan.FromSeconds(1);

    public Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation) => Task.FromResult(new InstrumentIdentity("none", "virtual lamp", "1", "1"));

    public Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        _level = command.Values["level"];
        return Task.FromResult(ActionOutcome.Succeeded().With("level", new Quantity(_level, Percent)));
    }

    public Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation) => Task.FromResult<Recovery>(new Recovery.DidNotHappen());

    public Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation)
    {
        var properties = ImmutableSortedDictionary<string, Quantity>.Empty;
        return Task.FromResult(IsMute ? properties : properties.Add("level", new Quantity(_level + 1e-6 * Interlocked.Increment(ref _looks), Percent)));
    }

    public Task MakeSafeAsync(CancellationToken cancellation) => Task.CompletedTask;

    public string State => "";

    public string ToMermaid() => "";

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
