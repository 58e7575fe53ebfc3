using LabAutomation.Simulators.Thermostats;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Synthesis;

/// <summary>
/// A box furnace with the registers of docs/reference/instruments/furnace-eurotherm.md on Modbus TCP. It heats what stands in its positions;
/// its chamber is off from what its sensor shows by a fixed amount that follows from seed and name, 2 K standard deviation.
/// </summary>
internal sealed class BoxFurnace : IWireDevice, IModbusRegisters
{
    public const ushort Ident = 0x2408;
    private const int Program = 8192;
    private const int State0 = 15000;
    private const double Hottest = 1210;
    private const double CalibrationError = 2;

    private readonly World<RoomState> world;
    private readonly CruciblePlaces places;
    private readonly string name;
    private readonly int unit;
    private readonly IReadOnlyList<int> positions;
    private readonly SensorFaults<double> sensor;
    private readonly ModbusServer server;
    private readonly List<byte> pending = [];
    private Action<byte[]> send = _ => { };

    public BoxFurnace(CruciblePlaces places, DeviceSite site)
    {
        (world, this.places, name) = (places.World, places, site.Name);
        unit = site.Setting("unit-id", 1);
        positions = PositionText.Read(site.Setting("positions", ""));
        sensor = new SensorFaults<double>(site.Faults);
        server = new ModbusServer(this, () => false);
        _ = State;
        places.Belong(positions, Shut);
        places.Follow(() => State.Heat.IsRunning ? new Happening(State.Heat.EndsAt, () => End(FurnaceEnd.Complete)) : null);
    }

    private FurnaceState State => RoomState.Of(world.State.Furnaces, name);

    private uint Serial => (uint)new SeededNoise(world.Seed, name + "/serial", 0).Bits();

    private double Shown => sensor.Shown(State.Heat.At(world.Now) * sensor.Factor(world.Now));

    public bool? IsAtRest => !world.State.Furnaces[name].Heat.IsRunning;

    public void Open(Action<byte[]> output) => send = output;

