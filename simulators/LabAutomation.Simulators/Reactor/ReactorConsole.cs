using System.Globalization;
using System.Text;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Reactor;

/// <summary>
/// The console of a simulated core, by docs/reference/instruments/microreactor.md: ASCII lines that end with LF. The core is frozen until a cycle of one
/// second is commanded, and its answer comes when that second of lab time is over. Where the line is let go while a core runs, the drums go in.
/// </summary>
internal sealed class ReactorConsole : IWireDevice, IDisposable
{
    private const int Syntax = 1, NotRunning = 2, OutOfRange = 3, WrongCycle = 4, Busy = 5;
    private const double Lowest = 55, Highest = 100, FirstFault = 30;

    private static readonly TimeSpan Cycle = TimeSpan.FromSeconds(1);

    private readonly World<ReactorConsoleState> world;
    private readonly string name;
    private readonly int stuck;
    private readonly LineReader reader = new((byte)'\n', 200);
    private readonly ITimer timer;
    private readonly double[] rates;
    private Microreactor core;
    private ReactorInstrumentation sensors;
    private long cycle;
    private DateTimeOffset? ends;
    private Action<byte[]> send = _ => { };

    /// <param name="stuck">Power channels that show the same for ever from 30 s into a run on, 0 to 3.</param>
    public ReactorConsole(World<ReactorConsoleState> world, string name, int stuck)
    {
        (this.world, this.name, this.stuck) = (world, name, stuck);
        rates = new double[CoreConstants.HolosQuad.Drums];
        (core, sensors) = Load();
        if (State.Runs == 0 || !State.IsShut) State.IsShut = true;
        In();
        timer = world.Clock.CreateTimer(_ => world.Do(End), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The core as it is now, for whoever stands at the console.</summary>
    public Microreactor Core => core;

    private ReactorConsoleState State => world.State;

    public static DeviceSetup Make(DeviceSite site) => site.Place<ReactorConsoleState, ReactorConsole>(
        world => new ReactorConsole(world, site.Name, Math.Clamp(site.Setting("stuck-power-channels", 0), 0, 3)),
        (world, console) => new ReactorHall(world, console));

    public bool? IsAtRest => world.State.IsShut;

    public void Open(Action<byte[]> output) => send = output;

    public void Close()
    {
        reader.Clear();
        ends = null;
        send = _ => { };
        if (!State.IsShut) world.Do(ShutDown);
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var line in reader.Feed(bytes))
        {
            if (line is null) Say($"ER {Syntax}");
            else Carry(line.TrimEnd('\r').Split(' '));
        }
    }

    public void Dispose() => timer.Dispose();

    private void Carry(string[] words)
    {
        switch (words)
        {
            case [""]: break;
            case ["ID"]: Say(string.Create(CultureInfo.InvariantCulture, $"ID HQ-8 {500 + (world.Seed & 0xFFF)} 1.4")); break;
            case ["ST"]: Say(string.Create(CultureInfo.InvariantCulture, $"ST {(State.IsShut ? "SHUT" : "FROZEN")} {State.Runs} {cycle}")); break;
            case ["SC"]:
                ends = null;
                ShutDown();
                Say("OK");
                break;
            case [_, ..] when ends is not null: Say($"ER {Busy}"); break;
            case ["RD"]: Say(Readings()); break;
            case ["IC", var power]: Begin(power); break;
            case ["CY", var number, .. var turned]: Turn(number, turned); break;
            default: Say($"ER {Syntax}"); break;
        }
    }

    private void Begin(string text)
    {
        if (!IsNumber(text, out var power)) Say($"ER {Syntax}");
        else if (power is not (>= Lowest and <= Highest)) Say($"ER {OutOfRange}");
        else
        {
            (State.Power, State.IsShut) = (power / 100, false);
            State.Runs++;
            (cycle, ends) = (0, null);
            (core, sensors) = Load();
            sensors.Read();
            world.Record(name, EffectKind.Core, power);
            Say(string.Create(CultureInfo.InvariantCulture, $"OK {State.Runs}"));
        }
    }

    private void Turn(string number, string[] turned)
    {
        var wanted = new double[rates.Length];
        if (turned.Length != rates.Length || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || !turned.Select((text, k) => IsNumber(text, out wanted[k])).All(isRight => isRight)) Say($"ER {Syntax}");
        else if (State.IsShut) Say($"ER {NotRunning}");
        else if (at != cycle) Say($"ER {WrongCycle}");
        else if (wanted.Any(rate => Math.Abs(rate) > CoreConstants.HolosQuad.FastestDrum)) Say($"ER {OutOfRange}");
        else
        {
            wanted.CopyTo(rates, 0);
            ends = world.Now + Cycle;
            timer.Change(Cycle, Timeout.InfiniteTimeSpan);
        }
    }

    private bool End()
    {
        if (ends is not { } end) return false;
        if (world.Now < end)
        {
            timer.Change(end - world.Now, Timeout.InfiniteTimeSpan);
            return false;
        }

        ends = null;
        core.Advance(Cycle.TotalSeconds, rates);
        cycle++;
        sensors.Read();
        Say(Readings());
        return true;
    }

    private bool ShutDown()
    {
        if (State.IsShut) return false;
        State.IsShut = true;
        In();
        world.Record(name, EffectKind.Scram, 100 * core.Power);
        return true;
    }

    /// <summary>All drums at full speed until they are at their inner ends; the console plays it out at once.</summary>
    private void In()
    {
        Array.Fill(rates, -CoreConstants.HolosQuad.FastestDrum);
        core.Advance(1 + (core.Bank.Drums.Max(drum => drum.Angle) / CoreConstants.HolosQuad.FastestDrum), rates);
        sensors.Read();
    }

    private (Microreactor Core, ReactorInstrumentation Sensors) Load()
    {
        var fresh = new Microreactor(CoreConstants.HolosQuad, State.Power);
        var faults = Enumerable.Range(0, stuck).Select(channel => new StuckSensor(new ReactorChannel(ReactorQuantity.Power, channel), FirstFault));
        return (fresh, new ReactorInstrumentation(fresh, world.Seed + State.Runs, [.. faults]));
    }

    /// <summary>Power in %, temperatures in K, angles in degrees; a channel that gives no number is <c>----</c>.</summary>
    private string Readings()
    {
        var text = new StringBuilder("RD ").Append(cycle.ToString(CultureInfo.InvariantCulture));
        foreach (var power in sensors[ReactorQuantity.Power]) Append(100 * power, "0.0000");
        foreach (var quantity in new[] { ReactorQuantity.Fuel, ReactorQuantity.CoolantOutlet })
            foreach (var temperature in sensors[quantity]) Append(temperature, "0.0000");
        foreach (var angle in sensors[ReactorQuantity.DrumAngle]) Append(angle, "0.0000");
        return text.ToString();

        void Append(double value, string format) => text.Append(' ').Append(double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "----");
    }

    private void Say(string line) => send(Encoding.ASCII.GetBytes(line + "\n"));

    private static bool IsNumber(string text, out double value) => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
