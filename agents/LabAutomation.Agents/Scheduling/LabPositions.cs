using System.Collections.Immutable;
using LabAutomation.Agents.Bench;

namespace LabAutomation.Agents.Scheduling;

/// <summary>Which positions of the lab's locations are taken, and what carries samples between them.</summary>
internal sealed class LabPositions(LabStations lab)
{
    /// <summary>More than ever rest at once.</summary>
    private const int Crowd = 1_000_000;

    private readonly HashSet<int> _taken = [];

    public void Clear() => _taken.Clear();

    public void Take(SampleStanding sample)
    {
        if (sample.Position is { } at) _taken.Add(at);
        if (sample.GoalPosition is { } goal) _taken.Add(goal);
        if (sample.MayBeAt is { } other) _taken.Add(other);
    }

    /// <summary>The first free position; the first of all where samples leave the lab; null where none is free, or the location has none.</summary>
    public int? TakeFree(string location)
    {
        if (lab.Locations.FirstOrDefault(one => one.Name == location) is not { } there) return null;
        if (there.IsOutlet) return there.Positions[0];
        foreach (var position in there.Positions)
            if (_taken.Add(position)) return position;
        return null;
    }

    public string CommandOf(string carrier) => lab.Transports.First(transport => transport.Instrument == carrier).Command;

    /// <summary>Where trials of a station have their one sample, which nobody carries.</summary>
    public static string Vessel(string? station) => $"@{station}";

    /// <summary>The station of a <see cref="Vessel"/>, empty for the lab's one place; null for any other location.</summary>
    public static string? StationOf(string location) => location.StartsWith('@') ? location[1..] : null;

    /// <summary>The lab as the planner reads it.</summary>
    /// <param name="others">Instruments that campaigns use and the lab's file does not name.</param>
    public static LabLayout Layout(LabStations lab, IEnumerable<string> others)
    {
        var resources = lab.Instruments.Select(instrument => new LabResource(instrument.Name, instrument.Name, Capacity(lab, instrument), instrument.IsBatch) { FillFor = instrument.FillFor, SetUp = instrument.SetUp, IsSetUpInTask = instrument.SetUp > TimeSpan.Zero })
            .Concat(others.Where(name => lab.Instruments.All(instrument => instrument.Name != name)).Distinct(StringComparer.Ordinal).Select(name => new LabResource(name, name)))
            .Append(new LabResource(LabSchedule.Person, LabSchedule.Person, Crowd));
        var vessels = lab.Instruments.Select(instrument => instrument.Station).Append(null).Distinct().Select(station => new LabLocation(Vessel(station)));
        var locations = lab.Locations.Select(location => new LabLocation(location.Name, location.IsOutlet ? LabLocation.Unlimited : location.Positions.Length));
        var routes = lab.Transports.SelectMany(transport => transport.Between.SelectMany(from => transport.Between.Where(to => to != from).Select(to => (From: from, To: to, transport))))
            .GroupBy(route => (route.From, route.To)).Select(same => new Route(same.Key.From, same.Key.To, same.Max(route => route.transport.Duration), [.. same.Select(route => route.transport.Instrument).Distinct(StringComparer.Ordinal)]));
        return new LabLayout([.. resources], [.. locations, .. vessels], [.. routes]);
    }

    private static int Capacity(LabStations lab, PlacedInstrument instrument) =>
        instrument.IsBatch ? lab.Locations.First(location => location.Name == instrument.Location).Positions.Length : 1;
}
