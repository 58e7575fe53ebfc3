using System.Globalization;
using System.Text.Json;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Lab.Display;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Lab.Reports;

internal static class ChaosWording
{
    public static void Print(ChaosReport report, TextWriter to)
    {
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Episodes} seed{(report.Episodes == 1 ? "" : "s")}, {report.Trials} trials, {report.Struck.Values.Sum(struck => (long)struck)} faults that made a difference"));
        foreach (var traits in FaultTraits.All.Where(traits => report.Struck.ContainsKey(traits.Kind)))
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {traits.Name,-16} {report.Struck[traits.Kind],8}"));
        foreach (var never in report.NeverHappened) to.WriteLine($"never happened: {never}");
        if (report.Violation is not { } end)
        {
            to.WriteLine(report.NeverHappened.Length == 0 ? "no promise was broken" : "no promise was broken, but not everything was tried");
            return;
        }

        to.WriteLine();
        foreach (var violation in end.Violations) to.WriteLine($"BROKEN {violation.Oracle}: {violation.Message}");
        to.WriteLine($"seed {end.Seed}, with {end.Faults.Length} fault{(end.Faults.Length == 1 ? "" : "s")}:");
        foreach (var (fault, _) in end.Faults) to.WriteLine($"  {fault}");
        to.WriteLine($"again: {report.Asked.Replays(end)}");
    }

    public static void PrintJson(ChaosReport report, TextWriter to) => to.WriteLine(JsonSerializer.Serialize(
        new
        {
            seeds = report.Episodes,
            trials = report.Trials,
            struck = report.Struck.OrderBy(kind => kind.Key).ToDictionary(kind => FaultTraits.Of(kind.Key).Name, kind => kind.Value),
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
