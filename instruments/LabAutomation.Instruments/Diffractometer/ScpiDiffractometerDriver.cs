using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments;

/// <summary>
/// The powder diffractometer of docs/reference/instruments/diffractometer-scpi.md. It counts its scans and keeps the last one with what its own
/// refinement makes of it, so that one that was started is never measured again.
/// </summary>
internal sealed class ScpiDiffractometerDriver : IDriver
{
    public const string FamilyName = "scpi-diffractometer";

    /// <summary>The scans before INIT.</summary>
    private const string CountMark = "count";

    /// <summary>Bit 4 of the operation condition register: measuring.</summary>
    private const long Measuring = 16;

    /// <summary>s.</summary>
    private const double LongestScan = 86400;

    /// <summary>s; the time of a scan is set in milliseconds.</summary>
    private const double HalfAMillisecond = 0.0005;

    private static readonly ImmutableArray<ColumnDescription> Columns = [new("two_theta", Unit.Parse("deg")), new("counts", Unit.Parse("counts"))];

    private readonly int _position;
    private readonly ScpiLink _link;
    private readonly TimeProvider _clock;
    private readonly Pace _pace;
    private readonly StateMachine<ScanState, Trigger> _machine = new(ScanState.Offline, FiringMode.Immediate);

    public ScpiDiffractometerDriver(DriverSettings settings, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock)
    {
        settings.AllowOnly("position");
        _position = settings.Whole("position", 1, PositionSet.Highest);
        _link = new ScpiLink("diffractometer", connect, linkClock);
        _clock = labClock;
        _pace = new Pace(labClock, linkClock);

        _machine.Configure(ScanState.Offline).Permit(Trigger.Connected, ScanState.Ready).Ignore(Trigger.Lost).Ignore(Trigger.Ended);
        _machine.Configure(ScanState.Ready).Permit(Trigger.Started, ScanState.Scanning).Permit(Trigger.Lost, ScanState.Offline).Ignore(Trigger.Ended);
        _machine.Configure(ScanState.Scanning).Permit(Trigger.Ended, ScanState.Ready).Permit(Trigger.Lost, ScanState.Offline).Ignore(Trigger.Started);
    }

    private enum ScanState { Offline, Ready, Scanning }

    private enum Trigger { Connected, Started, Ended, Lost }

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands { get; } =
    [
        new(
            "scan",
            "Measures the diffraction pattern of what stands at its position and refines it",
            Effect.Read,
            [new("duration", "Time of the scan; the error of the fraction falls with its root", Unit.Parse("s"), 1, LongestScan, 480)],
            [
                new("pattern", "Counts over twice the Bragg angle", Unit.Parse("counts"), Series: true, Columns: Columns),
                new("fraction", "Weight fraction of the target phase, by the instrument's refinement", Unit.One),
                new("fraction_error", "One standard deviation of the fraction", Unit.One),
            ],
            CancelWithin: 5),
    ];

    public ImmutableArray<PropertyDescription> Properties { get; } =
    [
        new("scans", "Scans started since the instrument was made", Unit.One),
        new("occupied", "1 where something stands at its position, else 0", Unit.One),
    ];

