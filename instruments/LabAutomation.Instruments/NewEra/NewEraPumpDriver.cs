using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments;

/// <summary>
/// A New Era syringe pump of the NE-1000 series. Before each run the pump's volume counters are cleared and seen to be zero, so that
/// afterwards they tell what this run did, also to a program that was started anew in between.
/// </summary>
internal sealed partial class NewEraPumpDriver : IDriver
{
    public const string FamilyName = "new-era-ne1000";

    /// <summary>The mark that RUN may have been sent: the counter before it, in mL.</summary>
    private const string RunMark = "run";

    private const double CounterStep = 0.001;

    private static readonly Unit Millilitre = Unit.Parse("mL");

    private readonly NewEraPumpOptions _options;
    private readonly NewEraPumpLink _link;
    private readonly TimeProvider _clock;
    private readonly Pace _pace;
    private readonly StateMachine<PumpState, Trigger> _machine = new(PumpState.Offline, FiringMode.Immediate);
    private bool _counterLost;

    public NewEraPumpDriver(NewEraPumpOptions options, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock)
    {
        _options = options;
        _link = new NewEraPumpLink(options.Address, connect, linkClock);
        _clock = labClock;
        _pace = new Pace(labClock, linkClock);

        _machine.Configure(PumpState.Offline).Permit(Trigger.SeenStopped, PumpState.Ready).Permit(Trigger.SeenPumping, PumpState.Pumping).Permit(Trigger.SeenPaused, PumpState.Paused).Ignore(Trigger.Lost);
        _machine.Configure(PumpState.Ready).Permit(Trigger.SeenPumping, PumpState.Pumping).Permit(Trigger.SeenPaused, PumpState.Paused).Permit(Trigger.Lost, PumpState.Offline).Ignore(Trigger.SeenStopped);
        _machine.Configure(PumpState.Pumping).Permit(Trigger.SeenStopped, PumpState.Ready).Permit(Trigger.SeenPaused, PumpState.Paused).Permit(Trigger.Lost, PumpState.Offline).Ignore(Trigger.SeenPumping);
        _machine.Configure(PumpState.Paused).Permit(Trigger.SeenStopped, PumpState.Ready).Permit(Trigger.SeenPumping, PumpState.Pumping).Permit(Trigger.Lost, PumpState.Offline).Ignore(Trigger.SeenPaused);

        ImmutableArray<ParameterDescription> parameters =
        [
            new("volume", "Volume to move; 4 digits, at most 3 decimals", Millilitre, CounterStep, options.Volume),
            new("rate", "Flow rate; 4 digits, at most 3 decimals", Unit.Parse("mL/min"), CounterStep, options.FastestRate),
        ];
        ImmutableArray<OutputDescription> outputs = [new("volume", "Volume moved, by the pump's counter", Millilitre)];
        Commands =
        [
            new("dispense", "Pushes liquid out of the syringe", Effect.Consume, [parameters[0] with { Draws = true }, parameters[1]], outputs, CancelWithin: 2, HoldWithin: 3),
            new("withdraw", "Draws liquid into the syringe", Effect.Consume, parameters, outputs, CancelWithin: 2, HoldWithin: 3),
        ];
    }

    private enum PumpState { Offline, Ready, Pumping, Paused }

    private enum Trigger { SeenStopped, SeenPumping, SeenPaused, Lost }

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands { get; }

    public ImmutableArray<PropertyDescription> Properties { get; } =
        [new("dispensed", "Volume pushed out since the last run began; negative where it was drawn in", Millilitre)];

