using LabAutomation.Models;

namespace LabAutomation.Tests.Models;

/// <summary>A private copy of the shipped spectrum-to-xyz artefact, for tests to spoil.</summary>
internal sealed class ArtifactFolder : IDisposable
{
    public static readonly string Shipped = System.IO.Path.Combine(AppContext.BaseDirectory, "models", "spectrum-to-xyz");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("labautomation-model-");

    public ArtifactFolder()
    {
        foreach (var file in Directory.EnumerateFiles(Shipped))
            File.Copy(file, System.IO.Path.Combine(_folder.FullName, System.IO.Path.GetFileName(file)));
    }

    public string Path => _folder.FullName;

    public string CardPath => System.IO.Path.Combine(Path, ModelArtifact.CardFile);

    public string ModelPath => System.IO.Path.Combine(Path, ModelArtifact.ModelFile);

    public ArtifactFolder Replace(string text, string replacement)
    {
        var card = File.ReadAllText(CardPath);
        card.Should().Contain(text, "otherwise the test spoils nothing");
        File.WriteAllText(CardPath, card.Replace(text, replacement, StringComparison.Ordinal));
        return this;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
