using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Docs;

/// <summary>The example in Python does what the documentation says, as it is typed there.</summary>
public sealed partial class PythonExampleTests
{
    private static IReadOnlyList<DocumentedCommand> Commands => [.. DocumentedPages.All.SelectMany(DocumentedCommand.Of).Where(command => command.IsPython)];

    [SkippableFact]
    public async Task The_documented_example_finds_the_minimum()
    {
        var command = Commands.Should().ContainSingle().Which;
        Skip.If(!HasPython() && Environment.GetEnvironmentVariable("CI") != "true", "python3 is not installed");
        var start = new ProcessStartInfo("python3") { WorkingDirectory = LabProcess.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command.PythonArguments(Path.Combine(AppContext.BaseDirectory, "lab.dll"))) start.ArgumentList.Add(argument);

        using var python = Process.Start(start)!;
        var (output, error) = (python.StandardOutput.ReadToEndAsync(), python.StandardError.ReadToEndAsync());
        await python.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));

        (python.ExitCode, await error).Should().Be((0, ""), await output);
        var result = Result().Match(await output);
        result.Success.Should().BeTrue(await output);
        Number(result, 1).Should().BeApproximately(70, 10);
        Number(result, 2).Should().BeInRange(14, 28);
        Number(result, 3).Should().BeApproximately(2, 0.25);
    }

    [Fact]
    public void The_example_needs_no_package_and_stays_short()
    {
        var lines = File.ReadAllLines(Path.Combine(LabProcess.Root, "docs", "examples", "ask_tell.py"));

        lines.Length.Should().BeLessThanOrEqualTo(40);
        lines.Where(line => line.Contains("import ", StringComparison.Ordinal)).Should().Equal("import json, math, random, subprocess, sys");
    }

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static bool HasPython() => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "python3")));

    [GeneratedRegex(@"^temperature (\d+), time (\d+): impurity (\d+\.\d+) \+- \d+\.\d+\s*$")]
    private static partial Regex Result();
}
