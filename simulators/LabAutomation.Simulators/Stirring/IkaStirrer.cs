using System.Globalization;
using System.Text;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Stirring;

/// <summary>
/// An IKA RCT digital hotplate stirrer: NAMUR commands in capitals, ended with CR LF. A reading is answered with the value, a space and the
/// channel; a setting is not answered, and what the device does not understand it ignores. (IKA RCT digital manual, chapter on interfaces.)
/// </summary>
internal sealed class IkaStirrer(Benchtop bench, string name) : IWireDevice
{
    private const double HighestTemperature = 310;
    private const double HighestSpeed = 1500;

    private readonly LineReader reader = new((byte)'\n', 80);
    private Action<byte[]> send = _ => { };

    private StirrerState State => bench.State.Stirrer;

    /// <summary>rpm.</summary>
    private const double StillBelow = 5;

    public bool? IsAtRest => bench.State.Stirrer is { Stirs: false, Heats: false } stirrer && stirrer.Rotor.Speed(bench.Now) < StillBelow;

    public void Open(Action<byte[]> output) => send = output;

    public void Close() => reader.Clear();

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        State.LastHeard = bench.Now;
        if (State.WatchdogMode != 0) bench.Changed();
        foreach (var line in reader.Feed(bytes))
        {
            if (line is not null && Answer(line.Trim()) is { } answer) send(Encoding.ASCII.GetBytes(answer + "\r\n"));
        }
    }

    private string? Answer(string line)
    {
        var parts = line.Split([' ', '@'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 2) return Set(parts[0], parts[1]);
        if (parts.Length != 1) return null;
        switch (line)
        {
            case "IN_NAME": return "RCT digital";
            case "IN_PV_1": return Reading(State.Plate.Temperature(bench.Now), 1);
            case "IN_PV_2": return Reading(State.Plate.Plate(bench.Now), 2);
            case "IN_PV_4": return Reading(State.Rotor.Speed(bench.Now), 4);
            case "IN_PV_5": return Reading(0, 5);
            case "IN_SP_1": return Reading(State.TemperatureSetpoint, 1);
            case "IN_SP_3": return Reading(HighestTemperature + 50, 3);
            case "IN_SP_4": return Reading(State.SpeedSetpoint, 4);
            case "START_1": Apply(State.Stirs, true); break;
            case "STOP_1": Apply(State.Stirs, false); break;
            case "START_4": Apply(true, State.Heats); break;
            case "STOP_4": Apply(false, State.Heats); break;
            case "RESET":
                State.WatchdogMode = 0;
                Apply(false, false);
                break;
        }

        return null;
    }

    private string? Set(string command, string text)
    {
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return null;
        switch (command)
        {
            case "OUT_SP_1" when value <= HighestTemperature: State.TemperatureSetpoint = Math.Round(value, 1); break;
            case "OUT_SP_4" when value <= HighestSpeed: State.SpeedSetpoint = Math.Round(value); break;
            case "OUT_SP_12" when value <= HighestTemperature: State.SafetyTemperature = value; break;
            case "OUT_SP_42" when value <= HighestSpeed: State.SafetySpeed = value; break;
            case "OUT_WD1" or "OUT_WD2" when value is 0 or (>= 20 and <= 1500):
                (State.WatchdogMode, State.WatchdogTime) = (value == 0 ? 0 : command[^1] - '0', value);
                break;
            default: return null;
        }

        Apply(State.Stirs, State.Heats);
        return command is "OUT_SP_1" or "OUT_SP_4" ? null : value.ToString("0.0", CultureInfo.InvariantCulture);
    }

    private void Apply(bool stirs, bool heats)
    {
        if (stirs && !State.Stirs)
        {
            State.Starts++;
            bench.Record(name, EffectKind.Stir, State.SpeedSetpoint);
        }

        (State.Stirs, State.Heats) = (stirs, heats);
        State.Rotor.Turn(stirs ? State.SpeedSetpoint : 0, bench.Now);
        State.Plate.Control(heats ? State.TemperatureSetpoint : null, bench.Now);
        bench.Changed();
    }

    private static string Reading(double value, int channel) =>
        value.ToString("0.0", CultureInfo.InvariantCulture) + " " + channel.ToString(CultureInfo.InvariantCulture);
}
