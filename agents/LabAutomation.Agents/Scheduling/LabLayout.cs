using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>What a lab has to work with. It does not change while a state lives; what is out of order is part of the state.</summary>
internal sealed record LabLayout(ImmutableArray<LabResource> Resources, ImmutableArray<LabLocation> Locations, ImmutableArray<Route> Routes)
{
    public LabLayout(ImmutableArray<LabResource> resources)
        : this(resources, [], [])
    {
    }

    /// <summary>The same lab with one more resource like <paramref name="name"/>, called after it; whoever needs that one by name may use either.</summary>
    /// <exception cref="ArgumentException">There is no such resource.</exception>
    public LabLayout WithSecond(string name)
    {
        var first = Resources.FirstOrDefault(resource => resource.Name == name) ?? throw new ArgumentException($"the lab has no resource '{name}'; it has {string.Join(", ", Resources.Select(resource => resource.Name))}", nameof(name));
        return this with { Resources = Resources.Add(first with { Name = $"{name} (second)", StandsFor = name }) };
    }
}
