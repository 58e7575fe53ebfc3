using System.Security.Cryptography;
using System.Text.RegularExpressions;
using LabAutomation.Models;
using LabAutomation.Tests.Models;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

/// <summary>The network that labels peaks, in a folder of the test's own, further versions of it, and two models that come with the lab.</summary>
internal sealed class PeakModels : IDisposable
{
    public const string Network = "bragg-peaks";

    private readonly string _folder = Directory.CreateTempSubdirectory("peaks-").FullName;

    private readonly Lazy<ModelRegistry> _registry;

    /// <param name="usual">What its card says of that under provenance; null for nothing.</param>
    public PeakModels(string? usual = null) => _registry = new Lazy<ModelRegistry>(() =>
    {
        Put(_folder, "1.0", usual);
        var registry = ModelRegistry.Open(_folder, new ModelOptions());
        foreach (var other in (string[])["bragg-peaks-teacher", "yardstick"]) registry.Load(Path.Combine(Shipped, other));
        return registry;
    });

    public ModelRegistry Registry => _registry.Value;

    public NamedModel Model => Registry.Find(Network);

    /// <summary>Loads the same network as another version and makes it current.</summary>
    public void SwapIn(string version, string? usual = null)
    {
        Registry.Load(Put(_folder, version, usual));
        Registry.Swap(Network, version);
    }

    /// <summary>The same network as another version, in a folder of its own below a folder.</summary>
    /// <param name="usual">As in the constructor.</param>
    public static string Put(string below, string version, string? usual = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(below, version)).FullName;
        File.Copy(Path.Combine(Shipped, Network, ModelArtifact.ModelFile), Path.Combine(folder, ModelArtifact.ModelFile));
        var card = File.ReadAllText(Path.Combine(Shipped, Network, ModelArtifact.CardFile));
        card = Regex.Replace(Regex.Replace(card, "^  usual: .*\n", "", RegexOptions.Multiline), "^version: .*$", $"version: \"{version}\"", RegexOptions.Multiline);
        File.WriteAllText(Path.Combine(folder, ModelArtifact.CardFile), usual is null ? card : card.Replace("provenance:\n", $"provenance:\n  {usual}\n", StringComparison.Ordinal));
        return folder;
    }

    /// <summary>Makes a network current that has the same share in a peak for every pixel.</summary>
    public void SwapInConstant(string version, float share)
    {
        Registry.Load(PutConstant(_folder, version, share));
        Registry.Swap(Network, version);
    }

    /// <summary>A network that has the same share in a peak for every pixel, in a folder of its own below a folder.</summary>
    public static string PutConstant(string below, string version, float share) =>
        Put(below, version, Graph().Table("share of all", share).Node("Sub", ["deviations", "deviations"], "nothing").Node("Add", ["nothing", "share of all"], "share"), share);

    /// <summary>A network that throws for every patch on which something stands out.</summary>
    public static void PutThrowing(string below) =>
        Put(below, "1.0", Graph().Table("table", 0).Node("Cast", ["deviations"], "place", ("to", OnnxGraph.Int64)).Node("Gather", ["table", "place"], "share"), 0);

    private static OnnxGraph Graph() => new OnnxGraph().Input("deviations", OnnxGraph.Float, "batch", 16, 16).Output("share", OnnxGraph.Float, "batch", 16, 16);

    /// <param name="golden">What the graph makes of zeros.</param>
    private static string Put(string below, string version, OnnxGraph network, float golden)
    {
        var (folder, graph) = (Put(below, version), network.ToBytes());
        File.WriteAllBytes(Path.Combine(folder, ModelArtifact.ModelFile), graph);
        var file = Path.Combine(folder, ModelArtifact.CardFile);
        var card = File.ReadAllText(file).Split("golden:")[0];
        card = Regex.Replace(card, "^sha256: .*$", $"sha256: {Convert.ToHexStringLower(SHA256.HashData(graph))}", RegexOptions.Multiline);
        string Row(float value) => $"[{string.Join(", ", Enumerable.Repeat(value, 256))}]";
        File.WriteAllText(file, $$"""
            {{card}}golden: [{ name: nothing, tolerance: 0.001, lengths: { batch: 1 }, inputs: { deviations: {{Row(0)}} }, outputs: { share: {{Row(golden)}} } }]

            """);
        return folder;
    }

    public void Dispose()
    {
        if (_registry.IsValueCreated) Registry.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Shipped => Path.Combine(AppContext.BaseDirectory, "models");
}
