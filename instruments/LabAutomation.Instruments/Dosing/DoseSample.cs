using System.Globalization;
using System.Text.RegularExpressions;

namespace LabAutomation.Instruments;

/// <summary>What <c>QRD 2 4 12</c> numbers.</summary>
internal enum DosePhase
{
    None = 0,
    Dosing = 1,
    Done = 2,
    Stopped = 3,
}

/// <summary>The present or last dose: <c>QRD 2 4 12 A 17 1 250.0 mg 450.0 s</c>.</summary>
/// <param name="Count">Doses ever begun; this one has this number.</param>
/// <param name="Milligrams">In the crucible so far.</param>
/// <param name="Left">Until it has ended.</param>
internal readonly partial record struct DoseSample(long Count, DosePhase Phase, double Milligrams, TimeSpan Left)
{
    /// <returns>Null where the line is no such answer.</returns>
    public static DoseSample? Parse(string line)
    {
        var match = Form().Match(line);
        if (!match.Success || !long.TryParse(match.Groups["count"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return null;
        var (mass, left) = (Number(match.Groups["mass"].Value), Number(match.Groups["left"].Value));
        return new DoseSample(count, (DosePhase)(match.Groups["phase"].Value[0] - '0'), mass, TimeSpan.FromSeconds(left));
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^QRD 2 4 12 A (?<count>[0-9]{1,18}) (?<phase>[0-3]) (?<mass>[0-9]{1,6}\.[0-9]{1,3}) mg (?<left>[0-9]{1,6}\.[0-9]{1,3}) s\z")]
    private static partial Regex Form();
}
