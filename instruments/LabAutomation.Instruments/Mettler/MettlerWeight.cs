using System.Globalization;
using System.Text.RegularExpressions;

namespace LabAutomation.Instruments;

/// <summary>
/// An answer with a weight: <c>S D    100.0012 g</c>. Identification, status, ten characters with the value to the right, unit (MT-SICS
/// Reference Manual 11780711, format of responses with weight value).
/// </summary>
/// <param name="IsStable">False for a weight that was not at rest.</param>
/// <param name="Grams">g.</param>
/// <param name="Digit">The last digit of the answer, in g.</param>
internal readonly partial record struct MettlerWeight(bool IsStable, double Grams, double Digit)
{
    /// <param name="identification">What the answer must begin with: S or TI with status S (stable) or D (dynamic), TA with status A.</param>
    /// <returns>Null where the line is no such answer.</returns>
    /// <exception cref="InstrumentFaultException">The balance weighs in a unit that is none of mass.</exception>
    public static MettlerWeight? Parse(string line, string identification)
    {
        var match = Form().Match(line);
        if (!match.Success || match.Groups["id"].Value != identification || (identification == "TA") != (match.Groups["status"].Value == "A")) return null;
        var value = match.Groups["value"].Value;
        if (value.Length != 10 || !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return null;
        var scale = match.Groups["unit"].Value switch
        {
            "g" => 1,
            "kg" => 1000,
            "mg" => 1e-3,
            var other => throw new InstrumentFaultException($"the balance weighs in '{other}'; set its unit to g, kg or mg"),
        };
        var decimals = value.Length - 1 - (value.IndexOf('.') is >= 0 and var point ? point : value.Length - 1);
        return new MettlerWeight(match.Groups["status"].Value != "D", number * scale, Math.Pow(10, -decimals) * scale);
    }

    [GeneratedRegex(@"^(?<id>[A-Z]{1,3}) (?<status>[SDA]) (?<value> *-?[0-9]+(\.[0-9]+)?) (?<unit>[A-Za-z%]{1,5})\z")]
    private static partial Regex Form();
}
