using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Queue;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Reasoning;

/// <summary>
/// The one place where it is decided what may be called. Pure: the same call and the same outlay give the same verdict, and what is not
/// said to be allowed is denied. docs/reference/policy.md describes it.
/// </summary>
/// <param name="Roles">By name; there are no others.</param>
public sealed record LabPolicy(ImmutableSortedDictionary<string, RolePolicy> Roles, Envelope Envelope, ApprovalRules Approvals)
{
    /// <summary>Why it cannot be known what people allow; null where it can. Nothing is allowed then.</summary>
    public string? Problem { get; init; }

    /// <summary>The lab for which it is: what a person approves there holds for no other, and not after a change.</summary>
    public LabFingerprint Lab { get; init; } = LabFingerprint.None;

    /// <summary>Of all that it allows and of the lab for which it does, lower-case hexadecimal; not of <see cref="Problem"/>.</summary>
    public string Sha256 => PolicyWords.Hash(this);

    /// <summary>Whether a call may be made.</summary>
    /// <param name="spent">By this role in this conversation so far.</param>
    public Verdict Judge(ToolCall call, Outlay spent)
    {
        if (Problem is not null) return Deny($"the policy cannot be read: {Problem}");
        if (!Roles.TryGetValue(call.Caller.Role, out var role)) return Deny($"there is no role '{call.Caller.Role}'");
        if (call.Reach is not { } reach) return Deny($"there is no tool '{call.Tool}'; the {call.Caller.Role} has {string.Join(", ", role.Tools)}");
        if (!role.Tools.Contains(call.Tool)) return Deny($"the {call.Caller.Role} may not call '{call.Tool}'; it has {string.Join(", ", role.Tools)}");
        if (Required(reach) is var tier && tier > role.Tier) return Deny($"'{call.Tool}' needs the tier {tier.Word()}; the {call.Caller.Role} has {role.Tier.Word()}");
        if (call.Problem is { } problem) return Deny(problem);
        if ((spent + call.Demand).Exceeds(role.Budget) is { } excess) return Deny($"beyond the budget of the {call.Caller.Role} in one conversation: {excess}");
        return reach is Reach.Run ? Run(call, role) : new Verdict.Allowed($"{tier.Word()} is within the tier of the {call.Caller.Role}");
    }

    /// <summary>What no campaign of a person may leave: as far as people have written it down. The numbers that hold for agents where nobody wrote any do not bind a person.</summary>
    public Envelope OfPeople { get => field ?? Envelope; init; }

    /// <summary>Whether a person may begin a campaign, or have more of it: within the envelope, and without being asked further.</summary>
    public Verdict JudgePerson(string by, PlanFacts plan)
    {
        if (Problem is not null) return Deny($"the policy cannot be read: {Problem}");
        if (string.IsNullOrWhiteSpace(by)) return Deny("whoever begins a campaign says a name");
        return OfPeople.LeftBy(plan) is { } how ? Deny($"outside the envelope: {how}") : new Verdict.Allowed("inside the envelope");
    }

    /// <summary>Who of the persons may change the queue.</summary>
    public QueueRules Queue { get; init; } = QueueRules.Anybody;

    /// <summary>
    /// Whether somebody may change what waits. A person may, as far as people have not named who may; an agent may not, whatever its tier: what it wants to run passes <see cref="Judge"/>, and
    /// what others want to run is not its own.
    /// </summary>
    public Verdict JudgeQueue(QueueOrder order)
    {
        if (string.IsNullOrWhiteSpace(order.By)) return Deny("whoever changes the queue says a name");
        if (!QueueOrder.All.Contains(order.What)) return Deny($"there is no '{order.What}'; there are {string.Join(", ", QueueOrder.All)}");
        if (Roles.ContainsKey(order.Role)) return Deny($"the {order.Role} may not change the queue; it asks for campaigns of its own with 'run_campaign'");
        if (order.Role != QueueRules.Operator) return Deny($"there is no role '{order.Role}'");
        if (order.What == QueueOrder.Halt) return new Verdict.Allowed("anybody may halt the lab");
        if (Problem is not null) return Deny($"the policy cannot be read: {Problem}");
        if (order.What == QueueOrder.Edit && order.Trials > OfPeople.Trials) return Deny($"outside the envelope: {order.Trials} trials are more than {OfPeople.Trials}");
        return Queue.Operators is { } names && !names.Contains(order.By)
            ? Deny($"{order.By} is not among those who may change the queue ({string.Join(", ", names)})")
            : new Verdict.Allowed(Queue.Operators is null ? "anybody may change the queue" : $"{order.By} may change the queue");
    }

    /// <summary>Whether a role may ask its model once more.</summary>
    public Verdict JudgeRound(string role, Outlay spent) => Problem is not null ? Deny($"the policy cannot be read: {Problem}") : Roles.TryGetValue(role, out var policy)
        ? spent.Exceeds(policy.Budget) is { } excess ? Deny($"the budget of the {role} in one conversation is spent: {excess}") : new Verdict.Allowed("within the budget")
        : Deny($"there is no role '{role}'");

    /// <summary>Whether a role goes as far as a tool of this reach at all.</summary>
    public bool Reaches(string role, Reach reach) => Roles.TryGetValue(role, out var rules) && Required(reach) <= rules.Tier;

    /// <summary>The same policy with a role that goes no further than this.</summary>
    public LabPolicy Capped(string role, Tier most) => Roles.TryGetValue(role, out var rules) && rules.Tier > most ? this with { Roles = Roles.SetItem(role, rules with { Tier = most }) } : this;

    /// <summary>The least tier with which a tool of this reach can be called at all.</summary>
    private static Tier Required(Reach reach) => reach switch
    {
        Reach.Read => Tier.Read,
        Reach.Simulate => Tier.Simulate,
        Reach.Plan => Tier.Plan,
        _ => Tier.RunWithApproval,
    };

    private Verdict Run(ToolCall call, RolePolicy role)
    {
        if (call.Plan is not { } plan) return Deny("it moves something and says not by which plan");
        if (Envelope.LeftBy(plan) is { } how) return Deny($"outside the envelope: {how}");
        if (role.Budget.Drawn.Keys.FirstOrDefault(plan.Uncounted.ContainsKey) is { } uncounted) return Deny($"there is a budget for {uncounted}, and what the campaign may use of it cannot be counted: {plan.Uncounted[uncounted]}");
        string[] doubts =
        [
            .. call.Label is Label.Untrusted ? ["it may be derived from untrusted text"] : Array.Empty<string>(),
            .. plan.Unmeasured.Select(one => string.Create(CultureInfo.InvariantCulture, $"what {one.Key} may move cannot be counted against the budget of {role.Budget.Volume} mL: {one.Value}")),
        ];
        if (doubts.Length > 0) return new Verdict.NeedsApproval(string.Join("; ", doubts));
        return role.Tier is Tier.RunInsideEnvelope
            ? new Verdict.Allowed("inside the envelope")
            : new Verdict.NeedsApproval($"the {call.Caller.Role} runs with approval");
    }

    private static Verdict.Denied Deny(string reason) => new(reason);
}