    /// <remarks>Three exchanges at 19200 baud, and a stepper that stands at once; a pump that is slow to answer gets a second.</remarks>
    public TimeSpan SafeWithin => TimeSpan.FromSeconds(1);

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Lost);
        await _link.OpenAsync(cancellation);

        // The first answer may be an alarm that only wants to be heard, or a complaint about half a command from before.
        var first = await _link.AskAnywayAsync("");
        _counterLost |= first.IsReset;

        var version = await _link.AskAsync("VER");
        if (Version().Match(version.Data) is not { Success: true } match) throw await _link.GarbageAsync("VER", version);
        await SetDiameterAsync();
        return new InstrumentIdentity("New Era Pump Systems", $"NE-{match.Groups[1].Value}", "unknown", match.Groups[2].Value);
    }

    public async Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        await MakeSafeAsync(cancellation);
        var run = Run.Of(command);
        await _link.AskAsync($"DIR {run.Direction}");
        await _link.AskAsync($"RAT {NewEraPumpLink.Number(run.Rate)} MM");
        await _link.AskAsync("VOL ML");
        await _link.AskAsync($"VOL {NewEraPumpLink.Number(run.Volume)}");
        await _link.AskAsync("CLD INF");
        await _link.AskAsync("CLD WDR");
        var (_, infused, withdrawn) = await ReadAsync();
        if (infused != 0 || withdrawn != 0) throw new InstrumentFaultException("the pump did not clear its volume counters, so that what it moves could not be told");
        if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("cancelled before the pump ran").With("volume", new Quantity(0, Millilitre));

        _counterLost = false;
        scope.Mark(RunMark, "0");
        Observe(await _link.AskAsync("RUN"));
        return await FollowAsync(run, scope, cancellation);
    }

    public async Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        if (action.Mark(RunMark) is null) return new Recovery.DidNotHappen();

        var run = Run.Of(action.Command);
        var (reply, infused, withdrawn) = await ReadAsync();
        if (reply.IsPumping || (reply.Status != PumpStatus.Stopped && action.HeldSince is not null)) return new Recovery.Happened(await FollowAsync(run, scope, cancellation));
        var moved = run.Moved(infused, withdrawn);
        if (!run.IsWhole(moved)) await ConfirmAsync(infused, withdrawn);
        if (moved > 0) return new Recovery.Happened(Judge(run, moved, action.WasMadeSafe));
        return _counterLost
            ? new Recovery.Unknown("the pump lost power or its syringe setting since the action started, and its volume counter with it")
            : new Recovery.DidNotHappen();
    }

    public async Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation)
    {
        var (_, infused, withdrawn) = await ReadAsync();
        return ImmutableSortedDictionary<string, Quantity>.Empty.Add("dispensed", new Quantity(infused - withdrawn, Millilitre));
    }

    /// <remarks>The first STP pauses, the second one stops; on a stopped pump it is refused.</remarks>
    public async Task MakeSafeAsync(CancellationToken cancellation)
    {
        var reply = await _link.AskAsync("");
        for (var stops = 0; reply.Status != PumpStatus.Stopped && stops < 2; stops++) reply = await _link.AskAsync("STP");
        Observe(reply);
        if (_machine.State != PumpState.Ready) throw new InstrumentFaultException("the pump does not stop");
    }

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <summary>Waits for the end of a run that is under way.</summary>
    private async Task<ActionOutcome> FollowAsync(Run run, IActionScope scope, CancellationToken cancellation)
    {
        var overdue = _clock.GetUtcNow() + run.Duration * 1.2 + TimeSpan.FromSeconds(10);
        while (true)
        {
            overdue += await scope.HoldPointAsync(PauseAsync, GoOnAsync, cancellation);

            // Taken before the question: a program that was held up must not find a pump overdue that had its time.
            var asked = _clock.GetUtcNow();
            NewEraPumpReply reply;
            double infused, withdrawn;
            try
            {
                (reply, infused, withdrawn) = await ReadAsync();
            }
            catch (InstrumentFaultException alarm) when (_link.Alarm is { IsReset: false })
            {
                return await EndedAsync(run, alarm);
            }

            var moved = run.Moved(infused, withdrawn);
            var remaining = run.Duration * Math.Max(0, 1 - moved / run.Volume);
            scope.Observe("dispensed", new Quantity(infused - withdrawn, Millilitre));
            scope.Report(Math.Min(1, moved / run.Volume), run.Name, remaining);
            if (!reply.IsPumping)
            {
                if (reply.Status != PumpStatus.Stopped) await MakeSafeAsync(cancellation);
                if (!run.IsWhole(moved)) await ConfirmAsync(infused, withdrawn);
                return Judge(run, moved);
            }

            if (cancellation.IsCancellationRequested || asked > overdue)
            {
                await MakeSafeAsync(cancellation);
                (_, infused, withdrawn) = await ReadAsync();
                moved = run.Moved(infused, withdrawn);
                var text = $"after {NewEraPumpLink.Number(moved)} of {NewEraPumpLink.Number(run.Volume)} mL";
                var outcome = cancellation.IsCancellationRequested
                    ? ActionOutcome.Cancelled($"cancelled {text}")
                    : ActionOutcome.Failed(CauseCode.HardwareFault, $"the pump ran much longer than volume and rate allow and was stopped {text}", recoverable: false);
                return outcome.With("volume", new Quantity(moved, Millilitre));
            }

            await _pace.WaitAsync(remaining, cancellation);
        }
    }

    /// <summary>An alarm is told once and ends the run; the counters say how far it had come. They are gone where the alarm is that of power.</summary>
    /// <exception cref="InstrumentFaultException">The pump is in alarm again, and does not tell.</exception>
    private async Task<ActionOutcome> EndedAsync(Run run, InstrumentFaultException alarm)
    {
        var (reply, infused, withdrawn) = await ReadAsync();
        if (reply.Status != PumpStatus.Stopped) throw alarm;
        await ConfirmAsync(infused, withdrawn);
        var moved = run.Moved(infused, withdrawn);
        return ActionOutcome.Failed(CauseCode.HardwareFault, $"{alarm.Message}, after {NewEraPumpLink.Number(moved)} of {NewEraPumpLink.Number(run.Volume)} mL", recoverable: false)
            .With("volume", new Quantity(moved, Millilitre));
    }

    /// <remarks>A run that has come to its end meanwhile refuses the STP, and is at rest anyway.</remarks>
    private async Task PauseAsync()
    {
        var (reply, _, _) = await ReadAsync();
        if (reply.IsPumping) Observe(await _link.AskAnywayAsync("STP"));
    }

    /// <remarks>RUN on a stopped pump would pump the whole volume anew.</remarks>
    private async Task GoOnAsync()
    {
        var (reply, _, _) = await ReadAsync();
        if (reply.Status == PumpStatus.Paused) Observe(await _link.AskAsync("RUN"));
    }

    private static ActionOutcome Judge(Run run, double moved, bool wasMadeSafe = false)
    {
        var text = $"after {NewEraPumpLink.Number(moved)} of {NewEraPumpLink.Number(run.Volume)} mL";
        var outcome = run.IsWhole(moved) ? ActionOutcome.Succeeded()
            : wasMadeSafe ? ActionOutcome.MadeSafe($"{text}, or had stopped by itself before: a pump at rest does not say which")
            : ActionOutcome.Failed(CauseCode.HardwareFault, $"the pump stopped by itself {text}", recoverable: false);
        return outcome.With("volume", new Quantity(moved, Millilitre));
    }

    private async Task<(NewEraPumpReply Reply, double Infused, double Withdrawn)> ReadAsync()
    {
        var reply = await _link.AskAsync("DIS");
        if (reply is { Status: PumpStatus.Stopped, IsCounterFull: true })
        {
            // Somebody has switched the pump to µL, of which it shows no more than four digits.
            await _link.AskAsync("VOL ML");
            reply = await _link.AskAsync("DIS");
        }

        var volumes = reply.ReadVolumes() ?? throw await _link.GarbageAsync("DIS", reply);
        Observe(reply);
        return (reply, volumes.Infused, volumes.Withdrawn);
    }

    private Task ConfirmAsync(double infused, double withdrawn) => Twice.ConfirmAsync("pump", (infused, withdrawn), async () =>
    {
        var (_, infusedNow, withdrawnNow) = await ReadAsync();
        return (infusedNow, withdrawnNow);
    });

    /// <summary>A changed diameter makes other volumes of the same counter, so it is only written where it differs.</summary>
    private async Task SetDiameterAsync()
    {
        var reply = await _link.AskAsync("DIA");
        Observe(reply);
        if (!double.TryParse(reply.Data, NumberStyles.Float, CultureInfo.InvariantCulture, out var diameter)) throw await _link.GarbageAsync("DIA", reply);
        if (Math.Abs(diameter - _options.Diameter) < 0.0051) return;
        await MakeSafeAsync(CancellationToken.None);
        await _link.AskAsync($"DIA {NewEraPumpLink.Number(_options.Diameter)}");
        _counterLost = true;
    }

    private void Observe(NewEraPumpReply reply) => _machine.Fire(reply switch
    {
        { IsPumping: true } => Trigger.SeenPumping,
        { Status: PumpStatus.Stopped } => Trigger.SeenStopped,
        _ => Trigger.SeenPaused,
    });

    [GeneratedRegex(@"^NE(\d+[A-Z]*)V([\d.]+)$")]
    private static partial Regex Version();

    /// <summary>What one command makes the pump do: mL and mL/min, rounded as the pump is told.</summary>
    private sealed record Run(string Name, string Direction, double Volume, double Rate)
    {
        public TimeSpan Duration => TimeSpan.FromMinutes(Volume / Rate);

        public static Run Of(DriverCommand command) => new(
            command.Name,
            command.Name == "dispense" ? "INF" : "WDR",
            double.Parse(NewEraPumpLink.Number(command["volume"]), CultureInfo.InvariantCulture),
            double.Parse(NewEraPumpLink.Number(command["rate"]), CultureInfo.InvariantCulture));

        public bool IsWhole(double moved) => moved > 0 && Math.Abs(moved - Volume) <= Math.Max(1.1 * CounterStep, 0.005 * Volume);

        public double Moved(double infused, double withdrawn) => Direction == "INF" ? infused : withdrawn;
    }
}
