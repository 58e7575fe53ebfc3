using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments;

/// <summary>
/// A source-measure unit with the commands of the Keithley 2400 Series (user's manual 2400S-900-01, section 18): sources a voltage, measures
/// voltage and current, sweeps. Whatever ends badly leaves the output off.
/// </summary>
internal sealed class ScpiSmuDriver : IDriver
{
    public const string FamilyName = "scpi-smu";

    /// <summary>The voltage that the output is about to be switched on with.</summary>
    private const string OutputMark = "output";

    private const ScpiEvents Errors = ScpiEvents.QueryError | ScpiEvents.DeviceError | ScpiEvents.ExecutionError | ScpiEvents.CommandError;

    private static readonly Unit Volt = Unit.Parse("V");
    private static readonly Unit Ampere = Unit.Parse("A");
    private static readonly TimeSpan ResetTime = TimeSpan.FromSeconds(10);
    private static readonly ImmutableArray<OutputDescription> Measured = [new("voltage", "Measured at the output", Volt), new("current", "Measured through the output", Ampere)];

    private readonly ScpiSmuOptions _options;
    private readonly ScpiLink _link;
    private readonly TimeProvider _clock;
    private readonly Pace _pace;
    private readonly StateMachine<SmuState, Trigger> _machine = new(SmuState.Offline, FiringMode.Immediate);

    public ScpiSmuDriver(ScpiSmuOptions options, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock)
    {
        _options = options;
        _link = new ScpiLink("source-measure unit", connect, linkClock);
        _clock = labClock;
        _pace = new Pace(labClock, linkClock);

        _machine.Configure(SmuState.Offline).Permit(Trigger.SeenOff, SmuState.OutputOff).Permit(Trigger.SeenOn, SmuState.OutputOn).Ignore(Trigger.Lost);
        _machine.Configure(SmuState.OutputOff).Permit(Trigger.SeenOn, SmuState.OutputOn).Permit(Trigger.Lost, SmuState.Offline).Ignore(Trigger.SeenOff);
        _machine.Configure(SmuState.OutputOn).Permit(Trigger.SeenOff, SmuState.OutputOff).Permit(Trigger.Lost, SmuState.Offline).Ignore(Trigger.SeenOn);

        var limit = new ParameterDescription("current-limit", "Compliance: the source gives way rather than exceed this current of either sign", Ampere, 1e-9, options.HighestCurrent, options.HighestCurrent / 10);
        Commands =
        [
            new(
                "source-voltage",
                "Sets the output to a voltage and leaves it on",
                Effect.Set,
                [new("voltage", "To be sourced", Volt, -options.HighestVoltage, options.HighestVoltage), limit],
                Measured,
                CancelWithin: 12),
            new("measure", "Measures at the output, which must be on", Effect.Read, [], Measured, CancelWithin: 3),
            new(
                "sweep",
                "Steps the voltage, measures at each step and switches the output off",
                Effect.Set,
                [
                    new("from", "First voltage", Volt, -options.HighestVoltage, options.HighestVoltage),
                    new("to", "Last voltage", Volt, -options.HighestVoltage, options.HighestVoltage),
                    new("points", "Number of voltages, evenly spaced, both ends included", Unit.One, 2, 1001, 21),
                    limit,
                    new("settle", "Time between setting a voltage and measuring", Unit.Parse("s"), 0, 60, 0.1),
                ],
                [
                    new("curve", "Measured voltage and current; 1 where the current limit was reached", Ampere, Series: true, Columns: SmuReading.Columns),
                    new("limited", "Points at which the current limit was reached", Unit.One),
                ],
                CancelWithin: 15),
            new("output-off", "Switches the output off", Effect.Set, [], [], CancelWithin: 3),
            new("self-test", "Switches the output off and lets the device test itself", Effect.Set, [], [], CancelWithin: 15),
        ];
    }

    private enum SmuState { Offline, OutputOff, OutputOn }

    private enum Trigger { SeenOff, SeenOn, Lost }

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands { get; }

    public ImmutableArray<PropertyDescription> Properties { get; } =
    [
        new("output", "1 while the output is on", Unit.One),
        new("voltage", "Measured while the output is on", Volt),
        new("current", "Measured while the output is on", Ampere),
    ];

