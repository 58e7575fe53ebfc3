using System.Globalization;
using System.Text.RegularExpressions;

namespace LabAutomation.Instruments;

/// <summary>The prompt character of a reply: what the pump is doing (NE-1000 user manual, section 10.3).</summary>
internal enum PumpStatus
{
    Infusing = 'I',
    Withdrawing = 'W',
    Stopped = 'S',
    Paused = 'P',
    TimedPause = 'T',
    WaitingForInput = 'U',
    Purging = 'X',
    Alarm = 'A',
}

/// <summary>One reply of the pump: <c>STX, two digits of address, prompt, data, ETX</c>.</summary>
/// <param name="Data">For an alarm <c>?R</c> and the like; for a refused command <c>?</c>, <c>?NA</c>, <c>?OOR</c>, <c>?COM</c> or <c>?IGN</c>.</param>
internal readonly partial record struct NewEraPumpReply(PumpStatus Status, string Data)
{
    private const string Full = "9999";

    public bool IsPumping => Status is PumpStatus.Infusing or PumpStatus.Withdrawing or PumpStatus.Purging;

    public bool IsRefusal => Status != PumpStatus.Alarm && Data.StartsWith('?');

    /// <summary>The pump lost power since it was last asked; its counters may be gone.</summary>
    public bool IsReset => Status == PumpStatus.Alarm && Data == "?R";

    /// <param name="frame">What stood between start and ETX.</param>
    public static NewEraPumpReply? Parse(string frame, int address)
    {
        if (frame.Length < 4 || frame[0] != '\x02' || !int.TryParse(frame.AsSpan(1, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var from) || from != address) return null;
        var data = frame[4..];
        return Enum.IsDefined((PumpStatus)frame[3]) && data.All(c => c is >= ' ' and <= '~') ? new NewEraPumpReply((PumpStatus)frame[3], data) : null;
    }

    /// <summary>The answer to DIS, in mL.</summary>
    public (double Infused, double Withdrawn)? ReadVolumes()
    {
        var match = Volumes().Match(Data);
        if (!match.Success) return null;
        var scale = match.Groups[3].Value == "ML" ? 1 : 1e-3;
        return (double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * scale, double.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) * scale);
    }

    /// <summary>Whether an answer to DIS has a counter in µL at the end of its four digits: it may be more.</summary>
    public bool IsCounterFull => Data.EndsWith("UL", StringComparison.Ordinal) && Volumes().Match(Data) is { Success: true } match && match.Groups[3].Value == "UL" && (match.Groups[1].Value.TrimEnd('.') == Full || match.Groups[2].Value.TrimEnd('.') == Full);

    /// <summary>In words, for a message.</summary>
    public string Explain() => (Status, Data) switch
    {
        (PumpStatus.Alarm, "?R") => "its power was interrupted",
        (PumpStatus.Alarm, "?S") => "its motor stalled",
        (PumpStatus.Alarm, "?T") => "it heard nothing for too long in safe mode",
        (PumpStatus.Alarm, "?E") => "its pumping program is in error",
        (PumpStatus.Alarm, "?O") => "its pumping program has no such phase",
        (PumpStatus.Alarm, _) => $"alarm {Data}",
        (_, "?") => "the command is not known to it",
        (_, "?NA") => "the command is not possible now",
        (_, "?OOR") => "the value is out of its range",
        (_, "?COM") => "it received a broken packet",
        (_, "?IGN") => "it ignored the command",
        _ => Data.Length == 0 ? $"{Status}" : Data,
    };

    [GeneratedRegex(@"^I(\d*\.?\d+|\d+\.)W(\d*\.?\d+|\d+\.)(ML|UL)$")]
    private static partial Regex Volumes();
}
