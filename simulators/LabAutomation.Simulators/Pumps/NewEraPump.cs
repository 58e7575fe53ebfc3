using System.Globalization;
using System.Text;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Faults;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Pumps;

/// <summary>
/// A New Era NE-1000 in basic mode: [address] command CR, answered with STX address status data ETX. Spaces and control characters are
/// dropped and letters raised before a packet is read. Programs of one phase: phase 1 pumps, every later phase is STP, as delivered.
/// (NE-1000 Series User Manual, publication 1200-01, section 10.)
/// </summary>
internal sealed class NewEraPump(Benchtop bench, string name, PumpRole role, DeviceFaults faults) : IWireDevice
{
    private const string Ok = "";
    private const string Unknown = "?";
    private const string NotApplicable = "?NA";
    private const string OutOfRange = "?OOR";
    private const string BadPacket = "?COM";
    private const int LastPhase = 41;

    private readonly LineReader reader = new((byte)'\r', 80);
    private Action<byte[]> send = _ => { };

    private PumpState State => bench.State.Pumps[name];

    private bool Runs => State.Run?.Since is not null;

    private bool InProgram => State.Run is not null;

    public bool? IsAtRest => bench.State.Pumps[name].Run is null;

    public void Open(Action<byte[]> output) => send = output;

    public void Close() => reader.Clear();

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var line in reader.Feed(bytes))
        {
            var answer = line is null ? Status() + BadPacket : Answer(string.Concat(line.Where(c => c is > ' ' and < '\x7f')).ToUpperInvariant());
            if (answer is not null) send(Encoding.ASCII.GetBytes($"\x02{answer}\x03"));
        }
    }

    private string? Answer(string packet)
    {
        var system = packet.StartsWith('*');
        if (system) packet = packet[1..];
        var digits = packet.TakeWhile(char.IsAsciiDigit).Count();
        if (digits > 2) return null;
        var address = digits == 0 ? 0 : int.Parse(packet[..digits], CultureInfo.InvariantCulture);
        if (!system && address != State.Address) return null;
        if (State.Alarm is { } alarm)
        {
            State.Alarm = null;
            bench.Changed();
            return $"{State.Address:00}A?{alarm}";
        }

        var data = packet.Length == digits ? Ok : Do(packet[digits..]);
        return Status() + data;
    }

    private string Status() => $"{State.Address:00}" + (State.Run switch
    {
        null => 'S',
        { Since: null } => 'P',
        { Withdraws: true } => 'W',
        _ => 'I',
    });

    private string Do(string text)
    {
        if (text.StartsWith("AL", StringComparison.Ordinal)) return Buzzer(text[2..]);
        if (text.Length < 3) return Unknown;
        var argument = text[3..];
        return text[..3] switch
        {
            "DIA" => Diameter(argument),
            "RAT" => Rate(argument),
            "VOL" => Volume(argument),
            "DIR" => Direction(argument),
            "RUN" => Run(argument),
            "STP" => argument.Length == 0 ? Stop() : Unknown,
            "DIS" => argument.Length == 0 ? Dispensed() : Unknown,
            "CLD" => Clear(argument),
            "PHN" => Phase(argument),
            "FUN" => Function(argument),
            "ADR" => Address(argument),
            "SAF" => argument is "" ? "0" : argument is "0" ? Ok : NotApplicable,
            "VER" => argument.Length == 0 ? "NE1000V3.928" : Unknown,
            _ => Unknown,
        };
    }

    private string Diameter(string argument)
    {
        if (argument.Length == 0) return PumpNumber.Format(State.Diameter);
        if (InProgram) return NotApplicable;
        if (!PumpNumber.TryParse(argument, out var value)) return Malformed(argument);
        if (value is < 0.1 or > 50) return OutOfRange;
        if (value != State.Diameter) (State.Infused, State.Withdrawn) = (0, 0);
        (State.Diameter, State.VolumeUnits) = (value, value <= 14.0 ? "UL" : "ML");
        return Done();
    }

    private string Rate(string argument)
    {
        if (State.Phase != 1) return NotApplicable;
        argument = argument.StartsWith('C') ? argument[1..] : argument;
        if (argument.Length == 0) return PumpNumber.Format(State.Rate) + State.RateUnits;
        var units = PumpRate.Units(argument);
        if (units is not null && Runs && units != State.RateUnits) return NotApplicable;
        if (!PumpNumber.TryParse(units is null ? argument : argument[..^2], out var value)) return Malformed(argument);
        if (!PumpRate.Allows(value, units ?? State.RateUnits, State.Diameter) || (value == 0 && InProgram)) return OutOfRange;
        (State.Rate, State.RateUnits) = (value, units ?? State.RateUnits);
        var rate = PumpRate.PerMinute(State.Rate, State.RateUnits);
        if (Runs) bench.Plumbing.ChangeRate(name, rate, bench.Now);
        else if (State.Run is { } paused) paused.Rate = rate;
        return Done();
    }

    private string Volume(string argument)
    {
        if (State.Phase != 1) return NotApplicable;
        if (argument.Length == 0) return PumpNumber.Format(State.Volume) + State.VolumeUnits;
        if (InProgram) return NotApplicable;
        if (argument is "UL" or "ML") State.VolumeUnits = argument;
        else if (PumpNumber.TryParse(argument, out var value)) State.Volume = value;
        else return Malformed(argument);
        return Done();
    }

    private string Direction(string argument)
    {
        if (State.Phase != 1) return NotApplicable;
        if (argument.Length == 0) return State.Withdraws ? "WDR" : "INF";
        if (argument is not ("INF" or "WDR" or "REV")) return argument is "STK" ? NotApplicable : Unknown;
        if (InProgram) return NotApplicable;
        State.Withdraws = argument is "WDR" || (argument is "REV" && !State.Withdraws);
        return Done();
    }

    private string Run(string argument)
    {
        if (argument is not ("" or "1")) return PhaseNumber(argument) is null ? OutOfRange : NotApplicable;
        if (Runs) return NotApplicable;
        var rate = PumpRate.PerMinute(State.Rate, State.RateUnits);
        if (rate == 0 || !PumpRate.Allows(State.Rate, State.RateUnits, State.Diameter)) return OutOfRange;
        if (State.Run is { } paused)
        {
            bench.Plumbing.Start(name, paused, bench.Now);
            return Done();
        }

        State.Runs++;
        double? target = State.Volume > 0 ? State.Volume * (State.VolumeUnits == "UL" ? 0.001 : 1) : null;
        var run = new PumpRun
        {
            Withdraws = State.Withdraws,
            Target = target,
            Rate = rate,
            Yield = VolumeError.Yield(bench.State.Seed, name, State.Runs, target, State.Diameter),
        };
        run.StallsAt = StallsAt(run);
        if (role.Pours(run)) bench.Record(name, EffectKind.Dispense, target ?? 0);
        if (role.Drains(run)) bench.Record(name, EffectKind.Drain, target ?? 0);
        bench.Plumbing.Start(name, run, bench.Now);
        return Done();
    }

    private double? StallsAt(PumpRun run)
    {
        var empty = role.Pours(run) && run.Yield > 0 ? State.Reservoir / run.Yield : double.PositiveInfinity;
        var limit = Math.Min(empty, faults.StallAfter ?? double.PositiveInfinity);
        faults.Strikes(FaultKind.Empty, faults.StallAfter < (run.Target ?? double.PositiveInfinity));
        return double.IsFinite(limit) ? limit : null;
    }

    private string Stop()
    {
        if (!InProgram) return NotApplicable;
        if (Runs) bench.Plumbing.Pause(name, bench.Now);
        else State.Run = null;
        return Done();
    }

    private string Dispensed()
    {
        var (infused, withdrawn) = (State.Infused, State.Withdrawn);
        if (State.Run is { } run)
        {
            var more = run.CountedAt(bench.Now) - run.Before;
            if (run.Withdraws) withdrawn += more;
            else infused += more;
        }

        var scale = State.VolumeUnits == "UL" ? 1000 : 1;
        return $"I{PumpNumber.Format(infused * scale)}W{PumpNumber.Format(withdrawn * scale)}{State.VolumeUnits}";
    }

    private string Clear(string argument)
    {
        if (argument is not ("INF" or "WDR")) return Unknown;
        if (InProgram) return NotApplicable;
        if (argument is "INF") State.Infused = 0;
        else State.Withdrawn = 0;
        return Done();
    }

    private string Phase(string argument)
    {
        if (argument.Length == 0) return $"{State.Phase:00}";
        if (InProgram) return NotApplicable;
        if (PhaseNumber(argument) is not { } phase) return OutOfRange;
        State.Phase = phase;
        return Done();
    }

    private string Function(string argument)
    {
        var function = State.Phase == 1 ? "RAT" : "STP";
        if (argument.Length == 0) return function;
        return !InProgram && argument == function ? Ok : NotApplicable;
    }

    private string Address(string argument)
    {
        if (argument is "" or "?") return $"{State.Address:00}";
        if (!int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var address) || address > 99) return OutOfRange;
        State.Address = address;
        return Done();
    }

    private string Buzzer(string argument)
    {
        if (argument.Length == 0) return State.Buzzer ? "1" : "0";
        if (argument is not ("0" or "1")) return OutOfRange;
        State.Buzzer = argument is "1";
        return Done();
    }

    private string Done()
    {
        bench.Changed();
        return Ok;
    }

    private static int? PhaseNumber(string argument) =>
        int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var phase) && phase is >= 1 and <= LastPhase ? phase : null;

    private static string Malformed(string argument) => argument.All(c => char.IsAsciiDigit(c) || c == '.') ? OutOfRange : Unknown;
}
