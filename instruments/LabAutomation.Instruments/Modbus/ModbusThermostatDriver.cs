using System.Collections.Immutable;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments;

/// <summary>A bath thermostat on Modbus. Set point, ramp and control can be read back, so the device itself tells what became of an action.</summary>
internal sealed class ModbusThermostatDriver : IDriver
{
    public const string FamilyName = "modbus-thermostat";

    /// <summary>The set point may have been changed and control switched on; its time is when the waiting began.</summary>
    private const string ControllingMark = "controlling";

    private static readonly Unit Celsius = Unit.Parse("°C");
    private static readonly Unit Second = Unit.Parse("s");
    private static readonly ParameterDescription Tolerance = new("tolerance", "Largest deviation that counts as there", Unit.Parse("K"), 0.05, 10, 0.5);
    private static readonly ParameterDescription Settled = new("settled", "Time the bath must stay within the tolerance", Second, 0, 86400, 30);
    private static readonly OutputDescription Reached = new("temperature", "Measured temperature of the bath", Celsius);

    private readonly ModbusThermostatLink _link;
    private readonly TimeProvider _clock;
    private readonly Pace _pace;
    private readonly PropertyRound _round = new();
    private readonly StateMachine<ThermostatState, Trigger> _machine = new(ThermostatState.Offline, FiringMode.Immediate);

    public ModbusThermostatDriver(ModbusThermostatOptions options, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock)
    {
        _link = new ModbusThermostatLink(options.Framing(linkClock), connect, linkClock);
        _clock = labClock;
        _pace = new Pace(labClock, linkClock);

        _machine.Configure(ThermostatState.Offline).Permit(Trigger.Connected, ThermostatState.Ready).Ignore(Trigger.Lost).Ignore(Trigger.SwitchedOff);
        _machine.Configure(ThermostatState.Ready).Permit(Trigger.SwitchedOn, ThermostatState.Controlling).Permit(Trigger.Lost, ThermostatState.Offline).Ignore(Trigger.SwitchedOff);
        _machine.Configure(ThermostatState.Controlling).Permit(Trigger.SwitchedOff, ThermostatState.Ready).Permit(Trigger.Lost, ThermostatState.Offline).Ignore(Trigger.SwitchedOn);

        var target = new ParameterDescription("temperature", "Target of the bath", Celsius, options.Lowest, options.Highest);
        Commands =
        [
            new(
                "hold-temperature",
                "Brings the bath to a temperature as fast as it can and holds it there",
                Effect.Set,
                [target, new("within", "Time allowed for getting there", Second, 1, 86400, 3600), Tolerance, Settled],
                [Reached],
                CancelWithin: 5),
            new(
                "ramp",
                "Brings the bath to a temperature at a steady rate and holds it there",
                Effect.Set,
                [
                    target,
                    new("rate", "Speed of the change", Unit.Parse("K/min"), 0.01, 10),
                    new("lag", "Time allowed beyond that of the ramp", Second, 1, 86400, 600),
                    Tolerance,
                    Settled,
                ],
                [Reached],
                CancelWithin: 5),
            new("release", "Switches heater and cooler off", Effect.Set, [], [Reached], CancelWithin: 5),
        ];
    }

    private enum ThermostatState { Offline, Ready, Controlling }

    private enum Trigger { Connected, SwitchedOn, SwitchedOff, Lost }

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands { get; }

    public ImmutableArray<PropertyDescription> Properties { get; } =
    [
        new("temperature", "Measured temperature of the bath", Celsius),
        new("setpoint", "Where the thermostat steers to now", Celsius),
        new("output", "Heater, or cooler where negative, in percent of full power", Unit.Parse("%")),
        new("on", "1 while the temperature is controlled, else 0", Unit.One),
    ];

