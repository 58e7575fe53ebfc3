using System.Globalization;
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
    private readonly ScpiPanel panel;

    public ScpiDiffractometer(CruciblePlaces places, DeviceSite site)
    {
        (world, this.places, name) = (places.World, places, site.Name);
        position = site.Setting("position", 1);
        _ = State;
        places.Belong([position], () => IsScanning ? "its shutter is open" : null);
        panel = new ScpiPanel(
            () => State,
            world.Changed,
            () => $"LABAUTOMATION,PD60,{(uint)new SeededNoise(world.Seed, name + "/serial", 0).Bits():X8},1.0",
            () => (State.Scan, State.Duration, State.AnnouncesCompletion) = (null, new DiffractometerState().Duration, false),
            () => !IsScanning);
        panel.Ask("STATus:OPERation:CONDition?", () => IsScanning ? "16" : "0");
        panel.Tell("CONFigure:TIME", Configure);
        panel.Ask("CONFigure:TIME?", () => Text(State.Duration));
        panel.Ask("STAGe:OCCupied?", () => places.IsTaken(position) ? "1" : "0");
        panel.Tell("INITiate[:IMMediate]", Start);
        panel.Tell("ABORt", () => State.Scan = null);
        panel.Ask("SCAN:COUNt?", () => Text(State.Count));
        panel.Ask("SCAN:NUMBer?", () => Text(IsScanning ? 0 : State.Scan?.Number ?? 0));
        panel.Ask("SCAN:LEFT?", () => Text(IsScanning ? Math.Round((State.Scan!.EndsAt - world.Now).TotalSeconds, 1) : 0));
        panel.Ask("FETCh:ANGLe?", () => string.Join(',', Enumerable.Range(0, PowderPattern.Points).Select(point => Text(PowderPattern.Angle(point)))));
        panel.Ask("FETCh:COUNts?", () => string.Join(',', PowderPattern.Counts(world.Seed, name, Fetched()).Select(Text)));
        panel.Ask("FETCh:FRACtion?", Fraction);
    }

    private DiffractometerState State => RoomState.Of(world.State.Diffractometers, name);

    private bool IsScanning => State.Scan is { } scan && world.Now < scan.EndsAt;

    public bool? IsAtRest => !(world.State.Diffractometers[name].Scan?.EndsAt > world.Now);

    public void Open(Action<byte[]> output) => panel.Open(output);

    public void Close() => panel.Close();

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        panel.Receive(bytes);
        panel.Run();
    }

    private void Configure(string text)
    {
        if (IsScanning) throw new ScpiException(-221);
        State.Duration = ScpiPanel.Number(text, 1, 86400);
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

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
