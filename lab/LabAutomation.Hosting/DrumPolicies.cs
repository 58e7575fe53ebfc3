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

    /// <exception cref="DriverSettingsException">There is no such model, it is not what its card says, or it is no policy.</exception>
    public DrumPolicy Find(string name)
    {
        try
        {
            lock (_gate)
            {
                if (!_loaded.TryGetValue(name, out var registry)) _loaded[name] = registry = ModelRegistry.Open(Path.Combine(models.Value.Path, name), models.Value.ToOptions());
                return new ModelDrumPolicy(registry.Find(name)).Propose;
            }
        }
        catch (ModelException error)
        {
            throw new DriverSettingsException($"setting 'policy': {error.Message}");
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
