using System.Collections.Immutable;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments;

/// <summary>An IKA hotplate stirrer. It cannot say whether its motor was switched on, so the measured speed and the marks tell what became of a run.</summary>
internal sealed class IkaStirrerDriver : IDriver
{
    public const string FamilyName = "ika-namur";

    /// <summary>As delivered, at 9600 baud (IKA RCT operating instructions, serial interface).</summary>
    public const string SerialFrame = "7E1";

    /// <summary>START_4 may have been sent; its time is when stirring began.</summary>
    private const string StartingMark = "starting";

    /// <summary>The motor was seen to turn.</summary>
    private const string TurningMark = "turning";

    /// <summary>The time is over; STOP_4 may have been sent.</summary>
    private const string StoppingMark = "stopping";

    private const string HeatingMark = "heating";

    private const string Cancelled = "cancelled";

    /// <summary>A plate within this many kelvin of its target is there.</summary>
    private const double Reached = 1;

    /// <summary>Below this a motor counts as at rest, in rpm.</summary>
    private const double AtRest = 5;

    private static readonly Unit Rpm = Unit.Parse("rpm");
    private static readonly Unit Celsius = Unit.Parse("°C");
    private static readonly TimeSpan SpinUp = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SpinDown = TimeSpan.FromSeconds(30);

    private readonly IkaStirrerLink _link;
    private readonly TimeProvider _clock;
    private readonly Pace _pace;
    private readonly PropertyRound _round = new();

    private readonly StateMachine<StirrerState, Trigger> _machine = new(StirrerState.Offline, FiringMode.Immediate);

    public IkaStirrerDriver(IkaStirrerOptions options, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock)
    {
        _link = new IkaStirrerLink(connect, linkClock);
        _clock = labClock;
        _pace = new Pace(labClock, linkClock);

        _machine.Configure(StirrerState.Offline).Permit(Trigger.Connected, StirrerState.Resting).Ignore(Trigger.Lost).Ignore(Trigger.Stop);
        _machine.Configure(StirrerState.Resting).Permit(Trigger.Start, StirrerState.Turning).Permit(Trigger.Lost, StirrerState.Offline).Ignore(Trigger.Stop);
        _machine.Configure(StirrerState.Turning).Permit(Trigger.Stop, StirrerState.Resting).Permit(Trigger.Lost, StirrerState.Offline);

        Commands =
        [
            new(
                "stir",
                "Stirs for a time and stops",
                Effect.Relative,
                [
                    new("speed", "Speed of the motor", Rpm, 50, options.FastestSpeed),
                    new("duration", "Time from switching on to switching off", Unit.Parse("s"), 1, 86400),
                ],
                [new("speed", "Last measured speed", Rpm)],
                CancelWithin: 40,
                HoldWithin: 40),
            new(
                "heat",
                "Brings the plate to a temperature and holds it there",
                Effect.Set,
                [
                    new("temperature", "Target of the plate", Celsius, 20, options.HighestTemperature),
                    new("within", "Time allowed for getting there", Unit.Parse("s"), 1, 86400, 3600),
                ],
                [new("temperature", "Measured temperature of the plate", Celsius)],
                CancelWithin: 5),
            new("cool", "Switches the heater off", Effect.Set, [], [new("temperature", "Measured temperature of the plate", Celsius)], CancelWithin: 5),
        ];
    }

    private enum StirrerState { Offline, Resting, Turning }

    private enum Trigger { Connected, Start, Stop, Lost }

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands { get; }

    public ImmutableArray<PropertyDescription> Properties { get; } =
        [new("speed", "Measured speed of the motor", Rpm), new("temperature", "Measured temperature of the plate", Celsius)];

