using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <summary>
/// The approvals of a lab, on a ledger of their own. Each step holds the book for itself, so that a person can approve in one program while another
/// waits, and nothing is used twice.
/// </summary>
/// <param name="path">Of the ledger; made when something is first asked for.</param>
/// <param name="clock">The wall clock: people approve in their own time.</param>
/// <param name="isDurable">Whether what is decided must outlive the computer's power; not where a lab ends with its program.</param>
public sealed class ApprovalBook(string path, TimeProvider clock, bool isDurable = true)
{
    /// <summary>Requests of one role for one person that wait at the same time; among more nobody would find those that matter.</summary>
    public const int MostWaiting = 20;

    private const string Column = "approvals";

    /// <summary>All requests, oldest first.</summary>
    /// <exception cref="LedgerException">The book cannot be read, or was changed.</exception>
    public IReadOnlyList<ApprovalState> Read() => [.. Known().Values];

    /// <summary>Finds the approval of this call if there is one. Otherwise asks for one, or finds the request for it that waits already.</summary>
    /// <param name="what">In words, for the person. An approval of other words is of something else.</param>
    /// <returns>The request; it was approved where it is given. Null where <see cref="MostWaiting"/> others of the same role for the same person wait already.</returns>
    public Task<ApprovalState?> FindOrAskAsync(ToolCall call, LabPolicy policy, string what, string why, CancellationToken cancellation) => HoldAsync<ApprovalState?>(known =>
    {
        var now = clock.GetUtcNow();
        var states = known.Values.ToArray();
        if (states.FirstOrDefault(state => state.Asked.What == what && state.Allows(call, policy, now)) is { } allowing) return (allowing, null);
        if (states.FirstOrDefault(state => state.Asked.What == what && state.Word(now) == "pending" && state.IsWhole && state.Asked.Terms.AreFor(call, policy)) is { } waiting) return (waiting, null);
        if (states.Count(state => state.Word(now) == "pending" && state.Asked.Terms.Outdated(policy) is null && state.Asked.Terms.Role == call.Caller.Role && state.Asked.Terms.RequestedBy == call.Caller.Person) >= MostWaiting) return (null, null);
        if (states.LastOrDefault(state => state.IsUsable(now) && state.Asked.Terms.AreOf(call)) is { } before)
            why = $"{why}; {before.Given!.By} has approved request {before.Request}, but {before.Asked.Terms.Outdated(policy) ?? "what it would take, or who may approve, is otherwise by now"}";
        var rules = policy.Approvals;
        var terms = new ApprovalTerms(
            call.Caller.Role, call.Caller.Person, call.Tool, call.Arguments, call.Plan?.Sha256 ?? "", policy.Envelope.Sha256, call.Label, now + rules.Validity, rules.Approvers, rules.OtherPerson, policy.Lab.Parts);
        var number = states.Length + 1;
        var asked = new ApprovalRequested(number, terms.HashAs(number), terms, what, why, call.Caller.Conversation);
        return (new ApprovalState(asked, now), asked);
    }, cancellation);

    /// <summary>Uses an approval: it is on record, and spent, when this returns.</summary>
    /// <param name="what">As it was asked for.</param>
    /// <returns>Null where it does not allow this call any more.</returns>
    public Task<ApprovalState?> UseAsync(int request, ToolCall call, LabPolicy policy, string what, CancellationToken cancellation) => HoldAsync<ApprovalState?>(states =>
    {
        if (!states.TryGetValue(request, out var state) || state.Asked.What != what || !state.Allows(call, policy, clock.GetUtcNow())) return (null, null);
        var used = new ApprovalUsed(request, state.Asked.Hash, call.Caller.Conversation);
        return (state with { Used = used }, used);
    }, cancellation);

    /// <summary>A person decides.</summary>
    /// <param name="refuse">The reason for which they refuse; null to approve.</param>
    /// <param name="policy">As it is configured now.</param>
    /// <returns>The request, and why nothing was decided; null where it was.</returns>
    public Task<(ApprovalState? State, string? Hindrance)> DecideAsync(int request, string by, string? refuse, LabPolicy policy, CancellationToken cancellation)
    {
        if (!Ledger.Exists(path)) return Task.FromResult<(ApprovalState?, string?)>((null, Unknown(request, [])));
        return HoldAsync<(ApprovalState?, string?)>(states =>
        {
            if (!states.TryGetValue(request, out var state)) return ((null, Unknown(request, states.Keys)), null);
            if (state.Hinders(by, clock.GetUtcNow(), policy) is { } hindrance) return ((state, hindrance), null);
            LabEvent decided = refuse is null ? new ApprovalGiven(request, state.Asked.Hash, by) : new ApprovalRefused(request, state.Asked.Hash, by, refuse);
            return ((state with { Given = decided as ApprovalGiven, Refused = decided as ApprovalRefused }, null), decided);
        }, cancellation);
    }

    private static string Unknown(int request, IEnumerable<int> known) =>
        $"there is no request {request}; {(known.Any() ? $"there are {string.Join(", ", known)}" : "nothing was asked for")}";

    /// <summary>Decides by what the book says, while nobody else can write into it; where nothing is to be written the disk is not waited for.</summary>
    private async Task<T> HoldAsync<T>(Func<IReadOnlyDictionary<int, ApprovalState>, (T Result, LabEvent? Written)> decide, CancellationToken cancellation)
    {
        using var turn = await new FileTurn(path + ".lock", $"the approvals '{path}'", clock).TakeAsync(cancellation);
        var (result, written) = decide(Known());
        if (written is null) return result;
        using var ledger = Ledger.Open(path, clock, isDurable);
        ledger.Append(Column, [written]);
        return result;
    }

    private IReadOnlyDictionary<int, ApprovalState> Known()
    {
        if (!Ledger.Exists(path)) return ApprovalState.Of([]);
        using var ledger = Ledger.OpenForReading(path);
        return ApprovalState.Of(ledger.Read(Column));
    }
}
