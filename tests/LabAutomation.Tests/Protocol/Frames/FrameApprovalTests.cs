using System.Text.RegularExpressions;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol.Frames;

/// <summary>The wire outlives any build: a frame that changes its JSON breaks instruments that are already in a lab.</summary>
public sealed partial class FrameApprovalTests
{
    private static readonly string Root = FindRoot();
    private static readonly string Folder = Path.Combine(Root, "tests", "LabAutomation.Tests", "Protocol", "Frames");

    public static TheoryData<string> Names => new(FrameSample.All.Select(sample => sample.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_frame_has_its_approved_form(string name)
    {
        var approved = Path.Combine(Folder, $"{name}.verified.json");

        File.Exists(approved).Should().BeTrue($"{approved} must hold the approved form of {name}");
        FrameSample.All.Single(sample => sample.Name == name).Pretty().Should().Be(File.ReadAllText(approved), $"{approved} is what instruments speak");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_approved_frame_is_read_and_written_unchanged(string name)
    {
        var sample = FrameSample.All.Single(it => it.Name == name);

        sample.Again(sample.Json).Should().Equal(sample.Json);
        sample.Again(File.ReadAllBytes(Path.Combine(Folder, $"{name}.verified.json"))).Should().Equal(sample.Json);
    }

    [Fact]
    public void Every_approved_file_belongs_to_a_frame() =>
        Directory.EnumerateFiles(Folder, "*.verified.json").Select(path => Path.GetFileName(path)[..^".verified.json".Length])
            .Should().BeEquivalentTo(FrameSample.All.Select(sample => sample.Name));

    [Fact]
    public void The_reference_shows_the_approved_frames()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs", "reference", "wire.md"));
        var shown = Example().Matches(page).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["json"].Value);

        shown.Keys.Should().Contain(["birth", "liveness", "state", "property", "event", "command", "reply", "status", "result", "result-with-data", "control", "trip"]);
        foreach (var (name, json) in shown) json.Should().Be(File.ReadAllText(Path.Combine(Folder, $"{name}.verified.json")), $"the example '{name}' in wire.md");
    }

    [Fact]
    public void The_schema_hash_changes_with_whatever_a_caller_relies_on()
    {
        var command = new CommandDescription("stir", "Stirs.", Effect.Set, [new ParameterDescription("speed", "", Unit.Parse("rpm"), 0, 1200)], [], 1);
        var property = new PropertyDescription("speed", "", Unit.Parse("rpm"));
        var parameter = command.Parameters[0];
        string[] hashes =
        [
            SchemaHashes.Of([command], [property]),
            SchemaHashes.Of([command], []),
            SchemaHashes.Of([], [property]),
            SchemaHashes.Of([command with { Name = "mix" }], [property]),
            SchemaHashes.Of([command with { Effect = Effect.Relative }], [property]),
            SchemaHashes.Of([command with { Parameters = [parameter with { High = 1300 }] }], [property]),
            SchemaHashes.Of([command with { Parameters = [parameter with { Default = 100 }] }], [property]),
            SchemaHashes.Of([command with { Parameters = [parameter with { Unit = Unit.Parse("Hz") }] }], [property]),
        ];

        hashes.Should().OnlyHaveUniqueItems().And.OnlyContain(hash => Regex.IsMatch(hash, "^[0-9a-f]{64}$"));
        SchemaHashes.Of([command], [property]).Should().Be(hashes[0]);
    }

    [GeneratedRegex("<!-- (?<name>[a-z-]+)\\.verified\\.json -->\n```json\n(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LabAutomation.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"{AppContext.BaseDirectory} does not lie in the repository: LabAutomation.sln is in no folder above it");
    }
}
