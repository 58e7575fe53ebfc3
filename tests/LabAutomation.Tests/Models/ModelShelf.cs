using System.Security.Cryptography;
using LabAutomation.Models;

namespace LabAutomation.Tests.Models;

/// <summary>A folder of small models that a test makes.</summary>
internal sealed class ModelShelf : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("labautomation-models-");

    public string Path => _folder.FullName;

    /// <summary>Two times two numbers a row.</summary>
    public string Doubling(string version = "1.0", string name = "doubling", string more = "", string folder = "", string unit = "mL", int most = 8) => Put(
        folder.Length > 0 ? folder : $"{name}/{version}",
        OnnxGraph.Doubling().ToBytes(),
        $$"""
        name: {{name}}
        version: "{{version}}"
        licence: none
        description: two times
        sensitivity: Public
        provenance: { source: a test, data: none }
        dimensions: { n: { min: 1, max: {{most}} } }
        batch: n
        inputs: [{ name: x, shape: [n, 2], unit: {{unit}}, range: [-10, 10]{{more}} }]
        outputs: [{ name: y, shape: [n, 2], unit: {{unit}}, range: [-50, 50] }]
        golden: [{ name: one, tolerance: 0.001, inputs: { x: [1, 2] }, outputs: { y: [2, 4] } }]
        """);

    /// <summary>Two times as many numbers a row as the caller likes, up to eight.</summary>
    /// <param name="usual">As many, unless the caller says so.</param>
    public string Open(string version, int usual) => Put(
        $"open/{version}",
        new OnnxGraph().Input("x", OnnxGraph.Float, "n", "m").Output("y", OnnxGraph.Float, "n", "m").Node("Add", ["x", "x"], "y").ToBytes(),
        $$"""
        name: open
        version: "{{version}}"
        licence: none
        description: two times
        sensitivity: Public
        provenance: { source: a test, data: none }
        dimensions: { n: { max: 8 }, m: { opt: {{usual}}, max: 8 } }
        batch: n
        inputs: [{ name: x, shape: [n, m], unit: mL, range: [-10, 10] }]
        outputs: [{ name: y, shape: [n, m], unit: mL, range: [-50, 50] }]
        golden: [{ name: one, tolerance: 0.001, inputs: { x: [1] }, outputs: { y: [2] } }]
        """);

    /// <summary>Throws for x of 4 and more, which its card allows.</summary>
    public string Throwing() => Put(
        "throwing",
        OnnxGraph.Throwing().ToBytes(),
        """
        name: throwing
        version: "1.0"
        licence: none
        description: a table with a hole
        sensitivity: Public
        provenance: { source: a test, data: none }
        dimensions: { n: { min: 1, max: 8 } }
        batch: n
        inputs: [{ name: x, shape: [n, 1], unit: "1", range: [0, 9] }]
        outputs: [{ name: y, shape: [n, 1], unit: K, range: [0, 100] }]
        golden: [{ name: one, tolerance: 0.001, inputs: { x: [2] }, outputs: { y: [30] } }]
        """);

    /// <summary>Writes model and card; the card gets the right SHA-256 unless it has one.</summary>
    public string Put(string folder, byte[] content, string? card)
    {
        var directory = Directory.CreateDirectory(System.IO.Path.Combine(Path, folder)).FullName;
        File.WriteAllBytes(System.IO.Path.Combine(directory, ModelArtifact.ModelFile), content);
        if (card is null) return directory;
        if (!card.Contains("sha256:", StringComparison.Ordinal)) card += $"\nsha256: {Convert.ToHexStringLower(SHA256.HashData(content))}\n";
        File.WriteAllText(System.IO.Path.Combine(directory, ModelArtifact.CardFile), card);
        return directory;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
