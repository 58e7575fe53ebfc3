using System.Globalization;
using System.Text.RegularExpressions;

namespace LabAutomation.Instruments;

/// <summary>What the present or last dose was ordered as: <c>QRD 2 4 13 A 17 5 2 250.0 mg</c>.</summary>
/// <param name="Count">The number of the dose.</param>
/// <param name="Milligrams">To a tenth.</param>
internal readonly partial record struct DoseOrder(long Count, int Target, int Recipe, double Milligrams)
{
    /// <returns>Null where the line is no such answer.</returns>
    public static DoseOrder? Parse(string line)
    {
        var match = Form().Match(line);
        return match.Success && long.TryParse(match.Groups["count"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? new DoseOrder(count, Whole(match.Groups["target"].Value), Whole(match.Groups["recipe"].Value), double.Parse(match.Groups["mass"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture))
            : null;
    }

    private static int Whole(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^QRD 2 4 13 A (?<count>[0-9]{1,18}) (?<target>[0-9]{1,6}) (?<recipe>[0-9]{1,6}) (?<mass>[0-9]{1,6}\.[0-9]) mg\z")]
    private static partial Regex Form();
}
