using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments;

/// <summary>
/// A box furnace with a programmer. The program runs in its controller, which counts its programs and keeps the peak and the end of the last
/// one: the driver starts it, looks now and then, and after a break finds out what became of it.
/// </summary>
internal sealed class EurothermFurnaceDriver : IDriver
{
    public const string FamilyName = "eurotherm-furnace";

    /// <summary>The programs before the one that may have begun.</summary>
    private const string RunsMark = "runs";

    /// <summary>K by which the peak of a program that came to its end may differ from where it was to dwell.</summary>
    private const double Overshoot = 25;

    private static readonly Unit Celsius = Unit.Parse("°C");

    private readonly EurothermFurnaceLink _link;
    private readonly TimeProvider _clock;
    private readonly Pace _pace;
    private readonly PropertyRound _round = new();
    private readonly StateMachine<FurnaceState, Trigger> _machine = new(FurnaceState.Offline, FiringMode.Immediate);

    public EurothermFurnaceDriver(EurothermFurnaceOptions options, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock)
    {
        _link = new EurothermFurnaceLink(options.Unit, connect, linkClock);
        _clock = labClock;
        _pace = new Pace(labClock, linkClock);

        _machine.Configure(FurnaceState.Offline).Permit(Trigger.Connected, FurnaceState.Ready).Ignore(Trigger.Lost).Ignore(Trigger.Ended);
        _machine.Configure(FurnaceState.Ready).Permit(Trigger.Started, FurnaceState.Heating).Permit(Trigger.Lost, FurnaceState.Offline).Ignore(Trigger.Ended);
        _machine.Configure(FurnaceState.Heating).Permit(Trigger.Ended, FurnaceState.Ready).Permit(Trigger.Lost, FurnaceState.Offline).Ignore(Trigger.Started);

        Commands =
        [
            new(
                "heat",
                $"Heats what stands at positions {options.Positions}, and cools it until the door can be opened",
                Effect.Consume,
                [
                    new("temperature", "At which it dwells", Celsius, 30, options.Hottest),
                    new("duration", "How long it dwells", Unit.Parse("h"), 1.0 / 3600, 48),
                    new("ramp", "Speed of heating up", Unit.Parse("K/min"), 0.1, 500, 10),
                ],
                [new("peak", "Highest temperature measured", Celsius)],
                CancelWithin: 5),
        ];
    }

    private enum FurnaceState { Offline, Ready, Heating }

    private enum Trigger { Connected, Started, Ended, Lost }

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands { get; }

    public ImmutableArray<PropertyDescription> Properties { get; } =
    [
        new("temperature", "Measured temperature of the chamber", Celsius),
        new("setpoint", "Where the controller steers to now", Celsius),
        new("running", "1 while a program runs, its cooling included, else 0", Unit.One),
        new("door", "1 where the door can be opened, 0 where it is too hot or a program runs", Unit.One),
    ];

