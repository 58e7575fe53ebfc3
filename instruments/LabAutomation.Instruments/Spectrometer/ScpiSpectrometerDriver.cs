using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments;

/// <summary>
/// The absorbance spectrometer of docs/reference/instruments/spectrometer-scpi.md. It counts its acquisitions and keeps the last spectrum,
/// so that one that was started is never taken again.
/// </summary>
internal sealed class ScpiSpectrometerDriver : IDriver
{
    public const string FamilyName = "scpi-spectrometer";

    /// <summary>The acquisition number before INIT.</summary>
    private const string CountMark = "count";

    /// <summary>Bit 4 of the operation condition register: measuring.</summary>
    private const long Measuring = 16;

    private const double Saturated = 65535;

    private static readonly ImmutableArray<ColumnDescription> Columns = [new("wavelength", Unit.Parse("nm")), new("absorbance", Unit.Parse("AU"))];

    private readonly ScpiLink _link;
    private readonly TimeProvider _clock;
    private readonly Pace _pace;
    private readonly StateMachine<SpectrometerState, Trigger> _machine = new(SpectrometerState.Offline, FiringMode.Immediate);

    public ScpiSpectrometerDriver(DriverSettings settings, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock)
    {
        settings.AllowOnly();
        _link = new ScpiLink("spectrometer", connect, linkClock);
        _clock = labClock;
        _pace = new Pace(labClock, linkClock);

        _machine.Configure(SpectrometerState.Offline).Permit(Trigger.Connected, SpectrometerState.Ready).Ignore(Trigger.Lost).Ignore(Trigger.Ended);
        _machine.Configure(SpectrometerState.Ready).Permit(Trigger.Started, SpectrometerState.Measuring).Permit(Trigger.Lost, SpectrometerState.Offline).Ignore(Trigger.Ended);
        _machine.Configure(SpectrometerState.Measuring).Permit(Trigger.Ended, SpectrometerState.Ready).Permit(Trigger.Lost, SpectrometerState.Offline);
    }

    private enum SpectrometerState { Offline, Ready, Measuring }

    private enum Trigger { Connected, Started, Ended, Lost }

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands { get; } =
    [
        new(
            "acquire",
            "Measures an absorbance spectrum",
            Effect.Read,
            [
                new("integration", "Integration time of one scan, whole milliseconds; above 140 ms the detector saturates", Unit.Parse("ms"), 1, 1000, 100),
                new("averages", "Scans averaged", Unit.One, 1, 1000, 8),
            ],
            [new("spectrum", "Absorbance over wavelength", Unit.Parse("AU"), Series: true, Columns: Columns)],
            CancelWithin: 2),
    ];

    public ImmutableArray<PropertyDescription> Properties { get; } = [new("acquisitions", "Acquisitions started since the instrument was made", Unit.One)];

    /// <remarks>Three questions; an acquisition ends with its present integration, and no part moves.</remarks>
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
        await _link.TellAsync(string.Create(CultureInfo.InvariantCulture, $"*CLS;CONF:INT {Math.Round(command["integration"])};CONF:AVER {Math.Round(command["averages"])}"));
        await _link.CheckAsync("setting integration and averages");
        var before = await _link.CountAsync("ACQ:COUN?");
        if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("cancelled before the acquisition");

        scope.Mark(CountMark, before.ToString(CultureInfo.InvariantCulture));
        await _link.TellAsync("INIT");
        await _link.CheckAsync("starting an acquisition");
        return await FollowAsync(command, before + 1, scope, cancellation);
    }

    public async Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        if (action.Mark(CountMark) is not { } mark) return new Recovery.DidNotHappen();
        var before = long.Parse(mark.Value, CultureInfo.InvariantCulture);
        if (await _link.CountAsync("ACQ:COUN?") == before) return new Recovery.DidNotHappen();

        // Settings cannot be changed while an acquisition goes on, so others are those of somebody else's.
        var (integration, averages) = (await _link.CountAsync("CONF:INT?"), await _link.CountAsync("CONF:AVER?"));
        return (integration, averages) != ((long)Math.Round(action.Command["integration"]), (long)Math.Round(action.Command["averages"]))
            ? new Recovery.Happened(ActionOutcome.Failed(CauseCode.LinkLost, $"acquisition {before + 1} may be somebody else's: the instrument is set to {integration} ms and {averages} scans, which was not asked for; it can be measured again", recoverable: true))
            : new Recovery.Happened(await FollowAsync(action.Command, before + 1, scope, cancellation));
    }

    public async Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation) =>
        ImmutableSortedDictionary<string, Quantity>.Empty.Add("acquisitions", new Quantity(await _link.CountAsync("ACQ:COUN?"), Unit.One));

    /// <remarks>A spectrum that was not fetched yet is kept where nothing is under way.</remarks>
    public async Task MakeSafeAsync(CancellationToken cancellation)
    {
        if (await IsMeasuringAsync()) await _link.TellAsync("ABOR");
        if (await IsMeasuringAsync()) throw new InstrumentFaultException("the spectrometer does not end its acquisition");
        _machine.Fire(Trigger.Ended);
    }

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <summary>Waits for the acquisition with this number and fetches it.</summary>
    private async Task<ActionOutcome> FollowAsync(DriverCommand command, long number, IActionScope scope, CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Started);
        var duration = TimeSpan.FromMilliseconds(Math.Round(command["integration"]) * Math.Round(command["averages"]));
        var began = _clock.GetUtcNow();
        for (var asked = began; await IsMeasuringAsync(); asked = _clock.GetUtcNow())
        {
            var passed = asked - began;
            if (cancellation.IsCancellationRequested)
            {
                await MakeSafeAsync(cancellation);
                return ActionOutcome.Cancelled("cancelled while measuring");
            }

            if (passed > duration * 1.5 + TimeSpan.FromSeconds(10))
            {
                await MakeSafeAsync(cancellation);
                return ActionOutcome.Failed(CauseCode.HardwareFault, FormattableString.Invariant($"the acquisition was to take {duration.TotalSeconds} s, did not end and was aborted"), recoverable: false);
            }

            scope.Report(Math.Min(0.99, passed / duration), "measuring", duration - passed);
            await _pace.WaitAsync(duration - passed, duration, cancellation);
        }

        _machine.Fire(Trigger.Ended);
        return await _link.CountAsync("ACQ:NUMB?") == number
            ? await FetchAsync()
            : ActionOutcome.Failed(CauseCode.LinkLost, $"the spectrum of acquisition {number} is no longer in the instrument; it can be measured again", recoverable: true);
    }

    private async Task<ActionOutcome> FetchAsync()
    {
        var wavelengths = await _link.NumbersAsync("FETC:WAV?");
        var absorbances = await _link.NumbersAsync("FETC:ABS?");
        if (wavelengths.Length != absorbances.Length) throw await _link.GarbageAsync("FETC:ABS?", $"{absorbances.Length} values for {wavelengths.Length} wavelengths");
        var brightest = (await _link.NumbersAsync("FETC:REF?")).Concat(await _link.NumbersAsync("FETC:SAMP?")).Max();
        var outcome = brightest < Saturated
            ? ActionOutcome.Succeeded()
            : ActionOutcome.Succeeded("the detector was saturated; a shorter integration time would be right") with { Cause = CauseCode.SuccessWithWarnings };
        return outcome.With("spectrum", new Series(Columns, [[.. wavelengths], [.. absorbances]]));
    }

    private async Task<bool> IsMeasuringAsync() => (await _link.CountAsync("STAT:OPER:COND?") & Measuring) != 0;
}
