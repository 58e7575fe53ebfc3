using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;

namespace LabAutomation.Hosting;

/// <summary>Finds campaigns in a ledger.</summary>
public static class CampaignRecord
{
    /// <summary>All campaigns, in the order in which they began.</summary>
    public static IReadOnlyList<CampaignState> All(Ledger ledger) =>
        [.. ledger.Campaigns().Select(id => CampaignState.Replay(ledger.Read(id)))];

    /// <param name="id">An id as <c>lab list</c> shows it; null for the last campaign.</param>
    /// <param name="unfinished">Whether null means the last one that has not ended.</param>
    /// <exception cref="LabException">There is none.</exception>
    public static CampaignState Find(Ledger ledger, string? id, bool unfinished = false)
    {
        var ids = ledger.Campaigns();
        if (id is not null)
        {
            return ids.Contains(id)
                ? CampaignState.Replay(ledger.Read(id))
                : throw new LabException(LabFault.NotFound, $"no campaign '{id}' is on record; there {(ids.Count == 0 ? "is none" : $"are {string.Join(", ", ids)}")}");
        }

        return ids.Reverse().Select(one => CampaignState.Replay(ledger.Read(one))).FirstOrDefault(state => !unfinished || state.Phase != CampaignPhase.Ended)
            ?? throw new LabException(LabFault.NotFound, unfinished ? "there is no unfinished campaign to resume" : "no campaign is on record; 'lab run FILE' begins one");
    }

    /// <summary>The next free id for a campaign of this name: <c>colour-match-3</c>.</summary>
    internal static string NextId(Ledger ledger, string name)
    {
        var taken = ledger.Campaigns().ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, int.MaxValue).Select(number => $"{name}-{number}").First(id => !taken.Contains(id));
    }
}