    public void Close() => pending.Clear();

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes) pending.Add(value);
        while (server.TakeTcp(pending, unit, send))
        {
        }
    }

    public ushort? Input(int address) => Holding(address);

    public ushort? Holding(int address) => address switch
    {
        1 => Celsius(Shown),
        2 or Program + 1 => Celsius(State.Target / 10),
        4 => (ushort)(State.Heat.IsRunning && world.Now < State.Heat.CoolingAt ? 600 : 0),
        5 or State0 + 9 => Celsius(State.Heat.IsRunning && world.Now < State.Heat.CoolingAt ? State.Heat.At(world.Now) : FurnaceHeat.Room),
        23 => (ushort)(State.Heat.IsRunning ? 2 : State.End == FurnaceEnd.Complete ? 16 : 1),
        122 => Ident,
        Program => (ushort)Math.Round(State.Ramp * State.Display.PerKelvin()),
        Program + 2 => (ushort)(State.Dwell >> 16),
        Program + 3 => (ushort)State.Dwell,
        State0 => (ushort)(State.Runs >> 16),
        State0 + 1 => (ushort)State.Runs,
        State0 + 2 => (ushort)(Remaining >> 16),
        State0 + 3 => (ushort)Remaining,
        State0 + 4 => Celsius(State.Heat.IsRunning ? Top(world.Now) : State.Peak / 10.0),
        State0 + 5 => Segment,
        State0 + 6 => (ushort)State.End,
        State0 + 7 => Flags,
        State0 + 8 => State.IsSensorBroken ? unchecked((ushort)short.MinValue) : Celsius(Shown),
        State0 + 10 => (ushort)(Serial >> 16),
        State0 + 11 => (ushort)Serial,
        State0 + 12 => (ushort)State.Display,
        _ => null,
    };

    public bool Allows(int address, ushort value) => address switch
    {
        23 => value is 1 or 2,
        Program => value / State.Display.PerKelvin() is > 0.5 and < 5000.5,
        Program + 1 => Tenths(value) is > 199.5 and < 12000.5,
        Program + 2 => value <= 4,
        Program + 3 => true,
        _ => false,
    };

    /// <returns>False where a program does not start, or cannot be changed since it is running.</returns>
    public bool Write(int address, ushort value)
    {
        world.Changed();
        if (address == 23 && value == 1) return Reset();
        if (State.Heat.IsRunning) return false;
        switch (address)
        {
            case Program: State.Ramp = value / State.Display.PerKelvin(); break;
            case Program + 1: State.Target = Tenths(value); break;
            case Program + 2: State.Dwell = ((uint)value << 16) | (State.Dwell & 0xFFFF); break;
            case Program + 3: State.Dwell = (State.Dwell & 0xFFFF0000) | value; break;
            default: return Run();
        }

        return true;
    }

    /// <summary>Heats on although it should not, until the protection opens the contactor.</summary>
    public void Overheat()
    {
        (State.IsTripped, State.Peak) = (true, (short)(Hottest * 10));
        if (State.Heat.IsRunning) End(FurnaceEnd.TooHot, Hottest);
        world.Changed();
    }

    public void Acknowledge()
    {
        State.IsTripped = false;
        world.Changed();
    }

    public void ShowIn(TemperatureDisplay display)
    {
        State.Display = display;
        world.Changed();
    }

    public void HoldDoor(bool open)
    {
        State.IsDoorOpen = open;
        if (open && State.Heat.IsRunning) End(FurnaceEnd.DoorOpened);
        world.Changed();
    }

    public void BreakSensor(bool broken)
    {
        State.IsSensorBroken = broken;
        if (broken && State.Heat.IsRunning) End(FurnaceEnd.SensorBroken);
        world.Changed();
    }

    private uint Remaining => State.Heat.IsRunning ? (uint)Math.Max(0, Math.Ceiling((State.Heat.EndsAt - world.Now).TotalSeconds)) : 0;

    private ushort Segment => (ushort)(!State.Heat.IsRunning ? 0 : world.Now < State.Heat.TopAt ? 1 : world.Now < State.Heat.CoolingAt ? 2 : 3);

    private ushort Flags => (ushort)((State.IsTripped ? 1 : 0) | (State.IsSensorBroken ? 2 : 0) | (State.IsDoorOpen ? 4 : 0) | (Shut() is null ? 8 : 0));

    private string? Shut() =>
        State.Heat.IsRunning ? "its program is running" : State.Heat.At(world.Now) > FurnaceHeat.DoorOpens + 0.1 ? "it is too hot" : null;

    private bool Run()
    {
        if (State.IsTripped || State.IsSensorBroken || State.IsDoorOpen) return false;
        State.Heat.Begin(world.Now, State.Target / 10.0, State.Ramp / 600.0, TimeSpan.FromSeconds(State.Dwell));
        (State.Peak, State.End) = (0, FurnaceEnd.None);
        State.Runs++;
        world.Record(name, EffectKind.Heat, State.Target / 10.0);
        return true;
    }

    private bool Reset()
    {
        if (State.Heat.IsRunning) End(FurnaceEnd.Reset);
        return true;
    }

    /// <param name="top">Where it got hotter than the program wanted, °C.</param>
    private void End(FurnaceEnd why, double? top = null)
    {
        var (heat, now) = (State.Heat, world.Now);
        var peak = top ?? Top(now);
        var dwelt = Math.Clamp((now - heat.TopAt).TotalSeconds, 0, heat.Dwell.TotalSeconds);
        var error = CalibrationError * new SeededNoise(world.Seed, name + "/chamber", 0).Normal();
        foreach (var position in positions)
            places.At(position)?.Heat(world.Seed, peak + error + 273.15, dwelt, heat.Rise, Math.Max(1e-3, (peak - FurnaceHeat.Room) / FurnaceHeat.Lag));
        State.Peak = (short)Math.Round(peak * 10);
        State.End = why;
        world.Record(name, EffectKind.Peak, State.Peak / 10.0);
        world.Record(name, EffectKind.Dwelt, dwelt);
        heat.End(now);
        world.Changed();
    }

    /// <summary>The highest temperature of the program so far, °C; one that began hotter than its target counts from where it holds.</summary>
    private double Top(DateTimeOffset time) => time >= State.Heat.TopAt ? State.Heat.Target : State.Heat.At(time);

    private double Tenths(ushort word) => State.Display.Celsius(unchecked((short)word) / 10.0) * 10;

    private ushort Celsius(double celsius) => unchecked((ushort)(short)Math.Clamp(Math.Round(State.Display.Of(celsius) * 10), -30000, 30000));
}
