using System.Text.RegularExpressions;
using LabAutomation.Hosting;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.StandIns.MQTTnet;
using LabAutomation.SystemTests.Templates;

namespace LabAutomation.SystemTests.Docs;

/// <summary>The tutorial for authors of drivers, typed and edited from its first line to its last in a folder beside the repository.</summary>
[Trait("Length", "long")]
public sealed partial class DriverTutorialTests : IAsyncDisposable
{
    private const string Program = "artifacts/bin/Acme.Pump/debug/Acme.Pump.dll";
    private const string Port = "\"Port\": 1883";

    private readonly TemporaryFolder _folder = new();
    private readonly List<LabProcess> _running = [];
    private readonly DotNet _dotnet;
    private Task<(int ExitCode, string Text)>? _broken;

    public DriverTutorialTests() => _dotnet = new DotNet(_folder.At("hive"));

    /// <summary>Where the solution's build puts what it makes of this package feed.</summary>
    private static string Artifacts => Software.PackageFeed == "nuget" ? "artifacts/nuget" : "artifacts";

    private string Solution => _folder.At("Acme.Pump");

    private string Built => Path.Combine(Solution, Artifacts, Program["artifacts/".Length..]);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running) process.Dispose();
        if (_broken is not null) await _broken;
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_step_of_the_tutorial_does_what_the_page_says_and_the_generated_test_finds_what_was_forgotten()
    {
        var (here, said) = (LabProcess.Root, "");
        foreach (var step in TutorialStep.Read(DocumentedPages.DriverTutorial, File.ReadAllLines(Path.Combine(LabProcess.Root, DocumentedPages.DriverTutorial))))
        {
            switch (step)
            {
                case TutorialStep.Edit edit:
                    var file = Path.Combine(Solution, edit.File);
                    File.WriteAllText(file, edit.Apply(File.ReadAllText(file)));
                    break;
                case TutorialStep.Output output:
                    foreach (var line in output.Lines) said.Should().Contain(line, output.Place);
                    break;
                case TutorialStep.Command { Typed.Text: "cd ../Acme.Pump" }:
                    here = Solution;
                    LetTheSystemChooseThePort();
                    break;
                case TutorialStep.Command { Typed.Text: $"alias pump='dotnet {Program}'" }:
                    File.Exists(Built).Should().BeTrue("the test before has built it");
                    break;
                case TutorialStep.Command { Typed: var typed }:
                    said = await TypeAsync(here, typed);
                    if (typed.ExitCode == 17) _broken = TestAsBuiltNow();
                    break;
            }
        }

        var (exitCode, text) = await _broken!;
        exitCode.Should().Be(1, "the conformance test of the driver as it was in the middle must fail\n" + text);
        text.Should().Contain("37 FAILED").And.Contain("Failed Acme.Pump.Tests.PumpConformanceTests.");
        foreach (var drive in _running) drive.Interrupt();
        foreach (var drive in _running) (await drive.EndAsync()).ExitCode.Should().Be(0, drive.Out + drive.Error);
    }

    [Fact]
    public void The_tutorial_has_commands_changes_and_outputs()
    {
        var steps = TutorialStep.Read(DocumentedPages.DriverTutorial, File.ReadAllLines(Path.Combine(LabProcess.Root, DocumentedPages.DriverTutorial))).ToArray();

        steps.OfType<TutorialStep.Command>().Should().HaveCountGreaterThan(15);
        steps.OfType<TutorialStep.Edit>().Should().HaveCountGreaterThan(8);
        steps.OfType<TutorialStep.Output>().Should().HaveCountGreaterThan(1);
    }

    /// <exception cref="InvalidDataException">It is no command that this test knows how to run.</exception>
    private async Task<string> TypeAsync(string folder, DocumentedCommand typed)
    {
        string[] words = typed.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["pump", .. var arguments]) return await PumpAsync(arguments, typed);
        if (words is not ["dotnet", .. var rest]) throw new InvalidDataException($"{typed.Place}: this test does not know how to run '{typed.Text}'");

        // Where the reader has the repository, this test has it elsewhere.
        string[] here = [.. rest.Select(word => word switch { "../LabAutomation" or "../../LabAutomation" => LabProcess.Root, "../Acme.Pump" => Solution, _ => word })];
        var isTest = here is ["test"];
        var (exitCode, text) = await _dotnet.RunAsync(folder, isTest ? ["test", "--logger", "console;verbosity=detailed"] : here);
        exitCode.Should().Be(typed.ExitCode, $"{typed.Place}: {typed.Text}\n{text}");
        text.Should().NotContain("warning", $"{typed.Place}: {typed.Text}");
        if (isTest)
        {
            text.Should().NotContain("FAILED");
            Passed().Count(text).Should().BeGreaterThan(40, "so many assertions apply to a driver like this\n" + text);
        }

        return text;
    }

    private async Task<string> PumpAsync(string[] arguments, DocumentedCommand typed)
    {
        var process = LabProcess.StartAsTyped(Solution, arguments, Quick(arguments), Built);
        _running.Add(process);
        if (arguments is ["drive", _])
        {
            await process.UntilItSaysAsync("drives pump-1");
            return process.Out;
        }

        _running.Remove(process);
        using (process)
        {
            var result = await process.EndAsync();
            result.ExitCode.Should().Be(typed.ExitCode, $"{typed.Place}: {typed.Text}\n{result.Out}{result.Error}{string.Concat(_running.Select(drive => drive.Out + drive.Error))}");
            result.Error.Should().BeEmpty(typed.Text);
            return result.Out;
        }
    }

    /// <summary>As documented, and faster than a reader would have it.</summary>
    private static Dictionary<string, string?> Quick(string[] arguments) => arguments is ["run", ..] ? new() { ["LAB_Simulation__Speed"] = "400" } : [];

    /// <summary>The generated tests as they were built last, from a copy, while the tutorial goes on.</summary>
    private Task<(int ExitCode, string Text)> TestAsBuiltNow()
    {
        var copy = _folder.At("as-built");
        var built = Path.Combine(Solution, Artifacts, "bin", "Acme.Pump.Tests", "debug");
        foreach (var file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(built, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return _dotnet.RunAsync(copy, ["vstest", "Acme.Pump.Tests.dll", "--TestCaseFilter:FullyQualifiedName~PumpConformanceTests"]);
    }

    /// <summary>Other tests of this machine have brokers, too.</summary>
    private void LetTheSystemChooseThePort()
    {
        var port = BrokerFixture.FreePort();
        foreach (var file in new[] { "drive.json", "lab.json" }.Select(name => Path.Combine(Solution, name)))
        {
            var text = File.ReadAllText(file);
            text.Should().Contain(Port);
            File.WriteAllText(file, text.Replace(Port, $"\"Port\": {port}", StringComparison.Ordinal));
        }
    }

    [GeneratedRegex(@"^\s*\d+ passed ", RegexOptions.Multiline)]
    private static partial Regex Passed();
}
