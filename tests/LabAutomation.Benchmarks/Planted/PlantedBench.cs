using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace LabAutomation.Benchmarks.Planted;

/// <summary>
/// Whether <c>lab chaos</c> finds errors: each is planted in a copy of the sources, of which the one assembly that has it is built anew, and the program must find a broken promise within the seeds and show it
/// with few faults. An error that shows without any fault is told apart: it tries an oracle, and not the search.
/// </summary>
internal static class PlantedBench
{
    private const int MostFaults = 5;

    /// <summary>Of the whole table, so many must be found by faults.</summary>
    private const int ByFaults = 10;

    private const int Short = 3;

    public static async Task<int> RunAsync(string[] args)
    {
        var isShort = args.Contains("--short");
        var seeds = After(args, "--seeds") is { } number ? int.Parse(number, CultureInfo.InvariantCulture) : 1000;
        var root = (await PlantedCopy.ToolAsync(Environment.CurrentDirectory, "git", "rev-parse", "--show-toplevel")).Out.Trim();
        var chosen = isShort ? await ShortAsync(root) : [.. PlantedFault.All.Where(fault => fault.Name.Contains(After(args, "--only") ?? "", StringComparison.Ordinal))];
        if (chosen.Length == 0) throw new ArgumentException("no planted error has that in its name");
        using var copy = await PlantedCopy.OfAsync(root);
        var (missed, byFaults) = (0, 0);
        Console.WriteLine($"{"planted",-72} {"seed",6} {"faults",6} {"seconds",8}  broken");
        foreach (var fault in chosen)
        {
            var (found, line) = await TryAsync(fault, copy, seeds);
            Console.WriteLine($"{fault.Name,-72} {line}");
            if (found == Found.Not) missed++;
            if (found == Found.ByFaults) byFaults++;
        }

        var isWhole = chosen.Length == PlantedFault.All.Count;
        Console.WriteLine($"{chosen.Length - missed} of {chosen.Length} found within {seeds} seeds, {byFaults} of them by faults, at most {MostFaults} each{(isWhole ? $" (at least {ByFaults} must be)" : "")}");
        return missed == 0 && (!isWhole || byFaults >= ByFaults) ? 0 : 1;
    }

    /// <summary>Others for each commit, and the same for the same one.</summary>
    private static async Task<PlantedFault[]> ShortAsync(string root)
    {
        var commit = (await PlantedCopy.ToolAsync(root, "git", "rev-parse", "HEAD")).Out.Trim();
        PlantedFault[] quick = [.. PlantedFault.All.Where(fault => fault.IsQuick)];
        var first = (int)(long.Parse(commit[..7], NumberStyles.HexNumber, CultureInfo.InvariantCulture) % quick.Length);
        return [.. Enumerable.Range(0, Short).Select(k => quick[(first + (k * quick.Length / Short)) % quick.Length])];
    }

    private static string? After(string[] args, string option) => Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    private static async Task<(Found Found, string Line)> TryAsync(PlantedFault fault, PlantedCopy copy, int seeds)
    {
        if (await copy.PlantAsync(fault) is { } error) return (Found.Not, $"it does not build: {error}");
        var began = Stopwatch.GetTimestamp();
        var output = await copy.LabAsync(["chaos", .. fault.Lab, "--seeds", seeds.ToString(CultureInfo.InvariantCulture), "--out", "found.yaml", "--json"]);
        return Judge(output, Stopwatch.GetElapsedTime(began));
    }

    private static (Found Found, string Line) Judge(string output, TimeSpan took)
    {
        if (output.IndexOf('{', StringComparison.Ordinal) is < 0) return (Found.Not, output.Trim());
        using var report = JsonDocument.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..]);
        var violation = report.RootElement.GetProperty("violation");
        if (violation.ValueKind == JsonValueKind.Null) return (Found.Not, string.Create(CultureInfo.InvariantCulture, $"{"-",6} {"-",6} {took.TotalSeconds,8:0.0}  not found"));
        var (seed, faults) = (violation.GetProperty("seed").GetInt32(), violation.GetProperty("faults").GetArrayLength());
        var broken = violation.GetProperty("broken")[0];
        return (faults switch { 0 => Found.WithoutFaults, <= MostFaults => Found.ByFaults, _ => Found.Not }, string.Create(CultureInfo.InvariantCulture, $"{seed,6} {faults,6} {took.TotalSeconds,8:0.0}  {broken.GetProperty("oracle")}: {broken.GetProperty("message")}"));
    }

    private enum Found
    {
        Not,
        WithoutFaults,
        ByFaults,
    }
}
