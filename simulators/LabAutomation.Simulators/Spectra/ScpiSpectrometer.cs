using System.Globalization;
using System.Text;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Scpi;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Spectra;

/// <summary>The DA71 of docs/reference/instruments/spectrometer-scpi.md, which says what each command does.</summary>
internal sealed class ScpiSpectrometer : IWireDevice, IDisposable
{
    private const int OperationComplete = 1;

    private static readonly ScpiHeader[] Waiting =
        [new("*OPC?"), new("*WAI"), new("FETCh:ABSorbance?"), new("FETCh:SAMPle?"), new("FETCh:REFerence?")];

    private readonly Benchtop bench;
    private readonly string name;
    private readonly LineReader reader = new((byte)'\n', 256);
    private readonly ScpiMessages messages;
    private readonly (ScpiHeader Header, int Parameters, Func<string[], string?> Answer)[] commands;
    private readonly SensorFaults<Acquisition> sensor;
    private readonly ITimer resume;
    private Action<byte[]> send = _ => { };

    public ScpiSpectrometer(Benchtop bench, string name, DeviceFaults faults)
    {
        (this.bench, this.name, sensor) = (bench, name, new SensorFaults<Acquisition>(faults));
        messages = new ScpiMessages(MustWait, CarryOut, Fail, text => send(Encoding.ASCII.GetBytes(text + "\n")));
        resume = bench.Clock.CreateTimer(_ => Resume(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        commands =
        [
            Command("*IDN?", () => $"LABAUTOMATION,DA71,{(uint)bench.State.Seed:X8},1.0"),
            Command("*RST", Reset),
            Command("*CLS", () => (State.Events, State.Errors) = (0, [])),
            Command("*ESR?", TakeEvents),
            Command("*ESE?", () => Text(State.EventMask)),
            Command("*ESE", 1, p => State.EventMask = Whole(p[0], 0, 255)),
            Command("*STB?", () => Text((State.Errors.Count > 0 ? 4 : 0) | ((State.Events & State.EventMask) != 0 ? 32 : 0))),
            Command("*OPC", () => State.AnnounceCompletion = true),
            Command("*OPC?", () => "1"),
            Command("*WAI", () => { }),
            Command("*TST?", () => "0"),
            Command("SYSTem:ERRor[:NEXT]?", TakeError),
            Command("SYSTem:ERRor:COUNt?", () => Text(State.Errors.Count)),
            Command("SYSTem:VERSion?", () => "1999.0"),
            Command("STATus:OPERation:CONDition?", () => Busy ? "16" : "0"),
            Command("CONFigure:INTegration", 1, p => State.Integration = Setting(p[0])),
            Command("CONFigure:INTegration?", () => Text(State.Integration)),
            Command("CONFigure:AVERages", 1, p => State.Averages = Setting(p[0])),
            Command("CONFigure:AVERages?", () => Text(State.Averages)),
            Command("INITiate[:IMMediate]", Start),
            Command("ABORt", () => State.Acquisition = null),
            Command("ACQuire:COUNt?", () => Text(State.Count)),
            Command("ACQuire:NUMBer?", () => Text(Busy ? 0 : State.Acquisition?.Number ?? 0)),
            Command("FETCh:WAVelength?", () => string.Join(',', Enumerable.Range(0, Optics.Points).Select(Optics.Wavelength))),
            Command("FETCh:ABSorbance?", () => Join(Spectrum().Zip(Reference(), Detector.Absorbance), "E6")),
            Command("FETCh:SAMPle?", () => Join(Spectrum(), "F3")),
            Command("FETCh:REFerence?", () => Join(Reference(), "F3")),
        ];
    }

    private SpectrometerState State => bench.State.Spectrometer;

    private bool Busy => State.Acquisition is { } acquisition && bench.Now < acquisition.EndsAt;

    public void Open(Action<byte[]> output) => send = output;

    public void Close()
    {
        reader.Clear();
        messages.Clear();
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var line in reader.Feed(bytes))
        {
            var message = line?.TrimEnd('\r');
            if (message is null) Fail(-363);
            else if (message.Any(c => c is (< ' ' and not '\t') or > '~')) Fail(-101);
            else messages.Add(message);
        }

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
        NoteCompletion();
        if (!messages.Run()) resume.Change(Patience(), Timeout.InfiniteTimeSpan);
    }

    // At least a millisecond, in case the timer fired a tick before the acquisition's end.
    private TimeSpan Patience()
    {
        var left = State.Acquisition!.EndsAt - bench.Now;
        return left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left;
    }

    private void NoteCompletion()
    {
        if (!State.AnnounceCompletion || Busy) return;
        (State.AnnounceCompletion, State.Events) = (false, State.Events | OperationComplete);
        bench.Changed();
    }

    private bool MustWait(string header)
    {
        NoteCompletion();
        return Busy && Waiting.Any(waiting => waiting.Matches(header));
    }

    private string? CarryOut(string header, string[] parameters)
    {
        var (known, count, answer) = commands.FirstOrDefault(command => command.Header.Matches(header));
        if (known is null) throw new ScpiException(-113);
        if (parameters.Length != count) throw new ScpiException(parameters.Length < count ? -109 : -108);
        return answer(parameters);
    }

    private void Fail(int code)
    {
        State.Events |= ScpiErrors.EventBit(code);
        if (State.Errors.Count < ScpiErrors.QueueLength) State.Errors.Add(code);
        else State.Errors[^1] = ScpiErrors.QueueOverflow;
        bench.Changed();
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

    private void Reset() => (State.Acquisition, State.Integration, State.Averages, State.AnnounceCompletion) = (null, 100, 1, false);

    private string TakeEvents()
    {
        var events = State.Events;
        State.Events = 0;
        bench.Changed();
        return Text(events);
    }

    private string TakeError()
    {
        var code = State.Errors.FirstOrDefault();
        if (State.Errors.Count > 0) State.Errors.RemoveAt(0);
        bench.Changed();
        return $"{Text(code)},\"{ScpiErrors.Text(code)}\"";
    }

    private double[] Spectrum()
    {
        var (sample, factor) = (Detector.Read(bench.State.Seed, Fetched()).Sample, sensor.Factor(bench.Now));
        return factor == 1 ? sample : [.. sample.Select(counts => Math.Max(0, counts * factor))];
    }

    private double[] Reference() => Detector.Read(bench.State.Seed, Fetched()).Reference;

    private Acquisition Fetched() => sensor.Shown(State.Acquisition ?? throw new ScpiException(-230));

    private int Setting(string text)
    {
        if (Busy) throw new ScpiException(-221);
        return Whole(text, 1, 1000);
    }

    private static int Whole(string text, int least, int most)
    {
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value);
        if (!isNumber) throw new ScpiException(-104);
        var whole = Math.Round(value);
        return whole >= least && whole <= most ? (int)whole : throw new ScpiException(-222);
    }

    private static string Join(IEnumerable<double> values, string format) =>
        string.Join(',', values.Select(value => value.ToString(format, CultureInfo.InvariantCulture)));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static (ScpiHeader, int, Func<string[], string?>) Command(string header, Func<string> answer) => (new(header), 0, _ => answer());

    private (ScpiHeader, int, Func<string[], string?>) Command(string header, Action act) => Command(header, 0, _ => act());

    private (ScpiHeader, int, Func<string[], string?>) Command(string header, int parameters, Action<string[]> act) => (new(header), parameters, p =>
    {
        act(p);
        bench.Changed();
        return null;
    });
}
