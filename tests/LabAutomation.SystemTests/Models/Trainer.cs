using System.Diagnostics;
using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Models;

/// <summary>The scripts that make models, run as they are documented.</summary>
internal static class Trainer
{
    private static readonly Lazy<string?> Found = new(() => Pythons().FirstOrDefault(python => Run(python, ["-c", "import numpy, onnx, torch"]).ExitCode == 0));

    /// <summary>A Python that has what the scripts need.</summary>
    public static string Require()
    {
        Skip.If(Found.Value is null, "No Python here has numpy, onnx and torch (Debian: python3-torch, python3-onnx).");
        return Found.Value!;
    }

    public static string RequireBare()
    {
        var python = Pythons().FirstOrDefault();
        Skip.If(python is null, "There is no Python here.");
        return python!;
    }

    /// <param name="script">Its path in the repository.</param>
    public static (int ExitCode, string Out, string Error) Train(string script, params string[] arguments) => Run(Require(), [Path.Combine(LabProcess.Root, script), .. arguments]);

    public static (int ExitCode, string Out, string Error) Run(string python, params string[] arguments)
    {
        var start = new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', arguments)} did not end");
        }

        return (process.ExitCode, output.Result, error.Result);
    }

    private static IEnumerable<string> Pythons() =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Append("/usr/bin").Select(folder => Path.Combine(folder, "python3")).Where(File.Exists).Distinct();
}
