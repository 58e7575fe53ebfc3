using System.Globalization;
using System.Text;
using LabAutomation.Simulators.Scpi;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Synthesis;

/// <summary>The PD60 of docs/reference/instruments/diffractometer-scpi.md, which says what each command does.</summary>
internal sealed class ScpiDiffractometer : IWireDevice
{
    private readonly World<RoomState> world;
    private readonly CruciblePlaces places;
    private readonly string name;
    private readonly int position;
    private readonly LineReader reader = new((byte)'\n', 256);
    private readonly ScpiMessages messages;
    private readonly (ScpiHeader Header, int Parameters, Func<string[], string?> Answer)[] commands;
    private Action<byte[]> send = _ => { };

    public ScpiDiffractometer(CruciblePlaces places, DeviceSite site)
    {
        (world, this.places, name) = (places.World, places, site.Name);
        position = site.Setting("position", 1);
        _ = State;
        places.Belong([position], () => IsScanning ? "its shutter is open" : null);
        messages = new ScpiMessages(_ => false, CarryOut, Fail, text => send(Encoding.ASCII.GetBytes(text + "\n")));
        commands =
        [
            Ask("*IDN?", () => $"LABAUTOMATION,PD60,{(uint)new SeededNoise(world.Seed, name + "/serial", 0).Bits():X8},1.0"),
            Tell("*CLS", 0, _ => State.Errors.Clear()),
            Ask("*OPC?", () => "1"),
            Ask("SYSTem:ERRor[:NEXT]?", TakeError),
            Ask("STATus:OPERation:CONDition?", () => IsScanning ? "16" : "0"),
            Tell("CONFigure:TIME", 1, Configure),
            Ask("CONFigure:TIME?", () => Text(State.Duration)),
            Ask("STAGe:OCCupied?", () => places.IsTaken(position) ? "1" : "0"),
            Tell("INITiate[:IMMediate]", 0, _ => Start()),
            Tell("ABORt", 0, _ => State.Scan = null),
            Ask("SCAN:COUNt?", () => Text(State.Count)),
            Ask("SCAN:NUMBer?", () => Text(IsScanning ? 0 : State.Scan?.Number ?? 0)),
            Ask("SCAN:LEFT?", () => Text(IsScanning ? Math.Round((State.Scan!.EndsAt - world.Now).TotalSeconds, 1) : 0)),
            Ask("FETCh:ANGLe?", () => string.Join(',', Enumerable.Range(0, PowderPattern.Points).Select(point => Text(PowderPattern.Angle(point))))),
            Ask("FETCh:COUNts?", () => string.Join(',', PowderPattern.Counts(world.Seed, name, Fetched()).Select(Text))),
            Ask("FETCh:FRACtion?", Fraction),
        ];
    }

    private DiffractometerState State => RoomState.Of(world.State.Diffractometers, name);

    private bool IsScanning => State.Scan is { } scan && world.Now < scan.EndsAt;

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

        messages.Run();
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
        if (State.Errors.Count < ScpiErrors.QueueLength) State.Errors.Add(code);
        else State.Errors[^1] = ScpiErrors.QueueOverflow;
        world.Changed();
    }

    private void Configure(string[] parameters)
    {
        if (IsScanning) throw new ScpiException(-221);
        if (!double.TryParse(parameters[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) || !double.IsFinite(seconds)) throw new ScpiException(-104);
        State.Duration = seconds is >= 1 and <= 86400 ? seconds : throw new ScpiException(-222);
    }

    private void Start()
    {
        if (IsScanning) throw new ScpiException(-213);
        if (places.At(position) is not { } crucible) throw new ScpiException(-221);
        State.Count++;
        State.Scan = new ScanState
        {
            Number = State.Count,
            EndsAt = world.Now.AddSeconds(State.Duration),
            Duration = State.Duration,
            Target = crucible.Target,
            Recipe = crucible.Recipe,
            Fraction = crucible.Fraction(world.Seed),
        };
        world.Record(name, EffectKind.Scan, State.Count);
    }

    private string Fraction()
    {
        var (fraction, error) = PowderPattern.Refined(world.Seed, name, Fetched());
        return string.Create(CultureInfo.InvariantCulture, $"{fraction:0.0000},{error:0.0000}");
    }

    private ScanState Fetched() => State.Scan is { } scan && !IsScanning ? scan : throw new ScpiException(-230);

    private string TakeError()
    {
        var code = State.Errors.FirstOrDefault();
        if (State.Errors.Count > 0) State.Errors.RemoveAt(0);
        world.Changed();
        return $"{Text(code)},\"{ScpiErrors.Text(code)}\"";
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static (ScpiHeader, int, Func<string[], string?>) Ask(string header, Func<string> answer) => (new(header), 0, _ => answer());

    private (ScpiHeader, int, Func<string[], string?>) Tell(string header, int parameters, Action<string[]> act) => (new(header), parameters, p =>
    {
        act(p);
        world.Changed();
        return null;
    });
}
