using System.Globalization;
using System.Text;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Weighing;

/// <summary>
/// An analytical balance that speaks MT-SICS level 0 and 1: commands in capitals, ended with CR LF. S, T and Z wait for the weight to come
/// to rest and meanwhile let no other weighing command in; SIR and SR send until another one comes. (Mettler Toledo, MT-SICS Interface Commands,
/// Reference Manual 11780711.) It can be read to 0.1 mg, carries 220 g, and forgets its tare at @.
/// </summary>
internal sealed class MettlerBalance : IWireDevice, IDisposable
{
    private const double Capacity = 220;

    /// <summary>Beyond this the balance shows overload: nine digits above its capacity.</summary>
    private const double Overload = Capacity + (9 * LoadCell.Digit);

    /// <summary>Below this it shows underload: the pan is missing.</summary>
    private const double Underload = -5;

    /// <summary>Z and ZI work within 2 % of the capacity around the zero of switching on.</summary>
    private const double ZeroRange = 0.02 * Capacity;

    /// <summary>A zero that has wandered so far below, g, can still be tared.</summary>
    private const double TareSlack = 0.01;

    private const string SyntaxError = "ES";

    /// <summary>Grams, and the decimals of a digit, of each unit that its panel can be switched to.</summary>
    public static readonly IReadOnlyDictionary<string, (double Grams, int Decimals)> Units =
        new Dictionary<string, (double, int)> { ["g"] = (1, 4), ["mg"] = (0.001, 1), ["kg"] = (1000, 7), ["oz"] = (28.349523125, 6) };

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RepeatEvery = TimeSpan.FromSeconds(0.2);
    private static readonly string[] Level0 = ["I0", "I1", "I2", "I3", "I4", "S", "SI", "SIR", "Z", "ZI", "@"];
    private static readonly string[] Level1 = ["D", "DW", "K", "SR", "T", "TA", "TAC", "TI"];

    private readonly LineReader reader = new((byte)'\n', 80);
    private readonly World<BalanceState> world;
    private readonly string name;
    private readonly SensorFaults<double> sensor;
    private readonly ITimer wake;
    private Action<byte[]> send = _ => { };
    private DateTimeOffset repeatAt;
    private bool isPutAway;

    public MettlerBalance(World<BalanceState> world, DeviceSite site)
    {
        (this.world, name, sensor) = (world, site.Name, new SensorFaults<double>(site.Faults));
        world.Next = () => State.Waiting is null ? null : new Happening(WaitsUntil, EndWait);
        wake = world.Clock.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Arm();
    }

    private BalanceState State => world.State;

    private string Serial => $"B{new SeededNoise(world.Seed, name + "/serial", 0).Bits() % 1_000_000_000:000000000}";

    private DateTimeOffset WaitsUntil => State.Cell.StableAt < State.Patience ? State.Cell.StableAt : State.Patience;

    private double Gross => sensor.Shown(State.Cell.Shown(world.Now, world.Seed, name) * sensor.Factor(world.Now)) - State.Zero;

    private bool IsStable => State.Cell.IsStable(world.Now);

    private char? Beyond => Gross > Overload ? '+' : Gross < Underload ? '-' : null;

    public bool? IsAtRest => true;

    public void Open(Action<byte[]> output) => send = output;

    public void Close() => reader.Clear();

    public void Dispose()
    {
        lock (world.Gate) isPutAway = true;
        wake.Dispose();
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var line in reader.Feed(bytes))
        {
            foreach (var answer in Answers(line)) Say(answer);
        }