    /// <remarks>Heater and cooler are off with the write that ends control, and reading back shows it; the bath stays warm for as long as it likes.</remarks>
    public TimeSpan SafeWithin => TimeSpan.FromSeconds(2);

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Lost);
        var (serial, firmware) = await _link.OpenAsync(cancellation);
        _machine.Fire(Trigger.Connected);
        return new InstrumentIdentity("Modbus", "bath thermostat TB", serial, firmware);
    }

    public async Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        if (command.Name == "release") return ActionOutcome.Succeeded().With("temperature", await ReleaseAsync());
        if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("cancelled before control was switched on");

        // Where control is on already, the set point alone has its effect.
        scope.Mark(ControllingMark, FormattableString.Invariant($"{command["temperature"]:0.##} °C at {RateOf(command):0.##} K/min"));
        await _link.SetAsync(command["temperature"], RateOf(command));
        await _link.SwitchAsync(on: true);
        return await ApproachAsync(command, _clock.GetUtcNow(), scope, cancellation);
    }

    public async Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        if (action.Command.Name == "release")
            return (await _link.SettingsAsync()).IsOn ? new Recovery.DidNotHappen() : new Recovery.Happened(ActionOutcome.Succeeded().With("temperature", await ReleaseAsync()));
        if (action.Mark(ControllingMark) is not { } controlling) return new Recovery.DidNotHappen();
        var settings = await _link.SettingsAsync();
        var condition = await _link.ConditionAsync();
        var isAsTold = settings.Are(action.Command["temperature"], RateOf(action.Command)) && (condition.IsOn || condition.Trouble is not null);
        return isAsTold ? new Recovery.Happened(await ApproachAsync(action.Command, controlling.At, scope, cancellation)) : new Recovery.DidNotHappen();
    }

    public async Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation)
    {
        var condition = await _link.ConditionAsync();
        var properties = ImmutableSortedDictionary<string, Quantity>.Empty
            .Add("setpoint", new Quantity(condition.Working, Celsius))
            .Add("output", new Quantity(condition.Output, Unit.Parse("%")))
            .Add("on", new Quantity(condition.IsOn ? 1 : 0, Unit.One));
        return condition.Flags.HasFlag(ThermostatFlags.SensorBroken) ? properties : properties.Add("temperature", new Quantity(condition.Temperature, Celsius));
    }

    public Task MakeSafeAsync(CancellationToken cancellation) => ReleaseAsync();

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private static double RateOf(DriverCommand command) => command.Values.GetValueOrDefault("rate", 0);

    /// <summary>Waits until the bath has been at its target for long enough; control stays on only then.</summary>
    private async Task<ActionOutcome> ApproachAsync(DriverCommand command, DateTimeOffset began, IActionScope scope, CancellationToken cancellation)
    {
        _machine.Fire(Trigger.SwitchedOn);
        var (target, settled) = (command["temperature"], TimeSpan.FromSeconds(command["settled"]));
        double? first = null;
        DateTimeOffset? there = null;
        DateTimeOffset? deadline = null;
        while (true)
        {
            // Taken before the question: a program that was held up must not find a bath too slow that had its time.
            var asked = _clock.GetUtcNow();
            var condition = await _link.ConditionAsync();
            if (!condition.IsOn) return await EndedAsync(condition);
            first ??= condition.Temperature;
            deadline ??= Deadline(command, condition, began, asked);
            var temperature = new Quantity(condition.Temperature, Celsius);
            var (way, off) = (Math.Abs(first.Value - target), Math.Abs(condition.Temperature - target));
            there = off <= command["tolerance"] ? there ?? asked : null;
            scope.Observe("temperature", temperature);
            await _round.TellAsync(this, scope, cancellation);
            scope.Report(way == 0 ? 0.99 : Math.Clamp(1 - (off / way), 0, 0.99), there is null ? "approaching" : "settling");
            if (asked - there >= settled) return ActionOutcome.Succeeded().With("temperature", temperature);
            if (cancellation.IsCancellationRequested)
            {
                await ReleaseAsync();
                return ActionOutcome.Cancelled("cancelled on the way to the temperature; heater and cooler are off").With("temperature", temperature);
            }

            if (asked > deadline + settled)
            {
                await ReleaseAsync();
                return ActionOutcome.Failed(CauseCode.Unachievable, FormattableString.Invariant($"the bath is at {condition.Temperature:0.##} and did not stay at {target:0.##} °C after {(asked - began).TotalSeconds:0} s; heater and cooler are off"), recoverable: true)
                    .With("temperature", temperature);
            }

            await _pace.RestAsync(TimeSpan.FromSeconds(1), cancellation);
        }
    }

    /// <summary>A ramp that is taken up again has only the rest of its way before it.</summary>
    private static DateTimeOffset Deadline(DriverCommand command, ThermostatCondition condition, DateTimeOffset began, DateTimeOffset now)
    {
        if (command.Name != "ramp") return began.AddSeconds(command["within"]);
        var way = Math.Max(Math.Abs(condition.Temperature - command["temperature"]), Math.Abs(condition.Working - command["temperature"]));
        return now.AddMinutes(way / command["rate"]).AddSeconds(command["lag"]);
    }

    private async Task<ActionOutcome> EndedAsync(ThermostatCondition condition)
    {
        await ReleaseAsync();
        return ActionOutcome.Failed(CauseCode.HardwareFault, $"the thermostat switched itself off: {condition.Trouble ?? "somebody used its keys"}", recoverable: false);
    }

    private async Task<Quantity> ReleaseAsync()
    {
        await _link.SwitchAsync(on: false);
        var condition = await _link.ConditionAsync();
        if (condition.IsOn) throw new InstrumentFaultException("the thermostat does not switch its control off");
        _machine.Fire(Trigger.SwitchedOff);
        return new Quantity(condition.Temperature, Celsius);
    }
}