    /// <remarks>The heating is off with the write that resets the program, and reading back shows it; the chamber stays hot for hours, behind its door.</remarks>
    public TimeSpan SafeWithin => TimeSpan.FromSeconds(2);

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Lost);
        var serial = await _link.OpenAsync(cancellation);
        _machine.Fire(Trigger.Connected);
        return new InstrumentIdentity("Eurotherm", "2408 on a box furnace", serial, "unknown");
    }

    public async Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        var before = await _link.ConditionAsync();
        if (Hindrance(before) is { } hindrance) return hindrance;
        await _link.SetAsync(command["ramp"], command["temperature"], TimeSpan.FromHours(command["duration"]));
        if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("cancelled before the program began");

        scope.Mark(RunsMark, before.Runs.ToString(CultureInfo.InvariantCulture));
        await _link.RunAsync();
        return await FollowAsync(before.Runs + 1, _clock.GetUtcNow(), scope, cancellation);
    }

    public async Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        if (action.Mark(RunsMark) is not { } mark) return new Recovery.DidNotHappen();
        var before = uint.Parse(mark.Value, CultureInfo.InvariantCulture);
        var runs = (await _link.ConditionAsync()).Runs;
        if (runs == before)
        {
            await Twice.ConfirmAsync("furnace", runs, async () => (await _link.ConditionAsync()).Runs);
            return new Recovery.DidNotHappen();
        }

        if (runs < before) return new Recovery.Unknown($"the furnace has begun {runs} programs in all, where it was {before} before this one: it was exchanged or set back");
        if (runs != before + 1) return new Recovery.Unknown($"the furnace has begun {runs - before} programs since, so that what became of this one cannot be told");
        var command = action.Command;
        if (!await _link.HasAsync(command["ramp"], command["temperature"], TimeSpan.FromHours(command["duration"])))
            return new Recovery.Unknown("the furnace has begun a program since that is not this one, so that what became of this one cannot be told");
        var outcome = await FollowAsync(runs, mark.At, scope, cancellation, action.WasMadeSafe);
        return outcome.Status != ActionStatus.Succeeded || Math.Abs(outcome.Outputs["peak"].Value - command["temperature"]) <= Overshoot
            ? new Recovery.Happened(outcome)
            : new Recovery.Unknown(FormattableString.Invariant($"the furnace has ended a program since that got to {outcome.Outputs["peak"].Value:0.#} °C and not to {command["temperature"]:0.#} °C: somebody else's, perhaps"));
    }

    public async Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation)
    {
        var condition = await _link.ConditionAsync();
        var properties = ImmutableSortedDictionary<string, Quantity>.Empty
            .Add("setpoint", new Quantity(condition.Working, Celsius))
            .Add("running", new Quantity(condition.IsRunning ? 1 : 0, Unit.One))
            .Add("door", new Quantity(condition.Flags.HasFlag(FurnaceFlags.DoorReleased) ? 1 : 0, Unit.One));
        return condition.Flags.HasFlag(FurnaceFlags.SensorBroken) ? properties : properties.Add("temperature", new Quantity(condition.Temperature, Celsius));
    }

    public async Task MakeSafeAsync(CancellationToken cancellation)
    {
        await _link.ResetAsync();
        if ((await _link.ConditionAsync()).IsRunning) throw new InstrumentFaultException("the furnace does not end its program");
        _machine.Fire(Trigger.Ended);
    }

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <summary>Waits for the end of the program with this number.</summary>
    private async Task<ActionOutcome> FollowAsync(uint number, DateTimeOffset began, IActionScope scope, CancellationToken cancellation, bool wasMadeSafe = false)
    {
        _machine.Fire(Trigger.Started);
        TimeSpan? whole = null;
        while (true)
        {
            // Taken before the question: a program that was held up must not find a furnace overdue that had its time.
            var asked = _clock.GetUtcNow();
            var condition = await _link.ConditionAsync();
            if (condition.Runs != number) throw new InstrumentFaultException($"the furnace heats by somebody else's order: its program has the number {condition.Runs}, not {number}");
            if (!condition.IsRunning)
            {
                _machine.Fire(Trigger.Ended);
                if (condition.End != FurnaceEnd.Complete) await Twice.ConfirmAsync("furnace", (condition.IsRunning, condition.End), EndAsync);
                return Judge(condition, wasMadeSafe);
            }

            whole ??= asked - began + condition.Left;
            scope.Observe("temperature", new Quantity(condition.Temperature, Celsius));
            await _round.TellAsync(this, scope, cancellation);
            scope.Report(Math.Clamp(1 - (condition.Left / whole.Value), 0, 0.99), Doing(condition.Segment), condition.Left);
            if (cancellation.IsCancellationRequested)
            {
                await MakeSafeAsync(cancellation);
                return ActionOutcome.Cancelled("cancelled; the heating is off, and the furnace cools").With("peak", new Quantity((await _link.ConditionAsync()).Peak, Celsius));
            }

            if (asked - began > (whole.Value * 1.5) + TimeSpan.FromMinutes(10))
            {
                await MakeSafeAsync(cancellation);
                return ActionOutcome.Failed(CauseCode.HardwareFault, $"the program took much longer than the {whole.Value.TotalHours:0.#} h that the furnace had told, and was ended", recoverable: false);
            }

            await _pace.WaitForEndAsync(condition.Left < scope.PropertyPeriod ? condition.Left : scope.PropertyPeriod, whole.Value, cancellation);
        }
    }

    private async Task<(bool IsRunning, FurnaceEnd End)> EndAsync()
    {
        var condition = await _link.ConditionAsync();
        return (condition.IsRunning, condition.End);
    }

    /// <remarks>A program that somebody else began may be worth more than this one; a person who clears the unit ends it.</remarks>
    private static ActionOutcome? Hindrance(FurnaceCondition condition)
    {
        if (condition.IsRunning) return ActionOutcome.Failed(CauseCode.HardwareFault, "the furnace runs a program by somebody else's order", recoverable: false);
        if (condition.Hindrance is not { } hindrance) return null;
        return condition.Flags.HasFlag(FurnaceFlags.DoorOpen)
            ? ActionOutcome.Failed(CauseCode.Unachievable, $"the furnace cannot heat: {hindrance}", recoverable: true)
            : ActionOutcome.Failed(CauseCode.HardwareFault, $"the furnace cannot heat: {hindrance}", recoverable: false);
    }

    private static string Doing(FurnaceSegment segment) => segment switch
    {
        FurnaceSegment.Ramp => "heating up",
        FurnaceSegment.Dwell => "dwelling",
        _ => "cooling",
    };

    private static ActionOutcome Judge(FurnaceCondition condition, bool wasMadeSafe)
    {
        var outcome = condition.End switch
        {
            FurnaceEnd.Complete => ActionOutcome.Succeeded(),
            FurnaceEnd.Reset when wasMadeSafe => ActionOutcome.MadeSafe("before the program was over; the heating is off"),
            FurnaceEnd.Reset => Fault("somebody ended the program at the furnace"),
            FurnaceEnd.TooHot => Fault("the over-temperature protection of the furnace tripped; look at the furnace and acknowledge it there"),
            FurnaceEnd.SensorBroken => Fault("the temperature sensor of the furnace broke"),
            FurnaceEnd.DoorOpened => Fault("the door of the furnace was opened while its program ran"),
            _ => Fault("the furnace is at rest and does not tell how its program ended"),
        };
        return outcome.With("peak", new Quantity(condition.Peak, Celsius));
    }

    private static ActionOutcome Fault(string message) => ActionOutcome.Failed(CauseCode.HardwareFault, message + "; the heating is off", recoverable: false);
}
