using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace Vendor.Doser;

/// <summary>
/// A dosing pump with one channel. It counts what it has delivered since it was made and keeps the count without power, so that the
/// difference to the mark before a dose tells what became of it, also to a program that was started anew in between.
/// </summary>
internal sealed class DoserDriver : IDriver
{
    /// <summary>DOSE may have been sent: the count before it, in mL.</summary>
    private const string DoseMark = "dose";

    /// <summary>The pump counts in steps of this, in mL.</summary>
    private const double Step = 0.001;

    private static readonly Unit Millilitre = Unit.Parse("mL");
    private static readonly Unit MillilitrePerMinute = Unit.Parse("mL/min");

    private readonly DoserLink _link;
    private readonly TimeProvider _clock;
    private readonly Pace _pace;
    private readonly StateMachine<Condition, Trigger> _machine = new(Condition.Offline, FiringMode.Immediate);

    public DoserDriver(DoserOptions options, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock)
    {
        _link = new DoserLink(connect, linkClock);
        _clock = labClock;
        _pace = new Pace(labClock, linkClock);

        // The diagram of `describe --graph` is drawn from this, and the kit holds it against what the driver does.
        _machine.Configure(Condition.Offline).Permit(Trigger.SeenIdle, Condition.Idle).Permit(Trigger.SeenDosing, Condition.Dosing).Permit(Trigger.SeenEmpty, Condition.Empty).Ignore(Trigger.Lost);
        _machine.Configure(Condition.Idle).Permit(Trigger.SeenDosing, Condition.Dosing).Permit(Trigger.SeenEmpty, Condition.Empty).Permit(Trigger.Lost, Condition.Offline).Ignore(Trigger.SeenIdle);
        _machine.Configure(Condition.Dosing).Permit(Trigger.SeenIdle, Condition.Idle).Permit(Trigger.SeenEmpty, Condition.Empty).Permit(Trigger.Lost, Condition.Offline).Ignore(Trigger.SeenDosing);
        _machine.Configure(Condition.Empty).Permit(Trigger.SeenIdle, Condition.Idle).Permit(Trigger.SeenDosing, Condition.Dosing).Permit(Trigger.Lost, Condition.Offline).Ignore(Trigger.SeenEmpty);

        Commands =
        [
            new(
                "dose",
                "Delivers a volume",
                Effect.Consume,
                [new("volume", "Volume to deliver; 3 decimals", Millilitre, 0.01, options.LargestDose)],
                [new("volume", "Volume delivered, by the pump's count", Millilitre)],
                CancelWithin: 2),
            new("set-rate", "Sets the rate of the doses to come", Effect.Set, [new("rate", "2 decimals", MillilitrePerMinute, 0.1, 20)], [], CancelWithin: 2),
            new("read-total", "Reads the count", Effect.Read, [], [new("total", "Volume since the pump was made", Millilitre)], CancelWithin: 2),
        ];
    }

    private enum Condition { Offline, Idle, Dosing, Empty }

    private enum Trigger { SeenIdle, SeenDosing, SeenEmpty, Lost }

    public string Family => DoserFamily.Name;

    public ImmutableArray<CommandDescription> Commands { get; }

    public ImmutableArray<PropertyDescription> Properties { get; } =
        [new("total", "Volume since the pump was made", Millilitre), new("rate", "Rate of the doses to come", MillilitrePerMinute)];

