using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Chaos;

/// <summary>Where samples stood and when, by the record: at both ends while they were carried.</summary>
internal sealed class SampleStays
{
    private readonly List<Stay> _stays = [];

    public SampleStays(Evidence evidence)
    {
        var (tracks, since) = (new Dictionary<(string, int), SampleTrack>(), new Dictionary<(string Campaign, int Trial, string Location), DateTimeOffset>());
        var (at, outlets) = (evidence.Stations.Locations.SelectMany(location => location.Positions.Select(position => (position, location.Name))).ToDictionary(), evidence.Stations.Locations.Where(location => location.IsOutlet).SelectMany(location => location.Positions).ToHashSet());
        foreach (var entry in evidence.Entries)
        {
            if (TrialOf(entry.Event) is not { } trial) continue;
            var before = tracks.GetValueOrDefault((entry.Campaign, trial), SampleTrack.Nowhere);
            var track = tracks[(entry.Campaign, trial)] = entry.Event switch
            {
                ActionIntended { At: not null } intent => before.With(intent),
                ActionIntended => before,
                ActionEnded ended => before.With(ended, evidence.Intent(ended.Action), outlets),
                _ => SampleTrack.Nowhere,
            };
            foreach (var location in Places(before).Except(Places(track)))
                if (since.Remove((entry.Campaign, trial, location), out var from)) _stays.Add(new Stay(entry.Campaign, trial, location, from, entry.At));
            foreach (var location in Places(track)) since.TryAdd((entry.Campaign, trial, location), entry.At);
        }

        foreach (var ((campaign, trial, location), from) in since) _stays.Add(new Stay(campaign, trial, location, from, DateTimeOffset.MaxValue));

        IEnumerable<string> Places(SampleTrack track) => new[] { track.At, track.Goal }.OfType<int>().Where(position => !outlets.Contains(position) && at.ContainsKey(position)).Select(position => at[position]).Distinct(StringComparer.Ordinal);
    }

    /// <summary>The samples that were there at any time of a stretch.</summary>
    public IEnumerable<Stay> At(IReadOnlySet<string> locations, DateTimeOffset from, DateTimeOffset until) => _stays.Where(stay => locations.Contains(stay.Location) && stay.From <= until && stay.Until >= from);

    private static int? TrialOf(LabEvent happened) => happened switch
    {
        ActionIntended intent => intent.Trial,
        ActionEnded ended => ended.Trial,
        SampleTaken taken => taken.Trial,
        TrialMeasured measured => measured.Trial,
        TrialFailed failed => failed.Trial,
        TrialAbandoned abandoned => abandoned.Trial,
        _ => null,
    };
}

/// <param name="Until">When it had left by the record; the end of time where it never did.</param>
internal sealed record Stay(string Campaign, int Trial, string Location, DateTimeOffset From, DateTimeOffset Until);
