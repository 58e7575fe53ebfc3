using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>A layout with its names resolved.</summary>
internal sealed class LayoutIndex
{
    private readonly Dictionary<string, int> _resources;
    private readonly Dictionary<string, int> _locations;
    private readonly Dictionary<(int From, int To), (long Duration, int[] Carriers)> _routes = [];
    private readonly HashSet<int> _left = [];

    /// <summary>By need: jobs have hundreds of ways.</summary>
    private readonly Dictionary<string, int[]> _serving;

    /// <exception cref="ArgumentException">The layout contradicts itself; the message says how.</exception>
    public LayoutIndex(LabLayout layout)
    {
        Layout = layout;
        foreach (var resource in Resources)
        {
            Check(resource.Capacity >= 1, $"resource '{resource.Name}' has a capacity of {resource.Capacity}; 1 or more would be right");
            Check(resource.SetUp >= TimeSpan.Zero, $"resource '{resource.Name}' has a negative set-up time");
            Check(resource.SetUp == TimeSpan.Zero || resource.Capacity == 1 || resource.IsBatch, $"resource '{resource.Name}' is shared and has a set-up time; only a batch or a resource of capacity 1 has a setting");
            Check(!resource.IsSetUpInTask || !resource.IsBatch, $"resource '{resource.Name}' is a batch that is set up in its tasks; those of one batch would take different times");
        }

        foreach (var location in Locations) Check(location.Capacity >= 1, $"location '{location.Name}' has a capacity of {location.Capacity}; 1 or more would be right");
        _resources = Names(Resources.Select(resource => resource.Name), "resource");
        _locations = Names(Locations.Select(location => location.Name), "location");
        _serving = Resources.SelectMany(resource => new[] { resource.Name, resource.Capability, resource.StandsFor }).OfType<string>().Distinct(StringComparer.Ordinal)
            .ToDictionary(need => need, need => Enumerable.Range(0, Resources.Length).Where(index => Resources[index].Serves(need)).ToArray(), StringComparer.Ordinal);
        foreach (var route in layout.Routes)
        {
            int[] carriers = [.. route.Carriers.SelectMany(Serving).Distinct()];
            Check(carriers.Length > 0, $"nothing can carry from '{route.From}' to '{route.To}'");
            Check(carriers.All(carrier => !Resources[carrier].IsBatch), $"a batch cannot carry from '{route.From}' to '{route.To}'");
            Check(route.Duration > TimeSpan.Zero, $"the way from '{route.From}' to '{route.To}' takes no time");
            _left.Add(Location(route.From));
            Check(_routes.TryAdd((Location(route.From), Location(route.To)), (route.Duration.Ticks, carriers)), $"there are two routes from '{route.From}' to '{route.To}'");
        }
    }

    public LabLayout Layout { get; }

    public ImmutableArray<LabResource> Resources => Layout.Resources;

    public ImmutableArray<LabLocation> Locations => Layout.Locations;

    public bool Has(string resource) => _resources.ContainsKey(resource);

    public int Resource(string name) => _resources.TryGetValue(name, out var index) ? index : throw new ArgumentException($"the lab has no resource '{name}'; it has {string.Join(", ", _resources.Keys)}");

    public int Location(string name) => _locations.TryGetValue(name, out var index) ? index : throw new ArgumentException($"the lab has no location '{name}'; it has {string.Join(", ", _locations.Keys)}");

    /// <summary>The resources that a need can be met with. Not to be changed.</summary>
    public int[] Serving(string need) => _serving.GetValueOrDefault(need, []);

    public bool TryRoute(int from, int to, out (long Duration, int[] Carriers) route) => _routes.TryGetValue((from, to), out route);

    /// <summary>Whether a sample can be carried from a location to any other.</summary>
    public bool HasRoutesFrom(int location) => _left.Contains(location);

    private static Dictionary<string, int> Names(IEnumerable<string> names, string kind)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in names) Check(index.TryAdd(name, index.Count), $"there are two {kind}s called '{name}'");
        return index;
    }

    private static void Check(bool holds, string otherwise)
    {
        if (!holds) throw new ArgumentException(otherwise);
    }
}
