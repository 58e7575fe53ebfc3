using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// What the campaigns of each principal have used of the lab's instruments together, in ticks, since the scheduler began to look. Whoever comes while others are there begins level with the one that has used least,
/// so that nobody gets back what others used before; what a principal has used is forgotten when no campaign of theirs runs any more. Not thread-safe.
/// </summary>
internal sealed class OwnerShares
{
    private readonly SortedDictionary<string, Campaign> _campaigns = new(StringComparer.Ordinal);

    /// <summary>A campaign that is nobody's may be called as somebody is.</summary>
    private readonly Dictionary<(string Name, bool IsCampaign), long> _shares = [];

    /// <summary>By campaign; only differences among those of one principal mean something.</summary>
    public IEnumerable<KeyValuePair<string, long>> Used => _campaigns.Select(one => KeyValuePair.Create(one.Key, one.Value.Used));

    /// <summary>By principal, whether or not a campaign of theirs has anything to do now; only differences mean something.</summary>
    public ImmutableDictionary<(string Name, bool IsCampaign), long> Shares => _shares.ToImmutableDictionary();

    /// <summary>A campaign that is nobody's has a share of its own.</summary>
    public static (string Name, bool IsCampaign) PrincipalOf(string campaign, string? owner) => owner is null ? (campaign, true) : (owner, false);

    /// <param name="owner">Whose it is; null where it is nobody's.</param>
    /// <param name="used">What it has used since it began.</param>
    /// <param name="isOver">Whether it has ended.</param>
    public void Take(string campaign, string? owner, long used, bool isOver)
    {
        var principal = PrincipalOf(campaign, owner);
        if (isOver)
        {
            _campaigns.Remove(campaign);
            if (_campaigns.Values.All(other => other.Principal != principal)) _shares.Remove(principal);
        }
        else if (_campaigns.TryGetValue(campaign, out var known))
        {
            _campaigns[campaign] = known with { Said = used, Used = known.Used + (used - known.Said) };
            _shares[principal] += used - known.Said;
        }
        else
        {
            if (!_shares.ContainsKey(principal)) _shares[principal] = _shares.Count == 0 ? 0 : _shares.Values.Min();
            _campaigns[campaign] = new Campaign(principal, used, _campaigns.Values.Where(other => other.Principal == principal).Select(other => (long?)other.Used).Min() ?? 0);
        }
    }

    /// <param name="Said">What it said last that it had used.</param>
    /// <param name="Used">Since it came.</param>
    private sealed record Campaign((string Name, bool IsCampaign) Principal, long Said, long Used);
}