    /// <remarks>Two exchanges at 9600 baud, and a stepper that stands at once.</remarks>
    public TimeSpan SafeWithin => TimeSpan.FromSeconds(1);

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Lost);
        await _link.OpenAsync(cancellation);
        var words = await _link.AskAsync("ID?");
        if (words.Length != 3) throw await _link.GarbageAsync("ID?", string.Join(' ', words));
        await LookAsync();
        return new InstrumentIdentity("Vendor", words[0], words[2], words[1]);
    }

    public Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation) => command.Name switch
    {
        "dose" => DoseAsync(VolumeOf(command), scope, cancellation),
        "set-rate" => SetRateAsync(command["rate"]),
        _ => ReadTotalAsync(),
    };

    public async Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        // What was not marked did not happen, or may happen twice.
        if (action.Mark(DoseMark) is not { } mark) return new Recovery.DidNotHappen();

        var (volume, before) = (VolumeOf(action.Command), double.Parse(mark.Value, CultureInfo.InvariantCulture));
        var now = await LookAsync();
        if (_machine.State == Condition.Dosing) return new Recovery.Happened(await FollowAsync(volume, before, scope, cancellation));

        // Answers bear no checksum: by one changed digit a dose that was delivered would be one that was not, and be delivered again.
        await Twice.ConfirmAsync("pump", now, LookAsync);
        if (now < before) return new Recovery.Unknown(string.Create(CultureInfo.InvariantCulture, $"the pump counts {now} mL, less than the {before} mL before the dose: it was exchanged or set back"));
        return now > before ? new Recovery.Happened(Judge(volume, now - before, action.WasMadeSafe)) : new Recovery.DidNotHappen();
    }

    public async Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation) =>
        ImmutableSortedDictionary<string, Quantity>.Empty
            .Add("total", new Quantity(await LookAsync(), Millilitre))
            .Add("rate", new Quantity(await ReadRateAsync(), MillilitrePerMinute));

    public async Task MakeSafeAsync(CancellationToken cancellation)
    {
        await _link.TellAsync("STOP");
        await LookAsync();
        if (_machine.State == Condition.Dosing) throw new InstrumentFaultException("the pump does not stop");
    }

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<ActionOutcome> DoseAsync(double volume, IActionScope scope, CancellationToken cancellation)
    {
        var before = await LookAsync();
        if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("cancelled before the pump ran").With("volume", new Quantity(0, Millilitre));

        // Durable before the line that cannot be taken back.
        scope.Mark(DoseMark, Number(before, 3));
        await _link.TellAsync($"DOSE {Number(volume, 3)}");
        return await FollowAsync(volume, before, scope, cancellation);
    }

    private async Task<ActionOutcome> SetRateAsync(double rate)
    {
        await _link.TellAsync($"RATE {Number(rate, 2)}");
        return ActionOutcome.Succeeded();
    }

    private async Task<ActionOutcome> ReadTotalAsync() => ActionOutcome.Succeeded().With("total", new Quantity(await LookAsync(), Millilitre));

    /// <summary>Waits for the end of a dose that is under way, or ends it where that is asked for.</summary>
    private async Task<ActionOutcome> FollowAsync(double volume, double before, IActionScope scope, CancellationToken cancellation)
    {
        var rate = await ReadRateAsync();
        var overdue = _clock.GetUtcNow() + TimeSpan.FromMinutes(1.2 * volume / rate) + TimeSpan.FromSeconds(10);
        while (true)
        {
            // Taken before the question: a program that was held up must not find a pump overdue that had its time.
            var asked = _clock.GetUtcNow();
            var total = await LookAsync();
            var left = TimeSpan.FromMinutes(Math.Max(0, volume - (total - before)) / rate);
            scope.Observe("total", new Quantity(total, Millilitre));
            scope.Report(Math.Clamp((total - before) / volume, 0, 1), "dosing", left);
            if (_machine.State != Condition.Dosing) return Judge(volume, total - before);
            if (cancellation.IsCancellationRequested || asked > overdue)
            {
                await MakeSafeAsync(CancellationToken.None);
                var moved = await LookAsync() - before;
                var outcome = cancellation.IsCancellationRequested
                    ? ActionOutcome.Cancelled($"cancelled after {Number(moved, 3)} of {Number(volume, 3)} mL")
                    : ActionOutcome.Failed(CauseCode.HardwareFault, $"the pump ran much longer than volume and rate allow and was stopped after {Number(moved, 3)} mL", recoverable: false);
                return outcome.With("volume", new Quantity(moved, Millilitre));
            }

            await _pace.WaitAsync(left, cancellation);
        }
    }

    private ActionOutcome Judge(double volume, double moved, bool wasMadeSafe = false)
    {
        var text = $"after {Number(moved, 3)} of {Number(volume, 3)} mL";
        var outcome = Math.Abs(moved - volume) < 1.5 * Step ? ActionOutcome.Succeeded()
            : wasMadeSafe && _machine.State != Condition.Empty ? ActionOutcome.MadeSafe($"{text}, or had stopped by itself before: a pump at rest does not say which")
            : ActionOutcome.Failed(
                CauseCode.HardwareFault,
                $"the pump stopped {text}{(_machine.State == Condition.Empty ? ": its bottle is empty" : "")}",
                recoverable: false);
        return outcome.With("volume", new Quantity(moved, Millilitre));
    }

    /// <summary>Sees whether the pump runs, and reads its count in mL.</summary>
    private async Task<double> LookAsync()
    {
        var words = await _link.AskAsync("STATE?");
        if (words is not [("IDLE" or "RUN" or "EMPTY") and var state, var text] || !double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var total))
            throw await _link.GarbageAsync("STATE?", string.Join(' ', words));
        _machine.Fire(state switch { "RUN" => Trigger.SeenDosing, "EMPTY" => Trigger.SeenEmpty, _ => Trigger.SeenIdle });
        return total;
    }

    private async Task<double> ReadRateAsync()
    {
        var words = await _link.AskAsync("RATE?");
        return words is [var text] && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate > 0
            ? rate
            : throw await _link.GarbageAsync("RATE?", string.Join(' ', words));
    }

    /// <summary>As the pump is told it.</summary>
    private static double VolumeOf(DriverCommand command) => Math.Round(command["volume"], 3);

    private static string Number(double value, int decimals) => value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
}
