using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>The device of a <see cref="TeaMakerDriver"/>: it outlives drivers and hosts, and counts what really happened.</summary>
internal sealed class TeaMaker
{
    public int Pours;
    public int Calls;
    public int MadeSafe;
    public Action WhenMadeSafe = () => { };
    public Action WhenConnected = () => { };
    public Func<Task> WhenConnecting = () => Task.CompletedTask;
    public bool Unplugged;
    public bool CannotStop;

    /// <summary>Until the driver connects anew.</summary>
    public bool LinkIsBroken;
}

/// <summary>A driver whose device is an object. What it does with an action, a test may replace.</summary>
internal sealed class TeaMakerDriver(TeaMaker device) : IDriver
{
    public Func<DriverCommand, IActionScope, CancellationToken, Task<ActionOutcome>>? OnExecute { get; init; }

    public Func<StartedAction, IActionScope, CancellationToken, Task<Recovery>>? OnRecover { get; init; }

    public string Family => "tea-maker";

    public ImmutableArray<CommandDescription> Commands { get; } =
    [
        new("pour", "Pours tea", Effect.Consume, [new("volume", "How much", Unit.Parse("mL"), 1, 500)], [new("volume", "Poured", Unit.Parse("mL"))], 1, HoldWithin: 1),
        new("warm", "Keeps warm", Effect.Set, [new("temperature", "How warm", Unit.Parse("°C"), 20, 90, 60)], [], 1),
    ];

    public ImmutableArray<PropertyDescription> Properties { get; } = [new("poured", "Pours so far", Unit.One)];

    public TimeSpan SafeWithin => TimeSpan.FromSeconds(1);

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        await device.WhenConnecting();
        device.WhenConnected();
        device.LinkIsBroken = false;
        Touch();
        return new InstrumentIdentity("Kettle & Co", "T1", "7", "1.0");
    }

    public async Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        Touch();
        if (OnExecute is not null) return await OnExecute(command, scope, cancellation);
        if (command.Name == "pour") Pour(scope);
        return ActionOutcome.Succeeded();
    }

    /// <summary>Marks, and then it happens.</summary>
    public ActionOutcome Pour(IActionScope scope)
    {
        scope.Mark("pours", device.Pours.ToString());
        device.Pours++;
        return ActionOutcome.Succeeded();
    }

    public Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        if (OnRecover is not null) return OnRecover(action, scope, cancellation);
        Touch();
        var happened = action.Mark("pours") is { } mark && int.Parse(mark.Value) < device.Pours;
        return Task.FromResult<Recovery>(happened ? new Recovery.Happened(ActionOutcome.Succeeded("poured before the crash")) : new Recovery.DidNotHappen());
    }

    public Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation)
    {
        if (device.Unplugged) throw new InstrumentLinkException("the tea maker did not answer within 2 s; nothing came");
        return Task.FromResult(ImmutableSortedDictionary<string, Quantity>.Empty.Add("poured", new Quantity(device.Pours, Unit.One)));
    }

    public Task MakeSafeAsync(CancellationToken cancellation)
    {
        if (device.Unplugged || device.CannotStop || device.LinkIsBroken) throw new InstrumentLinkException("the tea maker did not answer within 2 s; nothing came");
        device.MadeSafe++;
        device.WhenMadeSafe();
        return Task.CompletedTask;
    }

    public string State => "";

    public string ToMermaid() => "";

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Touch()
    {
        if (device.Unplugged) throw new InstrumentLinkException("the tea maker did not answer within 2 s; nothing came");
        device.Calls++;
    }
}
