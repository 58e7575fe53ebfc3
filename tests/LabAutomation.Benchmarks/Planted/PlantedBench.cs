using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace LabAutomation.Benchmarks.Planted;

/// <summary>
/// Whether <c>lab chaos</c> finds errors: each is planted in a copy of the sources, the program is built, and it must find a broken promise
/// within the seeds and show it with few faults. The sound program must find none.
/// </summary>
internal static class PlantedBench
{
    private const int MostFaults = 5;

    public static async Task<int> RunAsync(string[] args)
    {
        var seeds = args is ["--seeds", var number, ..] ? int.Parse(number, CultureInfo.InvariantCulture) : 1000;
        var chosen = args is [.., "--only", var part] ? PlantedFault.All.Where(fault => fault.Name.Contains(part, StringComparison.Ordinal)).ToArray() : [.. PlantedFault.All];
        var root = (await ToolAsync(Environment.CurrentDirectory, "git", "rev-parse", "--show-toplevel")).Out.Trim();
        var copy = Directory.CreateTempSubdirectory("planted-");
        try
        {
            await CopyAsync(root, copy.FullName);
            var missed = 0;
            Console.WriteLine($"{"planted",-62} {"seed",6} {"faults",6} {"seconds",8}  broken");
            foreach (var fault in chosen)
            {
                var (isFound, line) = await TryAsync(fault, copy.FullName, seeds);
                Console.WriteLine($"{fault.Name,-62} {line}");
                if (!isFound) missed++;
            }

            Console.WriteLine($"{chosen.Length - missed} of {chosen.Length} found within {seeds} seeds and shown with at most {MostFaults} faults");
            return missed == 0 ? 0 : 1;
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    private static async Task<(bool IsFound, string Line)> TryAsync(PlantedFault fault, string copy, int seeds)
    {
        var file = Path.Combine(copy, fault.File);
        var right = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, fault.PlantedIn(right));
        try
        {
            var build = await ToolAsync(copy, "dotnet", "build", "-c", "Release", "-v", "q", "-p:RunAnalyzers=false", "lab/LabAutomation.Lab");
            if (build.Code != 0) return (false, $"it does not build: {build.Out.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal))}");
            var began = Stopwatch.GetTimestamp();
            var found = await ToolAsync(copy, "dotnet", "run", "--no-build", "-c", "Release", "--project", "lab/LabAutomation.Lab", "--", "chaos", "campaigns/colour-match.yaml", "--planner", "sobol",
                "--seeds", seeds.ToString(CultureInfo.InvariantCulture), "--out", Path.Combine(copy, "found.yaml"), "--json");
            return Judge(found.Out, Stopwatch.GetElapsedTime(began));
        }
        finally
        {
            await File.WriteAllTextAsync(file, right);
        }
    }

    private static (bool IsFound, string Line) Judge(string output, TimeSpan took)
    {
        const string Calm = "breaks a promise even without faults: ";
        if (output.IndexOf(Calm, StringComparison.Ordinal) is >= 0 and var at) return (true, string.Create(CultureInfo.InvariantCulture, $"{1,6} {0,6} {took.TotalSeconds,8:0.0}  {output[(at + Calm.Length)..].Trim()}"));
        if (output.IndexOf('{', StringComparison.Ordinal) is < 0) return (false, output.Trim());
        using var report = JsonDocument.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..]);
        var violation = report.RootElement.GetProperty("violation");
        if (violation.ValueKind == JsonValueKind.Null) return (false, $"{"-",6} {"-",6} {took.TotalSeconds,8:0.0}  not found");
        var (seed, faults) = (violation.GetProperty("seed").GetInt32(), violation.GetProperty("faults").GetArrayLength());
        var broken = violation.GetProperty("broken")[0];
        return (faults <= MostFaults, string.Create(CultureInfo.InvariantCulture, $"{seed,6} {faults,6} {took.TotalSeconds,8:0.0}  {broken.GetProperty("oracle")}: {broken.GetProperty("message")}"));
    }

    /// <summary>The files that git knows, as they are now.</summary>
    private static async Task CopyAsync(string root, string to)
    {
        foreach (var file in (await ToolAsync(root, "git", "ls-files", "--cached", "--others", "--exclude-standard")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var target = Path.Combine(to, file);
            if (!File.Exists(Path.Combine(root, file))) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(root, file), target);
        }
    }

    private static async Task<(int Code, string Out)> ToolAsync(string folder, string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output.Length > 0 ? output : await errors);
    }
}
