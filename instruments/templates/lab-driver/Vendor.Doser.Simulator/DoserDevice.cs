using System.Globalization;
using System.Text;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace Vendor.Doser.Simulator;

/// <summary>
/// The pump as its manual describes it: capitals, one blank, numbers of at most three decimals, CR. While it runs it takes no rate and no
/// other dose. What it delivers differs from what it counts by half a percent and a little more with each run.
/// </summary>
public sealed class DoserDevice : IWireDevice
{
    private const double SmallestDose = 0.01;
    private const double LargestDose = 500;

    /// <summary>mL that the pump can tell. What is less in the bottle stays there: the hose draws air.</summary>
    private const double Step = 0.001;

    private readonly LineReader reader = new((byte)'\r', limit: 40);
    private readonly World<DoserState> world;
    private readonly string name;
    private Action<byte[]> send = _ => { };

    internal DoserDevice(World<DoserState> world, string name)
    {
        (this.world, this.name) = (world, name);
        world.Next = () => State.Run is { } run ? new Happening(EndOf(run), () => Finish(run.Reach)) : null;
    }

    private DoserState State => world.State;

    /// <summary>mL that the run under way has counted by now.</summary>
    private double Running => State.Run is { } run ? Math.Min(run.Reach, (world.Now - run.Since).TotalMinutes * State.Rate) : 0;

    public static DeviceSetup SetUp(DeviceSite site) =>
        site.Place<DoserState, DoserDevice>(world => new DoserDevice(world, site.Name), (world, _) => new DoserBottle(world));

    public bool? IsAtRest => State.Run is null;

    public void Open(Action<byte[]> output) => send = output;

    public void Close() => reader.Clear();

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var line in reader.Feed(bytes)) send(Encoding.ASCII.GetBytes(Answer(line ?? "") + "\r"));
    }

    private string Answer(string line) => line.Split(' ') switch
    {
        ["ID?"] => $"ID DS-1 1.4 {new SeededNoise(world.Seed, name + "/serial", 0).Bits() % 1_000_000:000000}",
        ["STATE?"] => string.Create(CultureInfo.InvariantCulture, $"STATE {Condition} {State.Counted + Running:0.000}"),
        ["RATE?"] => string.Create(CultureInfo.InvariantCulture, $"RATE {State.Rate:0.00}"),
        ["RATE", var number] => SetRate(number),
        ["DOSE", var number] => Dose(number),
        ["STOP"] => Stop(),
        _ => "ERR 1",
    };

    private string Condition => State.Run is not null ? "RUN" : State.Bottle <= 0 ? "EMPTY" : "IDLE";

    private string SetRate(string number)
    {
        if (State.Run is not null) return "ERR 3";
        if (!TryRead(number, out var rate) || rate is < 0.1 or > 20) return "ERR 2";
        State.Rate = Math.Round(rate, 2);
        world.Changed();
        return "OK";
    }

    private string Dose(string number)
    {
        if (State.Run is not null) return "ERR 3";
        if (!TryRead(number, out var volume) || volume is < SmallestDose or > LargestDose) return "ERR 2";
        if (State.Bottle <= 0) return "ERR 4";
        var gain = 1 + (0.005 * new SeededNoise(world.Seed, name + "/gain", 0).Normal()) + (0.001 * new SeededNoise(world.Seed, name + "/run", ++State.Runs).Normal());
        State.Run = new DoserRun(world.Now, Math.Min(volume, State.Bottle / gain), gain);
        world.Record(name, EffectKind.Dispense, volume);
        return "OK";
    }

    private string Stop()
    {
        if (State.Run is not null) Finish(Running);
        return "OK";
    }

    private void Finish(double counted)
    {
        var left = State.Bottle - (counted * State.Run!.Gain);
        State.Bottle = left < Step / 2 ? 0 : left;
        State.Counted += Math.Round(counted, 3);
        State.Run = null;
        world.Changed();
    }

    private DateTimeOffset EndOf(DoserRun run) => run.Since.AddMinutes(run.Reach / State.Rate);

    private static bool TryRead(string number, out double value) =>
        double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && (!number.Contains('.') || number.Length - number.IndexOf('.') <= 4);
}
