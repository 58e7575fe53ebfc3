namespace LabAutomation.Models;

/// <summary>A model by its name: callers get whatever version is current, and notice nothing when another takes its place.</summary>
public sealed class NamedModel
{
    private volatile LoadedModel _current;

    internal NamedModel(LoadedModel first) => _current = first;

    public string Name => _current.Card.Name;

    public LoadedModel Current => _current;

    /// <summary>Waits until an instance of the current version is free and lends it. Nothing is allocated.</summary>
    /// <exception cref="ModelException">The model has been unloaded.</exception>
    public ModelLease Rent()
    {
        while (true)
        {
            var current = _current;
            if (current.TryRent(out var model)) return new ModelLease(current, model);
            if (current == _current) throw new ModelException($"Model '{Name}' has been unloaded.");
        }
    }

    internal void Become(LoadedModel version) => _current = version;
}
