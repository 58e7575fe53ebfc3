namespace LabAutomation.Models;

/// <summary>
/// The models of a folder. Each subfolder with a card is a version of a model; versions of a name stand side by side, and the highest is current
/// until another is swapped in. A model that is not what its card says is refused by name and keeps no other from working.
/// </summary>
public sealed class ModelRegistry : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ModelOptions _options;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, NamedModel> _names = [];
    private readonly List<LoadedModel> _loaded = [];
    private readonly List<RefusedModel> _refused = [];

    private ModelRegistry(ModelOptions options, TimeProvider time) => (_options, _time) = (options, time);

    /// <summary>All versions that are loaded.</summary>
    public IReadOnlyList<LoadedModel> Models
    {
        get
        {
            lock (_gate) return [.. _loaded];
        }
    }

    /// <summary>What was found in the folder and not loaded.</summary>
    public IReadOnlyList<RefusedModel> Refused => _refused;

    /// <summary>Loads and checks all that is below a folder.</summary>
    /// <param name="folder">Folder of model folders, one or two levels deep: NAME or NAME/VERSION.</param>
    /// <param name="options">Where models run.</param>
    /// <param name="time">By which runs are timed; the system's unless given.</param>
    /// <exception cref="ModelException">There is no such folder. What is wrong in it stands in <see cref="Refused"/>.</exception>
    public static ModelRegistry Open(string folder, ModelOptions options, TimeProvider? time = null)
    {
        var registry = new ModelRegistry(options, time ?? TimeProvider.System);
        foreach (var directory in ModelFolders.In(folder)) registry.Add(directory);
        return registry;
    }

    /// <summary>Loads and checks the versions of one model alone, wherever they lie below a folder. Of what else is there, folders whose card cannot be read are refused: one may be meant as a version of it.</summary>
    /// <param name="name">In the cards.</param>
    /// <param name="folder">Folder of model folders, one or two levels deep.</param>
    /// <param name="options">Where models run.</param>
    /// <param name="time">By which runs are timed; the system's unless given.</param>
    /// <exception cref="ModelException">There is no such folder, or no such model in it. What is wrong with one stands in <see cref="Refused"/>.</exception>
    public static ModelRegistry OpenOnly(string name, string folder, ModelOptions options, TimeProvider? time = null)
    {
        var registry = new ModelRegistry(options, time ?? TimeProvider.System);
        foreach (var directory in ModelFolders.In(folder).Where(directory => (ModelFolders.NameInCard(directory) ?? name) == name)) registry.Add(directory);
        if (registry._loaded.Count > 0 || registry._refused.Exists(one => one.Name == name)) return registry;
        var known = ModelFolders.In(folder).Select(ModelFolders.NameOf).Distinct().Order(StringComparer.Ordinal);
        throw new ModelException($"There is no model '{name}' in '{folder}'; there are {string.Join(", ", known.DefaultIfEmpty("none"))}.");
    }

    /// <summary>A model whose version no other takes the place of.</summary>
    /// <param name="version">Null for the model as <see cref="Find(string)"/> gives it, whose version may change.</param>
    /// <exception cref="ModelException">It is not loaded.</exception>
    public NamedModel Fixed(string name, string? version) => version is null ? Find(name) : new NamedModel(Find(name, version));

    /// <summary>A model by its name. Its current version may change; the object remains the same.</summary>
    /// <exception cref="ModelException">There is none, or it was refused; the message says why.</exception>
    public NamedModel Find(string name)
    {
        lock (_gate)
        {
            if (_names.TryGetValue(name, out var known)) return known;
            if (_refused.Find(one => one.Name == name) is { } refused) throw new ModelException($"Model '{name}' was not loaded: {refused.Reason}");
            throw new ModelException($"There is no model '{name}'; there are {(_names.Count == 0 ? "none" : string.Join(", ", _names.Keys.Order(StringComparer.Ordinal)))}.");
        }
    }

    /// <summary>One version of a model.</summary>
    /// <param name="version">Null for the one that is current.</param>
    /// <exception cref="ModelException">It is not loaded.</exception>
    public LoadedModel Find(string name, string? version)
    {
        if (version is null) return Find(name).Current;
        lock (_gate)
        {
            return _loaded.Find(one => one.Card.Name == name && one.Card.Version == version)
                ?? throw new ModelException($"Model '{name}' {version} is not loaded; there are {string.Join(", ", _loaded.Where(one => one.Card.Name == name).Select(one => one.Card.Version).DefaultIfEmpty("none of that name"))}.");
        }
    }

    /// <summary>Loads, checks and warms another version beside those there are. It becomes current only where the name is new.</summary>
    /// <exception cref="ModelException">The model is not what its card says, or this version is loaded already.</exception>
    public LoadedModel Load(string directory)
    {
        var version = new LoadedModel(directory, _options, _time);
        lock (_gate)
        {
            if (_loaded.Find(one => one.Card.Name == version.Card.Name && one.Card.Version == version.Card.Version) is not { } same)
            {
                _loaded.Add(version);
                if (!_names.ContainsKey(version.Card.Name)) _names.Add(version.Card.Name, new NamedModel(version));
                return version;
            }

            version.Dispose();
            throw new ModelException($"Model '{version.Card.Name}' {version.Card.Version} in {directory} is loaded already, from {same.Directory}.");
        }
    }

    /// <summary>Makes a loaded version current. Calls that began on another version end on it; no call is lost.</summary>
    /// <exception cref="ModelException">It is not loaded, or callers would notice a difference: other inputs or outputs.</exception>
    public void Swap(string name, string version)
    {
        lock (_gate)
        {
            var (named, next) = (Find(name), Find(name, version));
            if (named.Current.Card.Difference(next.Card) is { } difference)
                throw new ModelException($"Model '{name}' {version} cannot take the place of {named.Current.Card.Version}: {difference}.");
            named.Become(next);
        }
    }

    /// <summary>Waits until a version's calls have ended and frees its memory. With the current version the name goes, too.</summary>
    /// <exception cref="ModelException">It is not loaded.</exception>
    public void Unload(string name, string version)
    {
        LoadedModel gone;
        lock (_gate)
        {
            gone = Find(name, version);
            _loaded.Remove(gone);
            if (_names[name].Current == gone) _names.Remove(name);
        }

        gone.Dispose();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var model in _loaded) model.Dispose();
            _loaded.Clear();
            _names.Clear();
        }
    }

    private void Add(string directory)
    {
        try
        {
            var version = Load(directory);
            var named = _names[version.Card.Name];
            if (VersionOrder.Instance.Compare(version.Card.Version, named.Current.Card.Version) > 0) named.Become(version);
        }
        catch (Exception e)
        {
            _refused.Add(new RefusedModel(directory, ModelFolders.NameOf(directory), ModelFolders.Reason(directory, e)));
        }
    }
}
