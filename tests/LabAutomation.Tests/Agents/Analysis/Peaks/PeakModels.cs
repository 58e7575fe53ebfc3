using System.Text.RegularExpressions;
using LabAutomation.Models;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

/// <summary>The models that come with the lab, in a folder of the test's own, and further versions of the network that labels peaks.</summary>
internal sealed class PeakModels : IDisposable
{
    public const string Network = "bragg-peaks";

    private readonly string _folder = Directory.CreateTempSubdirectory("peaks-").FullName;

    private readonly Lazy<ModelRegistry> _registry = new(() => ModelRegistry.Open(Shipped, new ModelOptions()));

    public ModelRegistry Registry => _registry.Value;

    public NamedModel Model => Registry.Find(Network);

    /// <summary>Loads the same network as another version and makes it current.</summary>
    public void SwapIn(string version)
    {
        Registry.Load(Put(_folder, version));
        Registry.Swap(Network, version);
    }

    /// <summary>The same network as another version, in a folder of its own below a folder.</summary>
    public string Put(string below, string version)
    {
        var folder = Directory.CreateDirectory(Path.Combine(below, version)).FullName;
        File.Copy(Path.Combine(Shipped, Network, ModelArtifact.ModelFile), Path.Combine(folder, ModelArtifact.ModelFile));
        var card = File.ReadAllText(Path.Combine(Shipped, Network, ModelArtifact.CardFile));
        File.WriteAllText(Path.Combine(folder, ModelArtifact.CardFile), Regex.Replace(card, "^version: .*$", $"version: \"{version}\"", RegexOptions.Multiline));
        return folder;
    }

    public void Dispose()
    {
        if (_registry.IsValueCreated) Registry.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Shipped => Path.Combine(AppContext.BaseDirectory, "models");
}
