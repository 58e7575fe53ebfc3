using System.Globalization;
using System.Text;
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
    private readonly LineReader reader = new((byte)'\n', 256);
    private readonly ScpiMessages messages;
    private readonly (ScpiHeader Header, int Parameters, Func<string[], string?> Answer)[] commands;
    private readonly ITimer resume;
    private Action<byte[]> send = _ => { };
    private DateTimeOffset? readingEnds;

    public SourceMeter(World<SmuState> world, string name)
    {
        (this.world, this.name) = (world, name);
        messages = new ScpiMessages(MustWait, CarryOut, Fail, text => send(Encoding.ASCII.GetBytes(text + "\n")));
        resume = world.Clock.CreateTimer(_ => world.Do(Continue), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        commands =
        [
            Ask("*IDN?", () => $"KEITHLEY INSTRUMENTS INC.,MODEL 2400,{1000000 + (world.Seed & 0xFFFFF)},C34   Jan 21 2011 15:05:54/A02  /S/K"),
            Tell("*RST", Reset),
            Tell("*CLS", () => (State.Events, State.Errors) = (0, [])),
            Ask("*ESR?", TakeEvents),
            Ask("*ESE?", () => Text(State.EventMask)),
            Tell("*ESE", p => State.EventMask = (int)Number(p, 0, 255)),
            Ask("*STB?", () => Text((State.Errors.Count > 0 ? 4 : 0) | ((State.Events & State.EventMask) != 0 ? 32 : 0))),
            Tell("*OPC", () => State.AnnouncesCompletion = true),
            Ask("*OPC?", () => "1"),
            Ask("*TST?", () => "0"),
            Ask("SYSTem:ERRor[:NEXT]?", TakeError),
            Ask("SYSTem:ERRor:COUNt?", () => Text(State.Errors.Count)),
            Tell("SYSTem:RSENse", p => State.IsFourWire = IsTrue(p)),
            Ask("SYSTem:RSENse?", () => State.IsFourWire ? "1" : "0"),
            Tell("SOURce:FUNCtion[:MODE]", p => Only(p, "VOLT", "VOLTAGE")),
            Tell("SOURce:VOLTage:MODE", p => Only(p, "FIX", "FIXED")),
            Tell("SOURce:CLEar:AUTO", p => State.ClearsItself = IsTrue(p)),
            Tell("SOURce:VOLTage[:LEVel][:IMMediate][:AMPLitude]", p => Set(Number(p, -HighestVoltage, HighestVoltage), State.Limit)),
            Ask("SOURce:VOLTage[:LEVel][:IMMediate][:AMPLitude]?", () => Text(State.Voltage)),
            Tell("[:SENSe]:CURRent:PROTection[:LEVel]", p => Set(State.Voltage, Number(p, 1e-9, HighestCurrent))),
            Ask("[:SENSe]:CURRent:PROTection[:LEVel]?", () => Text(State.Limit)),
            Ask("[:SENSe]:CURRent:PROTection:TRIPped?", () => Output(State).IsLimited ? "1" : "0"),
            Tell("[:SENSe]:FUNCtion:CONCurrent", p => IsTrue(p)),
            Many("[:SENSe]:FUNCtion[:ON]", p => Quoted(p)),
            Many("FORMat:ELEMents", p => State.Elements = [.. AllElements.Where(p.Select(one => one.ToUpperInvariant()).Select(Element).ToList().Contains)]),
            Tell("OUTPut[:STATe]", p => Switch(IsTrue(p))),
            Ask("OUTPut[:STATe]?", () => State.IsOn ? "1" : "0"),
            Ask("READ?", Read),
            Ask("MEASure?", Measure),
        ];
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

    public void Open(Action<byte[]> output) => send = output;

    public void Close()
    {
        reader.Clear();
        messages.Clear();
        readingEnds = null;
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

    private bool Continue()
    {
        var isDone = messages.Run();
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

    private string? CarryOut(string header, string[] parameters)
    {
        var (known, count, answer) = commands.FirstOrDefault(command => command.Header.Matches(header));
        if (known is null) throw new ScpiException(-113);
        if (count >= 0 ? parameters.Length != count : parameters.Length == 0) throw new ScpiException(parameters.Length < Math.Abs(count) ? -109 : -108);
        return answer(parameters);
    }

    private void Fail(int code)
    {
        State.Events |= ScpiErrors.EventBit(code);
        if (State.Errors.Count < ErrorQueue) State.Errors.Add(code);
        else State.Errors[^1] = ScpiErrors.QueueOverflow;
        world.Changed();
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

    private string TakeEvents()
    {
        if (State.AnnouncesCompletion && world.Now >= State.ResetUntil) (State.AnnouncesCompletion, State.Events) = (false, State.Events | 1);
        var events = State.Events;
        State.Events = 0;
        world.Changed();
        return Text(events);
    }

    private string TakeError()
    {
        var code = State.Errors.FirstOrDefault();
        if (State.Errors.Count > 0) State.Errors.RemoveAt(0);
        world.Changed();
        return string.Create(CultureInfo.InvariantCulture, $"{code:+0;-0;0},\"{ScpiErrors.Text(code)}\"");
    }

    private static double Number(string text, double least, double most)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value)) throw new ScpiException(-104);
        return value >= least && value <= most ? value : throw new ScpiException(-222);
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

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("+0.000000E+00;-0.000000E+00", CultureInfo.InvariantCulture);

    private static (ScpiHeader, int, Func<string[], string?>) Ask(string header, Func<string> answer) => (new(header), 0, _ => answer());

    private (ScpiHeader, int, Func<string[], string?>) Tell(string header, Action act) => Command(header, 0, _ => act());

    private (ScpiHeader, int, Func<string[], string?>) Tell(string header, Action<string> act) => Command(header, 1, p => act(p[0]));

    /// <summary>One parameter or more.</summary>
    private (ScpiHeader, int, Func<string[], string?>) Many(string header, Action<string[]> act) => Command(header, -1, act);

    private (ScpiHeader, int, Func<string[], string?>) Command(string header, int parameters, Action<string[]> act) => (new(header), parameters, p =>
    {
        act(p);
        world.Changed();
        return null;
    });
}
