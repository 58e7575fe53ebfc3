using System.Globalization;
using LabAutomation.Simulators.Scpi;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.SourceMeasure;

/// <summary>
/// A Keithley 2400 as a voltage source, by the commands of its user's manual (2400S-900-01, section 18). LF ends a message. Elements come in the
/// order VOLT, CURR, RES, TIME, STAT whatever the order in which they were chosen; what was not measured is 9.91E37.
/// </summary>
internal sealed class SourceMeter : IWireDevice, IDisposable
{
    /// <summary>A.</summary>
    public const double LimitAfterReset = 105e-6;

    public static readonly string[] AllElements = ["VOLT", "CURR", "RES", "TIME", "STAT"];

    private const int ErrorQueue = 10;
    private const double HighestVoltage = 210;
    private const double HighestCurrent = 1.05;

    /// <summary>Above this voltage the source gives a tenth of the current.</summary>
    private const double LowRange = 21;

    /// <summary>Three conversions of one power line cycle each.</summary>
    private static readonly TimeSpan ReadingTime = TimeSpan.FromMilliseconds(60);

    private static readonly TimeSpan ResetTime = TimeSpan.FromMilliseconds(200);
    private static readonly ScpiHeader[] Slow = [new("READ?"), new("MEASure?")];

    private readonly World<SmuState> world;
    private readonly string name;
    private readonly ScpiPanel panel;
    private readonly ITimer resume;
    private DateTimeOffset? readingEnds;

