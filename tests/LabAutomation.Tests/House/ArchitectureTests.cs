using System.Xml.Linq;

namespace LabAutomation.Tests.House;

/// <summary>Who may reference whom. The table is the one of docs/explanations/architecture.md.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["Protocol"] = [],
        ["Learning"] = [],
        ["Models"] = ["Protocol"],
        ["Simulators"] = ["Protocol"],
        ["Instruments"] = ["Protocol"],
        ["Interlock"] = ["Protocol"],
        ["Conformance"] = ["Protocol", "Instruments"],
        ["Templates"] = [],
        ["Agents"] = ["Protocol", "Learning", "Models"],
        ["Hosting"] = ["Protocol", "Learning", "Models", "Instruments", "Simulators", "Agents"],
        ["Testing"] = ["Hosting", "Protocol", "Learning", "Models", "Instruments", "Simulators", "Agents"],
        ["Lab"] = ["Hosting", "Protocol", "Learning", "Models", "Instruments", "Simulators", "Agents", "Conformance", "Testing", "Interlock"],
    };

    private static readonly string[] Tests = ["Tests", "SystemTests", "Benchmarks"];

    private static readonly string[] StandIns = ["Akka", "MQTTnet", "MQTTnet.Server", "Stateless", "Microsoft.ML.OnnxRuntime.Gpu", "Microsoft.SemanticKernel"];

    [Fact]
    public void Every_project_is_known_and_references_only_what_it_may()
    {
        var violations = new List<string>();
        foreach (var file in Repository.Projects)
            violations.AddRange(Violations(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file)));

        violations.Should().BeEmpty();
    }

    [Theory]
    [InlineData("LabAutomation.Simulators", "LabAutomation.Instruments", "may not reference")]
    [InlineData("LabAutomation.Agents", "LabAutomation.Instruments", "may not reference")]
    [InlineData("LabAutomation.Common", "LabAutomation.Protocol", "is not known")]
    public void A_wrong_edge_or_an_unknown_project_is_a_violation(string project, string reference, string complaint)
    {
        var csproj = $"<Project><ItemGroup><ProjectReference Include=\"../{reference}/{reference}.csproj\" /></ItemGroup></Project>";

        Violations(project, csproj).Should().ContainSingle().Which.Should().Contain(complaint);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Repository.At("LabAutomation.sln"));

        var missing = Repository.Projects.Where(file => !solution.Contains(Path.GetFileName(file), StringComparison.Ordinal));

        missing.Should().BeEmpty();
    }

    [Fact]
    public void No_project_names_a_feed_or_a_version()
    {
        foreach (var file in Repository.Projects.Where(file => !file.Contains("standins", StringComparison.Ordinal)))
        {
            var text = File.ReadAllText(file);
            text.Should().NotContain("PackageFeed", file).And.NotContain("standins", file);
            XDocument.Parse(text).Descendants("PackageReference").Should().NotContain(reference => reference.Attribute("Version") != null, file);
        }
    }

    private static IEnumerable<string> Violations(string project, string csproj)
    {
        var references = XDocument.Parse(csproj).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/').Split('/')[^1]))
            .ToArray();
        const string standIn = "LabAutomation.StandIns.";
        if (project.StartsWith(standIn, StringComparison.Ordinal))
        {
            if (!StandIns.Contains(project[standIn.Length..])) yield return $"{project} is not known";
            foreach (var reference in references.Where(reference => !reference.StartsWith(standIn, StringComparison.Ordinal))) yield return $"{project} may not reference {reference}";
            yield break;
        }

        var name = project.Replace("LabAutomation.", "", StringComparison.Ordinal);
        if (Tests.Contains(name)) yield break;
        if (!MayReference.TryGetValue(name, out var allowed))
        {
            yield return $"{project} is not known";
            yield break;
        }

        foreach (var reference in references.Where(reference => !allowed.Contains(reference.Replace("LabAutomation.", "", StringComparison.Ordinal))))
            yield return $"{project} may not reference {reference}";
    }
}
