using System.Globalization;
using System.Text;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Synthesis;

/// <summary>
/// A powder doser with a cabinet of dosing heads, by the MT-SICS commands of docs/reference/instruments/doser-quantos.md. It fills the crucible
/// at its position at 100 mg/min after 5 s, within 0.2 % (standard deviation) of what was ordered.
/// </summary>
internal sealed class QuantosDoser : IWireDevice
{
    private const double MilligramsPerSecond = 100.0 / 60;
    private const double Spread = 0.002;
    private const double LargestDose = 20_000;
    private const int MostTargets = 999;
    private const int NewStock = 1000;
    private const int AnotherJob = 2, NotAllowed = 5, HeadEmpty = 11;

    private static readonly TimeSpan HeadChange = TimeSpan.FromSeconds(5);

    private readonly World<RoomState> world;
    private readonly CruciblePlaces places;
    private readonly string name;
    private readonly int position;
    private readonly LineReader reader = new((byte)'\n', 80);
    private Action<byte[]> send = _ => { };

    public QuantosDoser(CruciblePlaces places, DeviceSite site)
    {
        (world, this.places, name) = (places.World, places, site.Name);
        position = site.Setting("position", 1);
        State.Stock ??= 1000.0 * site.Setting("stock", NewStock);
        places.Belong([position], () => State.Phase == DosePhase.Dosing ? "it is being filled" : null);
        places.Follow(() => State.Phase == DosePhase.Dosing ? new Happening(EndsAt, () => End(DosePhase.Done)) : null);
    }

    private DoserState State => RoomState.Of(world.State.Dosers, name);

    private string Serial => $"Q{new SeededNoise(world.Seed, name + "/serial", 0).Bits() % 1_000_000_000:000000000}";

    private DateTimeOffset EndsAt => State.Since + HeadChange + TimeSpan.FromSeconds(State.Comes / MilligramsPerSecond);

    private double DosedNow => State.Phase == DosePhase.Dosing ? Math.Clamp((world.Now - State.Since - HeadChange).TotalSeconds * MilligramsPerSecond, 0, State.Comes) : State.Dosed;

    public bool? IsAtRest => world.State.Dosers[name].Phase != DosePhase.Dosing;

    public void Open(Action<byte[]> output) => send = output;

    public void Close() => reader.Clear();

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var line in reader.Feed(bytes)) send(Encoding.ASCII.GetBytes((line is null || !line.EndsWith('\r') ? "ES" : Answer(line[..^1])) + "\r\n"));
    }

    /// <summary>Somebody fills the dosing heads.</summary>
    /// <param name="milligrams">In all.</param>
    public void Fill(double milligrams)
    {
        State.Stock = milligrams;
        world.Changed();
    }

    private string Answer(string command) => command.Split(' ') switch
    {
        ["I2"] => "I2 A \"QX96 Powder cabinet\"",
        ["I3"] => "I3 A \"3.10\"",
        ["I4"] => $"I4 A \"{Serial}\"",
        ["QRD", "1", "1", "5", var mass] => Order(mass),
        ["QRD", "1", "1", "20", var target, var recipe] => Choose(target, recipe),
        ["QRD", "2", "4", "11"] => string.Create(CultureInfo.InvariantCulture, $"QRD 2 4 11 A {State.Stock:0.0} mg"),
        ["QRD", "2", "4", "12"] => Sample(),
        ["QRD", "2", "4", "13"] => string.Create(CultureInfo.InvariantCulture, $"QRD 2 4 13 A {State.Count} {State.Dose?.Target ?? 0} {State.Dose?.Recipe ?? 0} {State.Dose?.Mass ?? 0:0.0} mg"),
        ["QRA", "61", "1"] => Start(),
        ["QRA", "61", "4"] => Stop(),
        _ => "ES",
    };

    private string Order(string text)
    {
        if (State.Phase == DosePhase.Dosing) return "QRD 1 1 5 I";
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var mass) || mass is < 1 or > LargestDose) return "QRD 1 1 5 L";
        State.Ordered = mass;
        world.Changed();
        return "QRD 1 1 5 A";
    }

    private string Choose(string first, string second)
    {
        if (State.Phase == DosePhase.Dosing) return "QRD 1 1 20 I";
        var isThere = int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var target) && target is >= 1 and <= MostTargets;
        if (!int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var recipe) || !isThere || recipe is < 1 or > Reaction.Recipes) return "QRD 1 1 20 L";
        (State.Target, State.Recipe) = (target, recipe);
        world.Changed();
        return "QRD 1 1 20 A";
    }

    private string Sample()
    {
        var left = State.Phase == DosePhase.Dosing ? (EndsAt - world.Now).TotalSeconds : 0;
        return string.Create(CultureInfo.InvariantCulture, $"QRD 2 4 12 A {State.Count} {(int)State.Phase} {DosedNow:0.0} mg {left:0.0} s");
    }

    private string Start()
    {
        if (State.Phase == DosePhase.Dosing) return $"QRA 61 1 I {AnotherJob}";
        if (places.At(position) is { IsFilled: true } || State.Ordered <= 0) return $"QRA 61 1 I {NotAllowed}";
        if (State.Stock < State.Ordered) return $"QRA 61 1 I {HeadEmpty}";
        if (!places.IsTaken(position)) places.Bring(position);
        State.Count++;
        State.Dose = new DoseOrder(State.Target, State.Recipe, State.Ordered);
        State.Comes = State.Ordered * (1 + (Spread * Math.Clamp(new SeededNoise(world.Seed, name + "/dose", State.Count).Normal(), -4, 4)));
        (State.Phase, State.Since) = (DosePhase.Dosing, world.Now);
        world.Record(name, EffectKind.Dose, State.Ordered);
        return "QRA 61 1 B";
    }

    private string Stop()
    {
        if (State.Phase == DosePhase.Dosing) End(DosePhase.Stopped);
        return "QRA 61 4 A";
    }

    private void End(DosePhase phase)
    {
        var dosed = phase == DosePhase.Done ? State.Comes : DosedNow;
        if (dosed > 0) world.Record(name, EffectKind.Moved, dosed);
        (State.Dosed, State.Phase, State.Stock) = (dosed, phase, Math.Max(0, State.Stock!.Value - dosed));
        if (places.At(position) is { } crucible && dosed > 0) (crucible.Target, crucible.Recipe, crucible.Mass) = (State.Target, State.Recipe, dosed);
        world.Changed();
        places.Attend(position);
    }
}
