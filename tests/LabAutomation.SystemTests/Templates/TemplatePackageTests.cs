using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Templates;

/// <summary>The templates as a package, and the names that they make of a name. What a driver made of one does, <see cref="Docs.DriverTutorialTests"/> sees.</summary>
[Trait("Length", "long")]
public sealed class TemplatePackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Packed_and_installed_the_templates_put_the_name_given_everywhere()
    {
        var dotnet = new DotNet(_folder.At("hive"));
        await SucceedAsync(dotnet, "pack", Path.Combine(LabProcess.Root, "instruments", "templates", "LabAutomation.Templates.csproj"), "-c", "Release", "-o", _folder.At("packed"));
        await SucceedAsync(dotnet, "new", "install", Directory.GetFiles(_folder.At("packed"), "*.nupkg").Single());
        await SucceedAsync(dotnet, "new", "lab-driver", "-n", "my-shutter", "--lab", LabProcess.Root);
        await SucceedAsync(dotnet, "new", "lab-campaign", "-n", "red.match", "--trials", "12", "--seed", "5");
        await SucceedAsync(dotnet, "new", "lab-simulation-test", "-n", "my-bench", "--lab", LabProcess.Root);

        var files = Directory.EnumerateFiles(_folder.At("my-shutter"), "*", SearchOption.AllDirectories).ToArray();
        files.Select(file => Path.GetRelativePath(_folder.At("my-shutter"), file)).Should().Contain(
            ["my_shutter.slnx", "README.md", ".gitignore", Path.Combine("my_shutter", "MyshutterDriver.cs"), Path.Combine("my_shutter.Tests", "my_shutter.Tests.csproj")]);
        foreach (var text in files.Select(file => file + File.ReadAllText(file))) text.Should().NotContainAny("Vendor.", "Doser", "vendor-doser", "path-of-the-lab");
        File.ReadAllText(_folder.At("my-shutter", "my_shutter", "MyshutterFamily.cs")).Should().Contain("namespace my_shutter;").And.Contain("Name = \"my-shutter\"");
        File.ReadAllText(_folder.At("my-shutter", "drive.json")).Should().Contain("\"my-shutter-1\"");
        File.ReadAllText(_folder.At("red.match", "red-match.yaml")).Should().Contain("campaign: red-match").And.Contain("trials: 12").And.Contain("seed: 5").And.NotContain("campaign-name");
        var bench = Directory.EnumerateFiles(_folder.At("my-bench"), "*", SearchOption.AllDirectories).ToArray();
        bench.Select(file => Path.GetRelativePath(_folder.At("my-bench"), file)).Should().Contain(["my_bench.csproj", "campaign.yaml", Path.Combine(".github", "workflows", "simulate.yml")]);
        foreach (var text in bench.Select(file => file + File.ReadAllText(file))) text.Should().NotContainAny("Vendor.", "path-of-the-lab", "nuget.config", "version-of-the-lab", "#if");
    }

    [Fact]
    public void A_test_made_for_packages_asks_for_those_of_this_version()
    {
        var version = XDocument.Load(Path.Combine(LabProcess.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        using var template = JsonDocument.Parse(File.ReadAllText(Path.Combine(LabProcess.Root, "instruments", "templates", "lab-simulation-test", ".template.config", "template.json")));

        template.RootElement.GetProperty("symbols").GetProperty("version").GetProperty("defaultValue").GetString().Should().Be(version);
    }

    [Fact]
    public async Task A_new_test_in_the_virtual_lab_is_green_before_the_first_edit_and_tells_it_in_JUnit_s_form()
    {
        var dotnet = new DotNet(_folder.At("hive"));
        await SucceedAsync(dotnet, "new", "install", Path.Combine(LabProcess.Root, "instruments", "templates", "lab-simulation-test"));
        await SucceedAsync(dotnet, "new", "lab-simulation-test", "-n", "Acme.Bench.Tests", "-o", "bench", "--lab", LabProcess.Root);

        await SucceedAsync(dotnet, "test", "bench", "--logger", $"junit;LogFilePath={_folder.At("simulate.xml")}");

        var suites = XDocument.Load(_folder.At("simulate.xml")).Descendants("testsuite").ToArray();
        suites.Sum(suite => (int)suite.Attribute("tests")!).Should().Be(3);
        suites.Sum(suite => (int)suite.Attribute("failures")! + (int)suite.Attribute("errors")!).Should().Be(0);
    }

    [Fact]
    public async Task The_packages_are_enough_for_a_test_in_the_virtual_lab_and_for_the_program()
    {
        // Nobody has packages of this version, whatever they have tried before.
        var version = $"0.1.0-{Guid.NewGuid():N}";
        var dotnet = new DotNet(_folder.At("hive"), _folder.At("restored"));
        await SucceedAsync(dotnet, "pack", Path.Combine(LabProcess.Root, "LabAutomation.sln"), "-c", "Release", "--no-build", "-o", _folder.At("packages"), $"-p:PackageVersion={version}");
        await SucceedAsync(dotnet, "new", "install", Directory.GetFiles(_folder.At("packages"), "LabAutomation.Templates.*.nupkg").Single());
        await SucceedAsync(dotnet, "new", "lab-simulation-test", "-n", "Acme.Bench.Tests", "-o", "bench", "--packages", "../packages", "--version", version);

        File.ReadAllText(_folder.At("bench", ".github", "workflows", "simulate.yml")).Should().NotContainAny("LAB_REPOSITORY", "#if", "#endif");
        await SucceedAsync(dotnet, "test", "bench", "--logger", $"junit;LogFilePath={_folder.At("simulate.xml")}");
        XDocument.Load(_folder.At("simulate.xml")).Descendants("testsuite").Sum(suite => (int)suite.Attribute("tests")!).Should().Be(3);
        Directory.EnumerateFiles(_folder.At("bench"), "model.onnx", SearchOption.AllDirectories).Select(model => Path.GetFileName(Path.GetDirectoryName(model)!)).Distinct()
            .Should().Contain("spectrum-to-xyz", "the models come with the package");

        await SucceedAsync(dotnet, "tool", "install", "LabAutomation.Lab", "--tool-path", _folder.At("tool"), "--version", version, "--add-source", _folder.At("packages"));
        using var lab = Process.Start(new ProcessStartInfo(_folder.At("tool", "lab"), ["simulate", LabProcess.ColourMatch, "--seed", "7"]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true })!;
        var said = await lab.StandardOutput.ReadToEndAsync();
        await lab.WaitForExitAsync();
        (lab.ExitCode, said).Should().Match<(int ExitCode, string Said)>(end => end.ExitCode == 0 && end.Said.Contains("goal reached"));
    }

    private async Task SucceedAsync(DotNet dotnet, params string[] arguments)
    {
        var (exitCode, text) = await dotnet.RunAsync(_folder.Path, arguments);
        exitCode.Should().Be(0, text);
    }
}
