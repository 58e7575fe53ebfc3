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

    /// <summary>With so many entries no earlier campaign is looked at: it would tell the same, and take its time.</summary>
    private const int Enough = 10_000;

    private ImmutableDictionary<(string Role, string Command), TimeOnTop> Seen { get; init; } = ImmutableDictionary<(string, string), TimeOnTop>.Empty;

    /// <param name="now">Lab time.</param>
    /// <exception cref="LedgerException">The ledger cannot be read, or an entry was changed after it was written.</exception>
    public static LearntDurations Of(Ledger ledger, LabStations lab, DateTimeOffset now)
    {
        var recent = new List<LedgerEntry>();
        foreach (var campaign in ledger.Campaigns().Reverse())
        {
            if (recent.Count >= Enough) break;
            recent.AddRange(Uninterrupted(ledger.Read(campaign)).Where(entry => entry.At >= now - Memory));
        }

        return Of(recent.Select(entry => entry.Event).OfType<ActionIntended>(), recent.Select(entry => entry.Event).OfType<ActionEnded>(), lab);
    }

    /// <summary>Without the ends of what was under way when the program did not run.</summary>
    private static IEnumerable<LedgerEntry> Uninterrupted(IEnumerable<LedgerEntry> record)
    {
        var open = new HashSet<ActionId>();
        foreach (var entry in record)
        {
            if (entry.Event is CampaignResumed) open.Clear();
            if (entry.Event is ActionIntended intent) open.Add(intent.Action);
            if (entry.Event is not ActionEnded ended || open.Contains(ended.Action)) yield return entry;
        }
    }

    internal static LearntDurations Of(IEnumerable<ActionIntended> intents, IEnumerable<ActionEnded> ends, LabStations lab)
    {
        var roles = lab.Instruments.ToDictionary(instrument => instrument.Name, instrument => instrument.Role, StringComparer.Ordinal);
        var intended = intents.DistinctBy(intent => intent.Action).ToDictionary(intent => intent.Action);
        var seen = new Dictionary<(string, string), TimeOnTop>();
        foreach (var ended in ends.Where(ended => ended.Result.Status == ActionStatus.Succeeded).DistinctBy(ended => ended.Action).OrderBy(ended => ended.Result.EndedAt))
        {
            if (!intended.TryGetValue(ended.Action, out var intent)) continue;
            if (intent.Index == ActionPlace.Carry && lab.Transports.FirstOrDefault(transport => transport.Instrument == intent.Instrument)?.Tells(ended.Result.EndedAt - ended.Result.StartedAt) is false) continue;
            var key = (roles.GetValueOrDefault(intent.Instrument, intent.Instrument), intent.Command);
            seen[key] = seen.GetValueOrDefault(key).With((ActionDurations.Work(ended.Result.EndedAt - ended.Result.StartedAt, TimeSpan.FromSeconds(intent.SetUp ?? 0)) - ActionDurations.SaidBy(intent.Arguments)).Ticks);
        }

        return new LearntDurations { Seen = seen.ToImmutableDictionary() };
    }

    /// <summary>Null where nothing of the kind is on record.</summary>
    internal TimeOnTop? OnTop(string role, string command) => Seen.TryGetValue((role, command), out var seen) ? seen : null;
}
