using LabAutomation.Models;

namespace LabAutomation.Benchmarks.Models;

/// <summary>A model that ships with the product, in the host and bare.</summary>
internal sealed class BenchedModel : IDisposable
{
    private readonly ModelRegistry _registry;

    private BenchedModel(ModelRegistry registry, NamedModel hosted, BareSession bare) => (_registry, Hosted, Bare) = (registry, hosted, bare);

    public string Name => Hosted.Name;

    public NamedModel Hosted { get; }

    public BareSession Bare { get; }

    /// <exception cref="InvalidOperationException">The host refuses it.</exception>
    public static BenchedModel Open(string name)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "models", name);
        var registry = ModelRegistry.Open(folder, new ModelOptions());
        if (registry.Refused is [var refused, ..])
        {
            registry.Dispose();
            throw new InvalidOperationException(refused.Reason);
        }

        var hosted = registry.Find(name);
        return new BenchedModel(registry, hosted, new BareSession(Path.Combine(folder, ModelArtifact.ModelFile), hosted.Current.Card));
    }

    public void Dispose()
    {
        Bare.Dispose();
        _registry.Dispose();
    }
}