    /// <remarks>The heater is off with the first line; a motor at full speed runs down freely.</remarks>
    public TimeSpan SafeWithin => SpinDown;

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Lost);
        await _link.OpenAsync(cancellation);
        var name = await _link.AskAsync("IN_NAME");
        _machine.Fire(Trigger.Connected);
        return new InstrumentIdentity("IKA", name, "unknown", "unknown");
    }

    public async Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        if (command.Name == "cool") return await CoolAsync();
        if (command.Name == "heat") return await HeatAsync(command, scope, cancellation);

        await _link.SetAsync(4, command["speed"], tolerance: 1);
        if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("cancelled before the motor started");
        scope.Mark(StartingMark, FormattableString.Invariant($"{command["speed"]:0.##} rpm"));
        await _link.TellAsync("START_4");

        // An answer to a later question shows that the motor was switched on, and when at the latest.
        await _link.ReadAsync("IN_PV_4");
        return await TurnAsync(command, _clock.GetUtcNow(), scope, cancellation);
    }

    public async Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        if (action.Command.Name != "stir")
        {
            // Whether it heats nobody can ask it, and one that had no power for a moment is off. The host knows whether it still may.
            if (action.Mark(HeatingMark) is not null) await CoolAsync();
            return new Recovery.DidNotHappen();
        }

        if (action.Mark(StartingMark) is not { } starting) return new Recovery.DidNotHappen();
        if (action.Mark(StoppingMark) is { } stopping) return new Recovery.Happened(await StopAsync(action.Command["speed"], stopping.Value == Cancelled, scope.Aborting));
        if (action.HeldSince is null && !await IsTurningAsync())
        {
            if (action.Mark(TurningMark) is { } turning) return new Recovery.Unknown($"the motor turned at {turning.At:u} and rests now; somebody stopped it, and how long it stirred cannot be told");
            return new Recovery.Unknown(action.WasMadeSafe
                ? $"the motor was to start at {starting.At:u} and rests now; it may have been stopped since, as the device was made safe, and whether and how long it stirred cannot be told"
                : $"the motor was to start at {starting.At:u} and rests now; whether it had started, and was stopped or lost its power before anybody saw it turn, cannot be told");
        }

        // A motor that is held is at rest, and the time of all holds does not count.
        var duration = TimeSpan.FromSeconds(action.Command["duration"]);
        var began = starting.At + action.Held;
        var over = (action.HeldSince ?? _clock.GetUtcNow()) - began - duration;
        var outcome = await TurnAsync(action.Command, began, scope, cancellation, isKnown: action.Mark(TurningMark) is not null);
        return new Recovery.Happened(over <= duration * 0.1 + TimeSpan.FromSeconds(2) || outcome.Status != ActionStatus.Succeeded
            ? outcome
            : outcome with { Cause = CauseCode.SuccessWithWarnings, Message = FormattableString.Invariant($"stirred {over.TotalSeconds:0} s longer than asked, because nobody was there to stop it") });
    }

    public async Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation) =>
        ImmutableSortedDictionary<string, Quantity>.Empty
            .Add("speed", new Quantity(await _link.ReadAsync("IN_PV_4"), Rpm))
            .Add("temperature", new Quantity(await _link.ReadAsync("IN_PV_2"), Celsius));

    public async Task MakeSafeAsync(CancellationToken cancellation)
    {
        await _link.TellAsync("STOP_1");
        await _link.TellAsync("STOP_4");
        await _link.ReadAsync("IN_PV_4");
        _machine.Fire(Trigger.Stop);
    }

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <summary>Stirs until the duration has passed since it began, and stops.</summary>
    /// <param name="isKnown">Whether it is marked that the motor turned.</param>
    private async Task<ActionOutcome> TurnAsync(DriverCommand command, DateTimeOffset began, IActionScope scope, CancellationToken cancellation, bool isKnown = false)
    {
        _machine.Fire(Trigger.Start);
        var duration = TimeSpan.FromSeconds(command["duration"]);
        var (speed, slowSince) = (command["speed"], _clock.GetUtcNow());
        while (true)
        {
            if (await scope.HoldPointAsync(() => RestAsync(scope.Aborting), () => GoOnAsync(command["speed"]), cancellation) is { Ticks: > 0 } held)
                (began, slowSince) = (began + held, _clock.GetUtcNow());

            // Taken before the question: a program that was held up must not find a motor too slow that had its time.
            var now = _clock.GetUtcNow();
            var measured = await _link.ReadAsync("IN_PV_4");
            if (!isKnown && measured > AtRest) scope.Mark(TurningMark, FormattableString.Invariant($"{measured:0.##} rpm"));
            isKnown |= measured > AtRest;
            scope.Observe("speed", new Quantity(measured, Rpm));
            await _round.TellAsync(this, scope, cancellation);
            scope.Report(Math.Min(1, (now - began) / duration), "stirring", began + duration - now);
            if (measured >= speed / 2) slowSince = now;
            if (now - slowSince > SpinUp)
            {
                await MakeSafeAsync(cancellation);
                return ActionOutcome.Failed(CauseCode.HardwareFault, FormattableString.Invariant($"the motor was to turn at {speed:0} rpm and turned at {measured:0}"), recoverable: false)
                    .With("speed", new Quantity(measured, Rpm));
            }

            if (now - began >= duration || cancellation.IsCancellationRequested)
            {
                scope.Mark(StoppingMark, cancellation.IsCancellationRequested ? Cancelled : "time is over");
                return await StopAsync(measured, cancellation.IsCancellationRequested, scope.Aborting);
            }

            var remaining = began + duration - now;
            await _pace.RestAsync(remaining < TimeSpan.FromSeconds(2) ? remaining : TimeSpan.FromSeconds(2), cancellation);
        }
    }

    /// <summary>Switches the motor off and waits until it rests.</summary>
    private async Task<ActionOutcome> StopAsync(double measured, bool cancelled, CancellationToken aborting)
    {
        if (await RestAsync(aborting) is var speed and > AtRest)
            return ActionOutcome.Cancelled(FormattableString.Invariant($"the motor was switched off and still turned at {speed:0} rpm")).With("speed", new Quantity(measured, Rpm));
        _machine.Fire(Trigger.Stop);
        return (cancelled ? ActionOutcome.Cancelled("cancelled while stirring") : ActionOutcome.Succeeded()).With("speed", new Quantity(measured, Rpm));
    }

    /// <summary>Switches the motor off and waits until it rests, or until that is not worth waiting for.</summary>
    /// <returns>The last measured speed in rpm.</returns>
    private async Task<double> RestAsync(CancellationToken aborting)
    {
        await _link.TellAsync("STOP_4");
        var speed = await _link.ReadAsync("IN_PV_4");
        var deadline = _clock.GetUtcNow() + SpinDown;
        while (speed > AtRest)
        {
            if (!await _pace.RestAsync(TimeSpan.FromSeconds(0.5), aborting)) return speed;
            var asked = _clock.GetUtcNow();
            speed = await _link.ReadAsync("IN_PV_4");
            if (speed > AtRest && asked > deadline) throw new InstrumentFaultException("the motor does not stop");
        }

        return speed;
    }

    private async Task GoOnAsync(double speed)
    {
        await _link.SetAsync(4, speed, tolerance: 1);
        await _link.TellAsync("START_4");
        await _link.ReadAsync("IN_PV_4");
    }

    /// <summary>A motor that was just switched on is still slow but gets faster; one that comes to rest gets slower.</summary>
    private async Task<bool> IsTurningAsync()
    {
        var rated = await _link.ReadAsync("IN_SP_4");
        var first = await _link.ReadAsync("IN_PV_4");
        if (first >= Math.Max(AtRest, rated / 2)) return true;
        await _pace.RestAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
        return await _link.ReadAsync("IN_PV_4") > Math.Max(AtRest, first);
    }

    private async Task<ActionOutcome> HeatAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("cancelled before the plate was told anything");

        // Where the heater is on already, the set point alone has its effect.
        scope.Mark(HeatingMark, FormattableString.Invariant($"{command["temperature"]:0.##} °C"));
        await _link.SetAsync(1, command["temperature"], tolerance: 0.51);
        if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("cancelled before the plate heated; the heater is off").With("temperature", (await CoolAsync()).Outputs["temperature"]);
        await _link.TellAsync("START_1");
        return await ApproachAsync(command, _clock.GetUtcNow(), scope, cancellation);
    }

    /// <summary>Waits until the plate is at its temperature; the heater stays on only then.</summary>
    private async Task<ActionOutcome> ApproachAsync(DriverCommand command, DateTimeOffset began, IActionScope scope, CancellationToken cancellation)
    {
        var (target, within) = (command["temperature"], TimeSpan.FromSeconds(command["within"]));
        double? first = null;
        while (true)
        {
            var asked = _clock.GetUtcNow();
            var measured = new Quantity(await _link.ReadAsync("IN_PV_2"), Celsius);
            first ??= measured.Value;
            var off = Math.Abs(measured.Value - target);
            scope.Observe("temperature", measured);
            await _round.TellAsync(this, scope, cancellation);
            scope.Report(off <= Reached ? 1 : Math.Clamp(1 - off / Math.Max(Math.Abs(first.Value - target), Reached), 0, 1), "heating");
            if (off <= Reached) return ActionOutcome.Succeeded().With("temperature", measured);
            if (cancellation.IsCancellationRequested || asked - began > within)
            {
                await CoolAsync();
                var outcome = cancellation.IsCancellationRequested
                    ? ActionOutcome.Cancelled("cancelled while heating; the heater is off")
                    : ActionOutcome.Failed(CauseCode.Unachievable, FormattableString.Invariant($"the plate is at {measured.Value:0.#} and not at {target:0.#} °C after {within.TotalSeconds:0} s; the heater is off"), recoverable: true);
                return outcome.With("temperature", measured);
            }

            await _pace.RestAsync(TimeSpan.FromSeconds(2), cancellation);
        }
    }

    private async Task<ActionOutcome> CoolAsync()
    {
        await _link.TellAsync("STOP_1");
        return ActionOutcome.Succeeded().With("temperature", new Quantity(await _link.ReadAsync("IN_PV_2"), Celsius));
    }
}