    /// <remarks>The shutter falls with one line.</remarks>
    public TimeSpan SafeWithin => TimeSpan.FromSeconds(2);

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Lost);
        await _link.OpenAsync(cancellation);
        var identity = await _link.IdentifyAsync();
        _machine.Fire(Trigger.Connected);
        return identity;
    }

    public async Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        await MakeSafeAsync(cancellation);
        if (!await _link.IsAsync("STAG:OCC?")) return ActionOutcome.Failed(CauseCode.Unachievable, $"nothing stands at position {_position}, so that there is nothing to measure", recoverable: true);
        await _link.TellAsync(string.Create(CultureInfo.InvariantCulture, $"*CLS;CONF:TIME {command["duration"]:0.###}"));
        await _link.CheckAsync("setting the time of the scan");
        var before = await _link.CountAsync("SCAN:COUN?");
        if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("cancelled before the scan");

        scope.Mark(CountMark, before.ToString(CultureInfo.InvariantCulture));
        await _link.TellAsync("INIT");
        await _link.CheckAsync("starting a scan");
        return await FollowAsync(command, before + 1, scope, cancellation);
    }

    public async Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        if (action.Mark(CountMark) is not { } mark) return new Recovery.DidNotHappen();
        var before = long.Parse(mark.Value, CultureInfo.InvariantCulture);
        if (await _link.CountAsync("SCAN:COUN?") == before) return new Recovery.DidNotHappen();

        // The time of a scan cannot be changed while it goes on, so another one is that of somebody else's.
        var seconds = (await _link.NumbersAsync("CONF:TIME?", 1))[0];
        return Math.Abs(seconds - action.Command["duration"]) > HalfAMillisecond
            ? new Recovery.Happened(ActionOutcome.Failed(CauseCode.LinkLost, FormattableString.Invariant($"scan {before + 1} may be somebody else's: the instrument is set to {seconds} s, and {action.Command["duration"]} s were asked for; it can be measured again"), recoverable: true))
            : new Recovery.Happened(await FollowAsync(action.Command, before + 1, scope, cancellation));
    }

    public async Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation) =>
        ImmutableSortedDictionary<string, Quantity>.Empty
            .Add("scans", new Quantity(await _link.CountAsync("SCAN:COUN?"), Unit.One))
            .Add("occupied", new Quantity(await _link.IsAsync("STAG:OCC?") ? 1 : 0, Unit.One));

    /// <remarks>A scan that was not fetched yet is kept where nothing is under way.</remarks>
    public async Task MakeSafeAsync(CancellationToken cancellation)
    {
        if (await IsMeasuringAsync()) await _link.TellAsync("ABOR");
        if (await IsMeasuringAsync()) throw new InstrumentFaultException("the diffractometer does not end its scan");
        _machine.Fire(Trigger.Ended);
    }

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <summary>Waits for the scan with this number and fetches it.</summary>
    private async Task<ActionOutcome> FollowAsync(DriverCommand command, long number, IActionScope scope, CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Started);
        var duration = TimeSpan.FromSeconds(command["duration"]);
        var began = _clock.GetUtcNow();
        for (var asked = began; await IsMeasuringAsync(); asked = _clock.GetUtcNow())
        {
            if (cancellation.IsCancellationRequested)
            {
                await MakeSafeAsync(cancellation);
                return ActionOutcome.Cancelled("cancelled while measuring");
            }

            if (asked - began > (duration * 1.5) + TimeSpan.FromSeconds(10))
            {
                await MakeSafeAsync(cancellation);
                return ActionOutcome.Failed(CauseCode.HardwareFault, FormattableString.Invariant($"the scan was to take {duration.TotalSeconds} s, did not end and was aborted"), recoverable: false);
            }

            var left = await LeftAsync();
            scope.Report(Math.Clamp(1 - (left / duration), 0, 0.99), "measuring", left);
            await _pace.WaitForEndAsync(left, duration, cancellation);
        }

        _machine.Fire(Trigger.Ended);
        return await _link.CountAsync("SCAN:NUMB?") == number
            ? await FetchAsync()
            : ActionOutcome.Failed(CauseCode.LinkLost, $"the pattern of scan {number} is no longer in the instrument; it can be measured again", recoverable: true);
    }

    private async Task<ActionOutcome> FetchAsync()
    {
        var angles = await _link.NumbersAsync("FETC:ANGL?");
        var counts = await _link.NumbersAsync("FETC:COUN?");
        if (angles.Length != counts.Length) throw await _link.GarbageAsync("FETC:COUN?", $"{counts.Length} values for {angles.Length} angles");
        var refined = await _link.NumbersAsync("FETC:FRAC?", 2);
        if (refined[0] is < 0 or > 1 || refined[1] < 0) throw await _link.GarbageAsync("FETC:FRAC?", FormattableString.Invariant($"{refined[0]},{refined[1]}"));
        return ActionOutcome.Succeeded()
            .With("fraction", new Quantity(refined[0], Unit.One, refined[1]))
            .With("fraction_error", new Quantity(refined[1], Unit.One))
            .With("pattern", new Series(Columns, [[.. angles], [.. counts]]));
    }

    private async Task<TimeSpan> LeftAsync()
    {
        var seconds = (await _link.NumbersAsync("SCAN:LEFT?", 1))[0];
        return seconds is >= 0 and <= LongestScan ? TimeSpan.FromSeconds(seconds) : throw await _link.GarbageAsync("SCAN:LEFT?", seconds.ToString(CultureInfo.InvariantCulture));
    }

    private async Task<bool> IsMeasuringAsync() => (await _link.CountAsync("STAT:OPER:COND?") & Measuring) != 0;
}
