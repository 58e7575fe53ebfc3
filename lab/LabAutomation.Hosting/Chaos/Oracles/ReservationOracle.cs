using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Chaos;

/// <summary>
/// Nothing is given to two at once, by the order of the record: an instrument belongs to one action from its intent to its end, and a position to one sample from the intent to bring it there until it has
/// left. Where the scheduler believes that samples stand is not asked.
/// </summary>
internal static class ReservationOracle
{
    public static IEnumerable<Violation> Judge(Evidence evidence)
    {
        var outlets = evidence.Stations.Locations.Where(location => location.IsOutlet).SelectMany(location => location.Positions).ToHashSet();
        var (open, samples) = (new Dictionary<string, ActionIntended>(StringComparer.Ordinal), new SortedDictionary<(string Campaign, int Trial), SampleTrack>());
        foreach (var entry in evidence.Entries)
        {
            switch (entry.Event)
            {
                case ActionIntended intent:
                    if (open.TryGetValue(intent.Instrument, out var other) && other.Action != intent.Action)
                        yield return Broken($"{intent.Instrument} is given action {intent.Action} ('{intent.Command}' of {entry.Campaign}/{intent.Trial}) in entry {entry.Seq} while it has action {other.Action} ('{other.Command}', trial {other.Trial})");
                    open[intent.Instrument] = intent;
                    if (intent.At is not { } at || outlets.Contains(at)) break;
                    var owner = (entry.Campaign, intent.Trial);
                    if (samples.FirstOrDefault(one => one.Key != owner && one.Value.Has(at)) is { Value: not null } there)
                        yield return Broken($"position {at} is given to {entry.Campaign}/{intent.Trial} in entry {entry.Seq} while it is that of {there.Key.Campaign}/{there.Key.Trial}");
                    samples[owner] = samples.GetValueOrDefault(owner, SampleTrack.Nowhere).With(intent);
                    break;
                case ActionEnded ended:
                    if (open.FirstOrDefault(one => one.Value.Action == ended.Action) is { Key: { } free }) open.Remove(free);
                    if (samples.TryGetValue((entry.Campaign, ended.Trial), out var track)) samples[(entry.Campaign, ended.Trial)] = track.With(ended, evidence.Intent(ended.Action), outlets);
                    break;
                case OutcomeGivenUp given:
                    if (open.FirstOrDefault(one => one.Value.Action == given.Action) is { Key: { } left }) open.Remove(left);
                    break;
                case SampleTaken taken:
                    samples.Remove((entry.Campaign, taken.Trial));
                    break;
                case TrialMeasured or TrialFailed or TrialAbandoned:
                    samples.Remove((entry.Campaign, TrialOf(entry.Event)));
                    break;
            }
        }
    }

    private static int TrialOf(LabEvent closed) => closed switch
    {
        TrialMeasured measured => measured.Trial,
        TrialFailed failed => failed.Trial,
        _ => ((TrialAbandoned)closed).Trial,
    };

    private static Violation Broken(string message) => new("exclusive", message);
}