        Arm();
    }

    /// <summary>As after the mains came back.</summary>
    public void Restart()
    {
        State.Zero = State.Cell.Shown(world.Now, world.Seed, name);
        Say(Reset());
    }

    /// <summary>Sees to it that the balance speaks by itself when it has something to say.</summary>
    public void Arm()
    {
        var next = State.Waiting is not null ? WaitsUntil : State.Repeats || State.Watch is not null ? repeatAt : DateTimeOffset.MaxValue;
        if (next == DateTimeOffset.MaxValue)
        {
            wake.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        // At least a millisecond, in case the timer fired a tick before its time.
        var left = next - world.Now;
        wake.Change(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, Timeout.InfiniteTimeSpan);
    }

    private void Wake()
    {
        // A timer that fired as the balance was put away must not write its state any more.
        lock (world.Gate)
        {
            if (!isPutAway) world.Do(SpeakUp);
        }
    }

    private bool SpeakUp()
    {
        var due = (State.Repeats || State.Watch is not null) && world.Now >= repeatAt;
        if (due)
        {
            if (State.Repeats) Say(Weight("S", IsStable));
            else if (State.Watch!.Look(Gross - State.Tare, IsStable) is { } stable)
            {
                Say(Weight("S", stable));
                world.Changed();
            }

            repeatAt = world.Now + RepeatEvery;
        }

        Arm();
        return due;
    }

    private IEnumerable<string> Answers(string? line)
    {
        if (line is null || !line.EndsWith('\r')) return [SyntaxError];
        if (line.Any(c => c > '~') && !line.StartsWith("D ", StringComparison.Ordinal)) return ["ET"];
        var command = line[..^1];
        return command switch
        {
            "I0" => Implemented(),
            "I1" => ["I1 A \"01\" \"2.30\" \"2.20\" \"\" \"\""],
            "I2" => [$"I2 A \"LA224S Analytical {Capacity:0.0000} g\""],
            "I3" => ["I3 A \"1.20 18.6.4.1361.2\""],
            "I4" => [$"I4 A \"{Serial}\""],
            "@" => [Reset()],
            "DW" => ["DW A"],
            "K 1" or "K 2" or "K 3" or "K 4" => [Keys(command[2] is '1' or '4')],
            _ when command == "K" || command.StartsWith("K ", StringComparison.Ordinal) => ["K L"],
            _ when command == "D" || command.StartsWith("D ", StringComparison.Ordinal) => [Display(command)],
            _ => Weighing(command) is { } answer ? [answer] : [],
        };
    }

    // Null where the answer comes later.
    private string? Weighing(string command)
    {
        var id = command.Split(' ')[0];
        if (id is not ("S" or "SI" or "SIR" or "SR" or "Z" or "ZI" or "T" or "TI" or "TA" or "TAC") || (id is not ("TA" or "SR") && command != id)) return SyntaxError;
        if (State.Waiting is not null) return Answered(id) + " I";
        double? wanted = null;
        if (id == "SR" && command != id && (wanted = Grams(command)) is not >= LoadCell.Digit) return "S L";
        if (id is "S" or "SI" or "SIR" or "SR") Repeat(id == "SIR");
        switch (id)
        {
            case "SI" or "SIR": return Weight("S", IsStable);
            case "ZI": return Zero("ZI", IsStable);
            case "TI": return Tare("TI", IsStable);
            case "TAC": return TareIs("TAC A", 0);
            case "TA": return command == "TA" ? "TA A" + Written(State.Tare) : Preset(command);
            case "S" when IsStable: return Weight("S", true);
            case "SR" when IsStable: return Watch(wanted);
            case "Z" when IsStable: return Zero("Z", true);
            case "T" when IsStable: return Tare("T", true);
        }

        (State.Waiting, State.Wanted, State.Patience) = (id, wanted, world.Now + Patience);
        world.Changed();
        return null;
    }

    private void EndWait()
    {
        var id = State.Waiting!;
        State.Waiting = null;
        Say(!IsStable ? Answered(id) + " I" : id switch { "S" => Weight("S", true), "SR" => Watch(State.Wanted), "Z" => Zero("Z", true), _ => Tare("T", true) });
    }

    /// <summary>What the answer to a weighing command begins with.</summary>
    private static string Answered(string id) => id is "SI" or "SIR" or "SR" ? "S" : id;

    private void Repeat(bool repeats)
    {
        repeatAt = world.Now + RepeatEvery;
        if (State.Repeats == repeats && State.Watch is null) return;
        (State.Repeats, State.Watch) = (repeats, null);
        world.Changed();
    }

    private string Watch(double? step)
    {
        State.Watch = new WeightWatch { Told = Gross - State.Tare, Step = step };
        repeatAt = world.Now + RepeatEvery;
        world.Changed();
        return Weight("S", true);
    }

    private string Keys(bool haveEffect)
    {
        State.HasKeys = haveEffect;
        world.Changed();
        return "K A";
    }

    private string Weight(string id, bool stable) => Beyond is { } way ? $"{id} {way}" : $"{id} {(stable ? 'S' : 'D')}{Written(Gross - State.Tare)}";

    private string Zero(string id, bool stable)
    {
        var shown = Gross + State.Zero;
        if (Math.Abs(shown) > ZeroRange) return $"{id} {(shown > 0 ? '+' : '-')}";
        (State.Zero, State.Tare) = (shown, 0);
        world.Record(name, EffectKind.Zero, shown);
        return id == "Z" ? "Z A" : $"ZI {(stable ? 'S' : 'D')}";
    }

    private string Tare(string id, bool stable)
    {
        var gross = Gross;
        if (gross > Overload) return id + " +";
        if (gross < -TareSlack) return id + " -";
        return TareIs($"{id} {(stable ? 'S' : 'D')}{Written(gross)}", gross);
    }

    private string Preset(string command)
    {
        if (Grams(command) is not { } tare) return "TA L";
        return TareIs("TA A" + Written(tare), tare);
    }

    /// <summary>The weight behind a command, in the unit that is shown; null where there is none within the capacity.</summary>
    private double? Grams(string command) =>
        command.Split(' ') is [_, var number, var unit] && unit == State.Unit && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var shown)
            && shown * Units[unit].Grams is <= Capacity and var grams ? grams : null;

    private string TareIs(string answer, double tare)
    {
        State.Tare = Math.Round(tare / LoadCell.Digit) * LoadCell.Digit;
        world.Record(name, EffectKind.Tare, State.Tare);
        return answer;
    }

    private string Reset()
    {
        (State.Tare, State.Waiting, State.Repeats, State.Watch, State.HasKeys) = (0, null, false, null, true);
        world.Changed();
        return $"I4 A \"{Serial}\"";
    }

    private static string Display(string command) => command.Length > 4 && command[2] == '"' && command[^1] == '"' ? "D A" : "D L";

    private static IEnumerable<string> Implemented()
    {
        var all = Level0.Select(command => (Level: 0, Command: command)).Concat(Level1.Select(command => (Level: 1, Command: command))).ToArray();
        return all.Select((entry, k) => $"I0 {(k + 1 < all.Length ? 'B' : 'A')} {entry.Level} \"{entry.Command}\"");
    }

    // A value stands to the right in ten characters.
    private string Written(double grams)
    {
        var (digits, (unit, decimals)) = (Math.Round(grams / LoadCell.Digit), Units[State.Unit]);
        return $" {((digits == 0 ? 0 : digits) * LoadCell.Digit / unit).ToString($"F{decimals}", CultureInfo.InvariantCulture),10} {State.Unit}";
    }

    private void Say(string answer) => send(Encoding.Latin1.GetBytes(answer + "\r\n"));
}
