using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LabAutomation.Benchmarks.Templates;

/// <summary>
/// From <c>dotnet new lab-driver</c> to a green conformance run by one command, <c>dotnet test</c>, beside a repository that was built once: seconds by the clock, and seconds of the processor of all programs that took part. No
/// build server takes part, whose time would be counted by nobody.
/// </summary>
internal static partial class TemplateBench
{
    private const double ProcessorWithin = 60;
    private const int FewestPassed = 40;

    /// <summary>Of the times in /proc, a second.</summary>
    private const double Ticks = 100;

    public static async Task<int> RunAsync()
    {
        var repository = Root();
        var folder = Directory.CreateTempSubdirectory("lab-template-").FullName;
        try
        {
            var hive = Path.Combine(folder, "hive");
            await SucceedAsync(folder, "new", "install", Path.Combine(repository, "instruments", "templates", "lab-driver"), "--debug:custom-hive", hive);
            var (clock, processor) = (Stopwatch.StartNew(), ProcessorOfChildren());
            await SucceedAsync(folder, "new", "lab-driver", "-n", "Acme.Pump", "-o", "Acme.Pump", "--lab", repository, "--debug:custom-hive", hive);
            var made = clock.Elapsed.TotalSeconds;
            var text = await SucceedAsync(Path.Combine(folder, "Acme.Pump"), "test", "--logger", "console;verbosity=detailed");
            var (seconds, used) = (clock.Elapsed.TotalSeconds, ProcessorOfChildren() - processor);
            var (passed, failed) = (Passed().Count(text), Failed().Count(text));

            Console.WriteLine(Text($"made after {made:0.0} s, and one command later, 'dotnet test': {passed} assertions of the kit passed and {failed} failed"));
            Console.WriteLine(Text($"{seconds:0.0} s by the clock, {used:0.0} s of the processor, at most {ProcessorWithin:0}"));
            var good = failed == 0 && passed > FewestPassed && used <= ProcessorWithin;
            Console.WriteLine(good ? "within the bound" : "NOT within the bound");
            return good ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> SucceedAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };

        // What this program was told by the build that started it is none of the new one's business.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray()) start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with exit code {process.ExitCode}: {await output}{await error}");
    }

    /// <summary>Seconds of the processor, the system's part included, of every child that has ended and of theirs (proc(5), fields 16 and 17).</summary>
    private static double ProcessorOfChildren()
    {
        var all = File.ReadAllText("/proc/self/stat");
        var times = all[(all.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(times[13], CultureInfo.InvariantCulture) + double.Parse(times[14], CultureInfo.InvariantCulture)) / Ticks;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LabAutomation.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} does not lie in the repository, whose templates are tried here");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*\d+ passed ", RegexOptions.Multiline)]
    private static partial Regex Passed();

    [GeneratedRegex(@"^\s*\d+ FAILED ", RegexOptions.Multiline)]
    private static partial Regex Failed();
}
