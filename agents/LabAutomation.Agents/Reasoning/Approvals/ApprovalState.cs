using System.Globalization;
using System.Text;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <summary>One request and what became of it.</summary>
/// <param name="Given">By whom, where it was.</param>
/// <param name="Refused">By whom, where it was.</param>
/// <param name="Used">Where its one use is spent.</param>
public sealed record ApprovalState(ApprovalRequested Asked, DateTimeOffset At, ApprovalGiven? Given = null, ApprovalRefused? Refused = null, ApprovalUsed? Used = null)
{
    public int Request => Asked.Request;

    /// <summary>Whether nothing was changed between asking, approving and now.</summary>
    public bool IsWhole => Asked.Terms.HashAs(Request) == Asked.Hash && (Given is null || Given.Hash == Asked.Hash);

    /// <summary>In one word: pending, expired, given, refused, used.</summary>
    public string Word(DateTimeOffset now) => this switch
    {
        { Used: not null } => "used",
        { Refused: not null } => "refused",
        _ when now >= Asked.Terms.Expires => "expired",
        { Given: not null } => "given",
        _ => "pending",
    };

    /// <summary>Why this person cannot decide about it now; null where they can.</summary>
    public string? Hinders(string by, DateTimeOffset now, LabPolicy policy) => this switch
    {
        { Used: not null } => "it was used",
        { Refused: { } refused } => $"{refused.By} has refused it: {refused.Reason}",
        { Given: { } given } => $"{given.By} has approved it",
        _ when now >= Asked.Terms.Expires => $"it has expired at {Asked.Terms.Expires:yyyy-MM-dd HH:mm} UTC; ask again",
        _ when !IsWhole => "it is not what was asked for",
        _ when Asked.Terms.Outdated(policy) is { } outdated => $"{outdated}; ask again",
        _ => MayNot(by, policy.Approvals),
    };

    /// <summary>Whether it was approved and could still be used, if it were for the lab and its limits of now.</summary>
    public bool IsUsable(DateTimeOffset now) => Given is not null && Refused is null && Used is null && now < Asked.Terms.Expires && IsWhole;

    /// <summary>Whether it allows this call now. The rules are those of now, and the terms those of then; both must hold.</summary>
    public bool Allows(ToolCall call, LabPolicy policy, DateTimeOffset now) =>
        IsUsable(now) && Asked.Terms.AreFor(call, policy) && MayNot(Given!.By, policy.Approvals) is null;

    /// <summary>All requests of a record, by their number.</summary>
    public static IReadOnlyDictionary<int, ApprovalState> Of(IEnumerable<LedgerEntry> entries)
    {
        var states = new SortedDictionary<int, ApprovalState>();
        foreach (var entry in entries)
        {
            switch (entry.Event)
            {
                case ApprovalRequested asked: states.TryAdd(asked.Request, new ApprovalState(asked, entry.At)); break;
                case ApprovalGiven given when states.TryGetValue(given.Request, out var state): states[given.Request] = state with { Given = state.Given ?? given }; break;
                case ApprovalRefused refused when states.TryGetValue(refused.Request, out var state): states[refused.Request] = state with { Refused = refused }; break;
                case ApprovalUsed used when states.TryGetValue(used.Request, out var state): states[used.Request] = state with { Used = used }; break;
            }
        }

        return states;
    }

    private string? MayNot(string by, ApprovalRules rules)
    {
        if (string.IsNullOrWhiteSpace(by)) return "whoever decides has a name";
        if (by.EnumerateRunes().Any(letter => Rune.GetUnicodeCategory(letter) is UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned))
            return "a name has only letters that can be seen";
        foreach (var allowed in new[] { Asked.Terms.Approvers, rules.Approvers })
            if (allowed is { } names && !names.Contains(by)) return $"'{by}' is not among those who may approve: {string.Join(", ", names)}";
        return (Asked.Terms.OtherPerson || rules.OtherPerson) && Same(by, Asked.Terms.RequestedBy) ? $"'{by}' has asked for it; another person decides" : null;
    }

    private static bool Same(string one, string other) => string.Equals(one.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase);
}
