using System.Globalization;
using System.Text.RegularExpressions;

namespace LabAutomation.Simulators.Pumps;

/// <summary>Numbers as New Era pumps write them: at most four digits, at most three of them behind the point.</summary>
internal static partial class PumpNumber
{
    public static bool TryParse(string text, out double value)
    {
        value = 0;
        var match = Form().IsMatch(text) && text.Count(char.IsAsciiDigit) is >= 1 and <= 4;
        return match && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Always as many decimals as four digits leave..</summary>
    public static string Format(double value)
    {
        for (var decimals = 3; decimals > 0; decimals--)
        {
            var text = value.ToString("F" + decimals, CultureInfo.InvariantCulture);
            if (text.Count(char.IsAsciiDigit) <= 4) return text;
        }

        return Math.Min(9999, Math.Round(value)).ToString("F0", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^\d*(\.\d{0,3})?$")]
    private static partial Regex Form();
}
