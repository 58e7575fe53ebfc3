using System.Globalization;

namespace LabAutomation.Benchmarks;

/// <summary>Prints each figure with its bound, and remembers whether all were kept.</summary>
internal sealed class ActorsTable
{
    public ActorsTable() => Line("", "measured", "bound", "");

    public bool IsOk { get; private set; } = true;

    public void Bound(string what, double measured, double bound, bool atLeast, string format = "N0") => Judge(
        what, Text(measured, format), (atLeast ? ">= " : "<= ") + Text(bound, format), atLeast ? measured >= bound : measured <= bound);

    public void Exactly(string what, long measured, long expected) =>
        Judge(what, Text(measured, "N0"), "= " + Text(expected, "N0"), measured == expected);

    public void Told(string what, double measured) => Line(what, Text(measured, "N0"), "", "");

    private void Judge(string what, string measured, string bound, bool ok)
    {
        IsOk &= ok;
        Line(what, measured, bound, ok ? "ok" : "FAILED");
    }

    private static void Line(string what, string measured, string bound, string verdict) =>
        Console.WriteLine($"{what,-72} {measured,14} {bound,14}  {verdict}".TrimEnd());

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
