using System.Globalization;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Scpi;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Spectra;

/// <summary>The DA71 of docs/reference/instruments/spectrometer-scpi.md, which says what each command does.</summary>
internal sealed class ScpiSpectrometer : IWireDevice, IDisposable
{
    private static readonly ScpiHeader[] Waiting =
        [new("*OPC?"), new("*WAI"), new("FETCh:ABSorbance?"), new("FETCh:SAMPle?"), new("FETCh:REFerence?")];

    private static readonly string Wavelengths = string.Join(',', Enumerable.Range(0, Optics.Points).Select(Optics.Wavelength));

    private readonly Benchtop bench;
    private readonly string name;
    private readonly ScpiPanel panel;
    private readonly SensorFaults<Acquisition> sensor;
    private readonly ITimer resume;

    /// <summary>What the detector has read in an acquisition, which is asked for in parts.</summary>
    private (Acquisition In, double[] Sample, double[] Reference)? seen;

    public ScpiSpectrometer(Benchtop bench, string name, DeviceFaults faults)
    {
        (this.bench, this.name, sensor) = (bench, name, new SensorFaults<Acquisition>(faults));
        resume = bench.Clock.CreateTimer(_ => Resume(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        panel = new ScpiPanel(() => State, bench.Changed, () => $"LABAUTOMATION,DA71,{(uint)bench.State.Seed:X8},1.0", Reset, () => !Busy) { MustWait = header => Busy && Waiting.Any(waiting => waiting.Matches(header)) };
        panel.Ask("SYSTem:VERSion?", () => "1999.0");
        panel.Ask("STATus:OPERation:CONDition?", () => Busy ? "16" : "0");
        panel.Tell("CONFigure:INTegration", p => State.Integration = Setting(p));
        panel.Ask("CONFigure:INTegration?", () => ScpiPanel.Text(State.Integration));
        panel.Tell("CONFigure:AVERages", p => State.Averages = Setting(p));
        panel.Ask("CONFigure:AVERages?", () => ScpiPanel.Text(State.Averages));
        panel.Tell("INITiate[:IMMediate]", Start);
        panel.Tell("ABORt", () => State.Acquisition = null);
        panel.Ask("ACQuire:COUNt?", () => ScpiPanel.Text(State.Count));
        panel.Ask("ACQuire:NUMBer?", () => ScpiPanel.Text(Busy ? 0 : State.Acquisition?.Number ?? 0));
        panel.Ask("FETCh:WAVelength?", () => Wavelengths);
        panel.Ask("FETCh:ABSorbance?", () => Join(Spectrum().Zip(Reference(), Detector.Absorbance), "E6"));
        panel.Ask("FETCh:SAMPle?", () => Join(Spectrum(), "F3"));
        panel.Ask("FETCh:REFerence?", () => Join(Reference(), "F3"));
    }

    private SpectrometerState State => bench.State.Spectrometer;

    private bool Busy => State.Acquisition is { } acquisition && bench.Now < acquisition.EndsAt;

    public bool? IsAtRest => !(bench.State.Spectrometer.Acquisition?.EndsAt > bench.Now);

    public void Open(Action<byte[]> output) => panel.Open(output);

    public void Close() => panel.Close();

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        panel.Receive(bytes);
        Continue();
    }

    public void Dispose() => resume.Dispose();

    private void Resume()
    {
        lock (bench.Gate)
        {
            bench.Advance();
            Continue();
            bench.Commit();
        }
    }

    private void Continue()
    {
        if (!panel.Run()) resume.Change(Patience(), Timeout.InfiniteTimeSpan);
    }

    // At least a millisecond, in case the timer fired a tick before the acquisition's end.
    private TimeSpan Patience()
    {
        var left = State.Acquisition!.EndsAt - bench.Now;
        return left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left;
    }

    private void Start()
    {
        if (Busy) throw new ScpiException(-213);
        var contents = bench.Contents;
        State.Count++;
        State.Acquisition = new Acquisition
        {
            Number = State.Count,
            EndsAt = bench.Now.AddMilliseconds((double)State.Integration * State.Averages),
            Integration = State.Integration,
            Averages = State.Averages,
            Volumes = contents.Volumes,
            Unmixed = contents.Unmixed,
        };
        bench.Record(name, EffectKind.Acquisition, State.Count);
    }

    private void Reset() => (State.Acquisition, State.Integration, State.Averages, State.AnnouncesCompletion) = (null, 100, 1, false);

    private double[] Spectrum()
    {
        var (sample, factor) = (Read(Fetched()).Sample, sensor.Factor(bench.Now));
        return factor == 1 ? sample : [.. sample.Select(counts => Math.Max(0, counts * factor))];
    }

    private double[] Reference() => Read(Fetched()).Reference;

    private (double[] Sample, double[] Reference) Read(Acquisition acquisition)
    {
        if (seen is not { } known || known.In != acquisition)
        {
            var (sample, reference) = Detector.Read(bench.State.Seed, acquisition);
            seen = known = (acquisition, sample, reference);
        }

        return (known.Sample, known.Reference);
    }

    private Acquisition Fetched() => sensor.Shown(State.Acquisition ?? throw new ScpiException(-230));

    private int Setting(string text)
    {
        if (Busy) throw new ScpiException(-221);
        return ScpiPanel.Whole(text, 1, 1000);
    }

    private static string Join(IEnumerable<double> values, string format) =>
        string.Join(',', values.Select(value => value.ToString(format, CultureInfo.InvariantCulture)));
}
