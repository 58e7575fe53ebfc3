using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Bench;

/// <summary>
/// Where the instruments of a lab stand. A campaign names what it needs by role; a station is a set of instruments at which one trial at a time is made, and
/// what stands at no station is shared by all.
/// </summary>
public sealed record LabStations(ImmutableArray<PlacedInstrument> Instruments)
{
    /// <summary>Every instrument plays the role of its own name, and the lab is one place.</summary>
    public static LabStations OnePlace { get; } = new(ImmutableArray<PlacedInstrument>.Empty);

    /// <summary>Where trials of a campaign can be made.</summary>
    public CampaignPlaces For(CampaignPlan plan)
    {
        var roles = plan.Instruments;
        var shared = Instruments.Where(instrument => instrument.Station is null).Select(instrument => instrument.Role).ToHashSet(StringComparer.Ordinal);
        var stationed = roles.Where(role => !shared.Contains(role) && Instruments.Any(instrument => instrument.Role == role)).ToArray();
        var stations = Instruments.Select(instrument => instrument.Station).OfType<string>().Distinct(StringComparer.Ordinal)
            .Where(station => stationed.All(role => Instruments.Any(instrument => instrument.Role == role && instrument.Station == station)));
        return new CampaignPlaces(stationed.Length == 0 ? [null] : [.. stations], roles, this);
    }

    /// <summary>The instrument that plays a role at a station; the role itself where none is placed, which is then the instrument's name.</summary>
    internal string InstrumentOf(string role, string? station)
    {
        string? shared = null;
        foreach (var instrument in Instruments)
        {
            if (instrument.Role != role) continue;
            if (instrument.Station is null) shared = instrument.Name;
            else if (instrument.Station == station) return instrument.Name;
        }

        return shared ?? role;
    }
}

/// <param name="Name">On the bus.</param>
/// <param name="Role">As campaign files call it.</param>
/// <param name="Station">Null for one that all stations share.</param>
public sealed record PlacedInstrument(string Name, string Role, string? Station);

/// <summary>Where the trials of one campaign can be made, and with what.</summary>
/// <param name="Stations">In the order of the lab's file; null is the whole lab. Empty where no station has all that the campaign needs.</param>
public sealed record CampaignPlaces(ImmutableArray<string?> Stations, ImmutableArray<string> Roles, LabStations Lab)
{
    /// <summary>All that trials may use, each once.</summary>
    public ImmutableArray<string> Instruments =>
        [.. (Stations.IsEmpty ? [null] : Stations).SelectMany(station => Roles.Select(role => Lab.InstrumentOf(role, station))).Distinct(StringComparer.Ordinal)];

    /// <summary>How many trials of a campaign can be under way at once.</summary>
    public int AtOnce(CampaignPlan plan) => Math.Min(plan.Parallel ?? Stations.Length, Stations.Length);

    /// <summary>The lab as a trial at this station sees it: births by role.</summary>
    internal IReadOnlyCollection<Birth> Seen(string? station, IReadOnlyCollection<Birth> births)
    {
        var byName = births.ToDictionary(birth => birth.Instrument, StringComparer.Ordinal);
        var placed = Lab.Instruments.Where(instrument => instrument.Station is null || instrument.Station == station).Select(instrument => instrument.Role)
            .Concat(births.Select(birth => birth.Instrument).Where(name => Lab.Instruments.All(instrument => instrument.Name != name)))
            .Distinct(StringComparer.Ordinal);
        return [.. placed.Where(role => byName.ContainsKey(Lab.InstrumentOf(role, station))).Select(role => byName[Lab.InstrumentOf(role, station)] with { Instrument = role })];
    }
}
