using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>How much longer than their arguments say actions took, whichever campaigns on the ledger they were of: for a campaign that has not done the like itself.</summary>
public sealed record LearntDurations
{
    public static readonly LearntDurations None = new();

    /// <summary>Instruments change; what they took before counts no longer.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    /// <summary>More would tell the same, and take its time.</summary>
    private const int MostActions = 5_000;

    /// <summary>By role and command: how often, and ticks on top on average.</summary>
    private ImmutableDictionary<(string Role, string Command), (int Times, double OnTop)> Seen { get; init; } = ImmutableDictionary<(string, string), (int, double)>.Empty;

    /// <param name="now">Lab time.</param>
    /// <exception cref="LedgerException">The ledger cannot be read, or an entry was changed after it was written.</exception>
    public static LearntDurations Of(Ledger ledger, LabStations lab, DateTimeOffset now)
    {
        var since = now - Memory;
        return Of(ledger.Entries<ActionIntended>(since, MostActions).Select(entry => (ActionIntended)entry.Event), ledger.Entries<ActionEnded>(since, MostActions).Select(entry => (ActionEnded)entry.Event), lab);
    }

    internal static LearntDurations Of(IEnumerable<ActionIntended> intents, IEnumerable<ActionEnded> ends, LabStations lab)
    {
        var roles = lab.Instruments.ToDictionary(instrument => instrument.Name, instrument => instrument.Role, StringComparer.Ordinal);
        var intended = intents.DistinctBy(intent => intent.Action).ToDictionary(intent => intent.Action);
        var seen = new Dictionary<(string, string), (int Times, double OnTop)>();
        foreach (var ended in ends.Where(ended => ended.Result.Status == ActionStatus.Succeeded).DistinctBy(ended => ended.Action))
        {
            if (!intended.TryGetValue(ended.Action, out var intent)) continue;
            var key = (roles.GetValueOrDefault(intent.Instrument, intent.Instrument), intent.Command);
            var onTop = (ended.Result.EndedAt - ended.Result.StartedAt - ActionDurations.SaidBy(intent.Arguments)).Ticks;
            var (times, mean) = seen.GetValueOrDefault(key);
            seen[key] = (times + 1, mean + ((onTop - mean) / (times + 1)));
        }

        return new LearntDurations { Seen = seen.ToImmutableDictionary() };
    }

    /// <summary>Null where nothing of the kind is on record.</summary>
    internal TimeSpan? OnTop(string role, string command) => Seen.TryGetValue((role, command), out var seen) ? TimeSpan.FromTicks((long)seen.OnTop) : null;
}
