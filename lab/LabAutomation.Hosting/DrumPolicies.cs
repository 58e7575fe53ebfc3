using LabAutomation.Instruments;
using LabAutomation.Instruments.Reactor;
using LabAutomation.Models;
using Microsoft.Extensions.Options;

namespace LabAutomation.Hosting;

/// <summary>Policies of reactors among the lab's models; each is loaded when a driver first names it.</summary>
internal sealed class DrumPolicies(IOptions<ModelHostOptions> models) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ModelRegistry> _loaded = new(StringComparer.Ordinal);

    /// <param name="named">NAME, for the highest version that there is, or NAME@VERSION.</param>
    /// <exception cref="DriverSettingsException">There is no such model, it is not what its card says, or it is no policy.</exception>
    public SteeringModel Find(string named)
    {
        try
        {
            var model = Model(named);
            return new SteeringModel($"{model.Card.Name} {model.Card.Version} on {model.Device} (SHA-256 {model.Card.Sha256})", new ModelDrumPolicy(model).Propose);
        }
        catch (ModelException error)
        {
            throw new DriverSettingsException($"setting 'policy': {error.Message}");
        }
    }

    /// <exception cref="ModelException">There is no such model, or it is not what its card says.</exception>
    public LoadedModel Model(string named)
    {
        var (name, version) = named.Split('@', 2) is [var before, var after] ? (before, after) : (named, null);
        lock (_gate)
        {
            if (!_loaded.TryGetValue(name, out var registry)) _loaded[name] = registry = ModelRegistry.OpenOnly(name, models.Value.Path, models.Value.ToOptions());
            return registry.Find(name, version);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var registry in _loaded.Values) registry.Dispose();
            _loaded.Clear();
        }
    }
}