    public SourceMeter(World<SmuState> world, string name)
    {
        (this.world, this.name) = (world, name);
        resume = world.Clock.CreateTimer(_ => world.Do(Continue), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        panel = new ScpiPanel(
            () => State,
            world.Changed,
            () => $"KEITHLEY INSTRUMENTS INC.,MODEL 2400,{1000000 + (world.Seed & 0xFFFFF)},C34   Jan 21 2011 15:05:54/A02  /S/K",
            Reset,
            () => world.Now >= State.ResetUntil) { QueueLength = ErrorQueue, MustWait = MustWait };
        panel.Tell("SYSTem:RSENse", p => State.IsFourWire = IsTrue(p));
        panel.Ask("SYSTem:RSENse?", () => State.IsFourWire ? "1" : "0");
        panel.Tell("SOURce:FUNCtion[:MODE]", p => Only(p, "VOLT", "VOLTAGE"));
        panel.Tell("SOURce:VOLTage:MODE", p => Only(p, "FIX", "FIXED"));
        panel.Tell("SOURce:CLEar:AUTO", p => State.ClearsItself = IsTrue(p));
        panel.Tell("SOURce:VOLTage[:LEVel][:IMMediate][:AMPLitude]", p => Set(ScpiPanel.Number(p, -HighestVoltage, HighestVoltage), State.Limit));
        panel.Ask("SOURce:VOLTage[:LEVel][:IMMediate][:AMPLitude]?", () => Text(State.Voltage));
        panel.Tell("[:SENSe]:CURRent:PROTection[:LEVel]", p => Set(State.Voltage, ScpiPanel.Number(p, 1e-9, HighestCurrent)));
        panel.Ask("[:SENSe]:CURRent:PROTection[:LEVel]?", () => Text(State.Limit));
        panel.Ask("[:SENSe]:CURRent:PROTection:TRIPped?", () => Output(State).IsLimited ? "1" : "0");
        panel.Tell("[:SENSe]:FUNCtion:CONCurrent", p => IsTrue(p));
        panel.Tell("[:SENSe]:FUNCtion[:ON]", -1, Quoted);
        panel.Tell("FORMat:ELEMents", -1, p => State.Elements = [.. AllElements.Where(p.Select(one => one.ToUpperInvariant()).Select(Element).ToList().Contains)]);
        panel.Tell("OUTPut[:STATe]", p => Switch(IsTrue(p)));
        panel.Ask("OUTPut[:STATe]?", () => State.IsOn ? "1" : "0");
        panel.Ask("READ?", Read);
        panel.Ask("MEASure?", Measure);
    }

    private SmuState State => world.State;

    /// <summary>V and A at the terminals, and whether the limit holds the voltage down.</summary>
    public static (double Voltage, double Current, bool IsLimited) Output(SmuState state)
    {
        if (!state.IsOn || state.Load is not { } load) return (0, 0, false);
        var current = load.Current(state.Voltage);
        if (Math.Abs(current) <= state.Limit) return (state.Voltage, current, false);
        return (load.Voltage(Math.CopySign(state.Limit, current)), Math.CopySign(state.Limit, current), true);
    }

    public bool? IsAtRest => !world.State.IsOn;

    public void Open(Action<byte[]> output) => panel.Open(output);

    public void Close()
    {
        panel.Close();
        readingEnds = null;
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        panel.Receive(bytes);
        Continue();
    }

    public void Dispose() => resume.Dispose();

    private bool Continue()
    {
        var isDone = panel.Run();
        if (!isDone && readingEnds is { } end) resume.Change(end - world.Now, Timeout.InfiniteTimeSpan);
        return isDone;
    }

    private bool MustWait(string header)
    {
        if (!Slow.Any(slow => slow.Matches(header)) || (readingEnds is null && !State.IsOn)) return false;
        readingEnds ??= world.Now + ReadingTime;
        if (world.Now < readingEnds) return true;
        readingEnds = null;
        return false;
    }

    private void Set(double voltage, double limit)
    {
        if (Math.Abs(voltage) > LowRange && limit > HighestCurrent / 10) throw new ScpiException(826);
        (State.Voltage, State.Limit) = (voltage, limit);
    }

    private void Switch(bool on)
    {
        if (on && !State.IsOn) world.Record(name, EffectKind.Output, State.Voltage);
        State.IsOn = on;
    }

    private void Reset()
    {
        (State.IsOn, State.Voltage, State.Limit, State.IsFourWire, State.ClearsItself) = (false, 0, LimitAfterReset, false, false);
        (State.Elements, State.ResetUntil) = ([.. AllElements], world.Now + ResetTime);
    }

    private string Measure()
    {
        Switch(true);
        return Read();
    }

    private string Read()
    {
        if (!State.IsOn) throw new ScpiException(803);
        var (voltage, current, isLimited) = Output(State);
        var noise = new SeededNoise(world.Seed, name, ++State.Readings);
        voltage += (20e-6 + (2e-5 * Math.Abs(voltage))) * noise.Normal();
        current += (50e-12 + (2e-5 * Math.Abs(current))) * noise.Normal();
        if (State.ClearsItself) Switch(false);
        world.Changed();
        return string.Join(',', State.Elements.Select(element => Text(element switch
        {
            "VOLT" => voltage,
            "CURR" => current,
            "TIME" => (double)(State.Readings * ReadingTime.TotalSeconds),
            "STAT" => 4 | (isLimited ? 8 : 0),     // bit 2: front terminals; bit 3: in compliance
            _ => 9.91e37,
        })));
    }

    private static bool IsTrue(string text) => text.ToUpperInvariant() switch
    {
        "1" or "ON" => true,
        "0" or "OFF" => false,
        _ => throw new ScpiException(-104),
    };

    private static void Only(string text, params string[] known)
    {
        if (!known.Contains(text.ToUpperInvariant())) throw new ScpiException(-222);
    }

    private static void Quoted(string[] functions)
    {
        if (functions.Any(function => function.ToUpperInvariant() is not ("\"VOLT\"" or "\"CURR\"" or "\"VOLTAGE\"" or "\"CURRENT\""))) throw new ScpiException(-222);
    }

    private static string Element(string text) => AllElements.FirstOrDefault(known => text.StartsWith(known, StringComparison.Ordinal)) ?? throw new ScpiException(-222);

    private static string Text(double value) => value.ToString("+0.000000E+00;-0.000000E+00", CultureInfo.InvariantCulture);
}
