using System.Globalization;
using System.Text.Json;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Lab.Display;

namespace LabAutomation.Lab.Reports;

internal static class ChaosWording
{
    public static void Print(ChaosReport report, TextWriter to)
    {
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Episodes} seed{(report.Episodes == 1 ? "" : "s")}, {report.Trials} trials, {report.Coverage.Sum(kind => (long)kind.Struck)} faults that made a difference"));
        foreach (var kind in report.Coverage.Where(kind => kind.Drawn > 0))
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind.Traits.Name,-16} {kind.Struck,8}  ({kind.Drawn} drawn)"));
        if (Unstruck(report) is { } unstruck) to.WriteLine(unstruck);
        foreach (var never in report.NeverHappened) to.WriteLine($"never happened: {never}");
        if (report.FirstFromOutside is { } outside) to.WriteLine(Unrepeatable(outside));
        if (report.Violation is not { } end)
        {
            to.WriteLine($"no promise was broken{(report.NeverHappened.Length > 0 ? ", but not everything was tried" : report.FirstFromOutside is null ? "" : ", but a run that does not repeat shows nothing")}");
            return;
        }

        to.WriteLine();
        foreach (var violation in end.Violations) to.WriteLine($"BROKEN {violation.Oracle}: {violation.Message}");
        to.WriteLine(end.Faults.IsEmpty ? $"seed {end.Seed}, without any fault" : $"seed {end.Seed}, with {end.Faults.Length} fault{(end.Faults.Length == 1 ? "" : "s")}:");
        foreach (var (fault, _) in end.Faults) to.WriteLine($"  {fault}");
        to.WriteLine($"again: {report.Asked.Replays(end)}");
    }

    /// <summary>Which kinds have tested nothing, though that is no failure; null where all have struck, or faults were not drawn.</summary>
    public static string? Unstruck(ChaosReport report) => report.Asked.Faults is not null || report.Violation is not null || report.NotStruck.IsEmpty ? null
        : $"{report.Coverage.Length - report.NotStruck.Length} of {report.Coverage.Length} kinds of fault struck; not {string.Join(", ", report.NotStruck.Select(kind => kind.Traits.Name))}{(report.NeverHappened.Length > 0 ? "" : " (more seeds try more; --require-all asks for each)")}";

    /// <summary>That a run may go otherwise the next time, and by what.</summary>
    public static string Unrepeatable(string outside) =>
        $"not repeatable: another thread took part{(outside.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith("at ", StringComparison.Ordinal) && !line.StartsWith("at System.", StringComparison.Ordinal) && !line.Contains(".VirtualLoop.", StringComparison.Ordinal)) is { } call ? $", first {call.Split('(')[0]}" : "")}; the same seed may go another way";

    public static void PrintJson(ChaosReport report, TextWriter to) => to.WriteLine(JsonSerializer.Serialize(
        new
        {
            seeds = report.Episodes,
            trials = report.Trials,
            struck = report.Coverage.Where(kind => kind.Struck > 0).ToDictionary(kind => kind.Traits.Name, kind => kind.Struck),
            drawn = report.Coverage.Where(kind => kind.Drawn > 0).ToDictionary(kind => kind.Traits.Name, kind => kind.Drawn),
            repeatable = report.FirstFromOutside is null,
            neverHappened = report.NeverHappened,
            violation = report.Violation is { } end ? Form(report, end) : null,
        },
        JsonForms.Indented));

    private static object Form(ChaosReport report, EpisodeEnd end) => new
    {
        seed = end.Seed,
        broken = end.Violations.Select(violation => new { oracle = violation.Oracle, message = violation.Message }),
        faults = end.Faults.Select(fault => fault.Fault.ToString()),
        script = report.Asked.ScriptOf(end),
        again = report.Asked.Replays(end),
    };
}