    /// <remarks>The output relay opens within milliseconds of OUTP OFF; one question shows it.</remarks>
    public TimeSpan SafeWithin => TimeSpan.FromSeconds(1);

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Lost);
        await _link.OpenAsync(cancellation);
        var identity = await _link.IdentifyAsync();
        await IsOnAsync();
        return identity;
    }

    public Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation) => command.Name switch
    {
        "source-voltage" => SourceAsync(command, scope, cancellation),
        "measure" => MeasureAsync(),
        "sweep" => SweepAsync(command, scope, cancellation),
        "self-test" => TestAsync(cancellation),
        _ => SwitchOffAsync(cancellation),
    };

    /// <remarks>
    /// Every command reads or brings about a stated condition, so that one that did not get there may run again. A curve of which a part is
    /// missing is none: its output is switched off.
    /// </remarks>
    public async Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        if (action.Mark(OutputMark) is not { } mark) return new Recovery.DidNotHappen();
        if (action.Command.Name == "source-voltage" && await IsSourcingAsync(mark.Value, Number(action.Command["current-limit"])))
            return new Recovery.Happened(Judge(await ReadAsync()));
        if (action.Command.Name == "sweep") await MakeSafeAsync(cancellation);
        return new Recovery.DidNotHappen();
    }

    public async Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation)
    {
        var isOn = await IsOnAsync();
        var properties = ImmutableSortedDictionary<string, Quantity>.Empty.Add("output", new Quantity(isOn ? 1 : 0, Unit.One));
        if (!isOn) return properties;
        var reading = await ReadAsync();
        return properties.Add("voltage", new Quantity(reading.Voltage, Volt)).Add("current", new Quantity(reading.Current, Ampere));
    }

    public async Task MakeSafeAsync(CancellationToken cancellation)
    {
        await _link.TellAsync("OUTP OFF");
        if (await IsOnAsync()) throw new InstrumentFaultException("the source-measure unit does not switch its output off");
    }

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<ActionOutcome> SourceAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        // A source that is on already goes over to the new voltage without a break; its function and its elements stand from before.
        if (!await IsOnAsync()) await SetUpAsync();
        else await _link.ClearAsync();
        await _link.TellAsync($"SENS:CURR:PROT {Number(command["current-limit"])}");
        if (cancellation.IsCancellationRequested) return await CancelAsync("cancelled before the voltage was set", cancellation);
        scope.Mark(OutputMark, Number(command["voltage"]));
        await SwitchOnAsync(command["voltage"]);
        return Judge(await ReadAsync());
    }

    private async Task<ActionOutcome> MeasureAsync() => await IsOnAsync()
        ? Judge(await ReadAsync())
        : ActionOutcome.Failed(CauseCode.Unachievable, "the output is off, so there is nothing to measure; source-voltage switches it on", recoverable: true);

    private async Task<ActionOutcome> SweepAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        await MakeSafeAsync(cancellation);
        await SetUpAsync();
        await _link.TellAsync($"SENS:CURR:PROT {Number(command["current-limit"])}");
        if (cancellation.IsCancellationRequested) return await CancelAsync("cancelled before the sweep", cancellation);

        var (from, to, points) = (command["from"], command["to"], (int)Math.Round(command["points"]));
        var settle = TimeSpan.FromSeconds(command["settle"]);
        var curve = new List<SmuReading>(points);
        scope.Mark(OutputMark, Number(from));
        await SwitchOnAsync(from);
        for (var k = 0; k < points; k++)
        {
            if (k > 0) await _link.TellAsync($"SOUR:VOLT {Number(from + (to - from) * k / (points - 1))}");
            var hasSettled = settle == TimeSpan.Zero || await _pace.RestAsync(settle, cancellation);
            if (!hasSettled || cancellation.IsCancellationRequested)
                return await CancelAsync($"cancelled after {k} of {points} points", cancellation, curve);
            curve.Add(await ReadAsync());
            scope.Report((k + 1.0) / points, "sweeping", settle * (points - 1 - k));
        }

        await _link.CheckAsync("sweeping");
        await MakeSafeAsync(cancellation);
        var limited = curve.Count(point => point.IsLimited);
        var outcome = limited == 0
            ? ActionOutcome.Succeeded()
            : ActionOutcome.Succeeded($"the current limit was reached at {limited} of {points} points") with { Cause = CauseCode.SuccessWithWarnings };
        return outcome.With("curve", SmuReading.Curve(curve)).With("limited", new Quantity(limited, Unit.One));
    }

    private async Task<ActionOutcome> SwitchOffAsync(CancellationToken cancellation)
    {
        await MakeSafeAsync(cancellation);
        return ActionOutcome.Succeeded();
    }

    private async Task<ActionOutcome> TestAsync(CancellationToken cancellation)
    {
        await MakeSafeAsync(cancellation);
        await SetUpAsync();
        var found = await _link.TestAsync();
        var events = await _link.TakeEventsAsync();
        if (found == 0 && (events & Errors) == 0 && await _link.StatusByteAsync() is var status && (status & 4) == 0) return ActionOutcome.Succeeded();
        await _link.CheckAsync("testing itself");
        return ActionOutcome.Failed(CauseCode.HardwareFault, $"the self test ended with {found}, events: {events & Errors}", recoverable: false);
    }

    private async Task<ActionOutcome> CancelAsync(string message, CancellationToken cancellation, List<SmuReading>? curve = null)
    {
        await MakeSafeAsync(cancellation);
        var outcome = ActionOutcome.Cancelled($"{message}; the output is off");
        return curve is { Count: > 0 } ? outcome.With("curve", SmuReading.Curve(curve)) : outcome;
    }

    /// <summary>From the factory's settings to a voltage source that measures both quantities. The output is off before and after.</summary>
    private async Task SetUpAsync()
    {
        await _link.ResetAsync();
        await _link.ClearAsync();
        await _link.EnableAsync(Errors);
        await _link.AnnounceCompletionAsync();
        var deadline = _clock.GetUtcNow() + ResetTime;
        while (true)
        {
            var asked = _clock.GetUtcNow();
            if ((await _link.TakeEventsAsync() & ScpiEvents.OperationComplete) != 0) break;
            if (asked > deadline) throw new InstrumentFaultException($"the source-measure unit did not reset within {ResetTime.TotalSeconds} s");
            await _pace.RestAsync(Pace.Shortest, CancellationToken.None);
        }

        await _link.TellAsync("SOUR:FUNC VOLT;:SOUR:VOLT:MODE FIX;:SOUR:CLE:AUTO OFF");
        await _link.TellAsync("SENS:FUNC:CONC ON;:SENS:FUNC \"VOLT\",\"CURR\";:FORM:ELEM VOLT,CURR,STAT");
        await _link.TellAsync($"SYST:RSEN {(_options.FourWire ? "ON" : "OFF")}");
        await _link.CheckAsync("setting up");
    }

    private async Task SwitchOnAsync(double voltage)
    {
        await _link.TellAsync($"SOUR:VOLT {Number(voltage)}");
        await _link.CheckAsync("setting voltage and current limit");
        await _link.TellAsync("OUTP ON");
        await _link.CompleteAsync();
        await _link.CheckAsync("switching the output on");
        if (!await IsOnAsync()) throw new InstrumentFaultException("the source-measure unit does not switch its output on");
    }

    private async Task<SmuReading> ReadAsync()
    {
        var values = await _link.NumbersAsync("READ?", 3);
        return SmuReading.Of(values) ?? throw await _link.GarbageAsync("READ?", string.Join(',', values.Select(Number)));
    }

    private async Task<bool> IsOnAsync()
    {
        var isOn = await _link.IsAsync("OUTP?");
        _machine.Fire(isOn ? Trigger.SeenOn : Trigger.SeenOff);
        return isOn;
    }

    private static ActionOutcome Judge(SmuReading reading) =>
        (reading.IsLimited
            ? ActionOutcome.Succeeded("the current limit is reached: the voltage is lower than asked") with { Cause = CauseCode.SuccessWithWarnings }
            : ActionOutcome.Succeeded())
        .With("voltage", new Quantity(reading.Voltage, Volt)).With("current", new Quantity(reading.Current, Ampere));

    private static string Number(double value) => value.ToString("0.000000E+00", CultureInfo.InvariantCulture);

    private async Task<bool> IsSourcingAsync(string voltage, string limit) =>
        await IsOnAsync() && IsSame(await _link.NumbersAsync("SOUR:VOLT?", 1), voltage) && IsSame(await _link.NumbersAsync("SENS:CURR:PROT?", 1), limit);

    /// <summary>The device keeps fewer digits than it is told.</summary>
    private static bool IsSame(double[] said, string told)
    {
        var value = double.Parse(told, NumberStyles.Float, CultureInfo.InvariantCulture);
        return Math.Abs(said[0] - value) <= 1e-4 * Math.Abs(value) + 1e-12;
    }
}
