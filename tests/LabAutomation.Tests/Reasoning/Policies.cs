using System.Collections.Immutable;
using LabAutomation.Agents.Reasoning;

namespace LabAutomation.Tests.Reasoning;

/// <summary>A policy written by hand, and calls under it.</summary>
internal static class Policies
{
    public static readonly Outlay Budget = new(Calls: 10, Simulated: 100, Trials: 50, Volume: 200, Money: 1, Time: TimeSpan.FromMinutes(5));

    public static readonly PlanFacts Plan = new(new string('a', 64), ["pump-a", "eye"], Trials: 20, TimeSpan.FromHours(2), Volumes(("pump-a", 40)));

    public static readonly LabPolicy Policy = new(
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
        [
            Role("reader", Tier.Read, "look"),
            Role("planner", Tier.RunWithApproval, "look", "try", "write", "run"),
            Role("runner", Tier.RunInsideEnvelope, "look", "run"),
            Role("nobody", Tier.Never, "look", "run"),
        ]),
        new Envelope(["pump-a", "eye"], 30, TimeSpan.FromHours(12), Volumes(("pump-a", 50))),
        new ApprovalRules(TimeSpan.FromHours(24), OtherPerson: true, Approvers: null));

    public static ToolCall Call(string role, string tool, Reach? reach, Label label = Label.Trusted, Outlay? demand = null, PlanFacts? plan = null, string? problem = null) => new(
        new Caller("ada", role, "ask-1"), tool, ImmutableSortedDictionary<string, string>.Empty.Add("draft", "1"), reach, label, demand ?? new Outlay(Calls: 1), plan, problem);

    public static ToolCall Run(string role, PlanFacts? plan = null, Label label = Label.Trusted) =>
        Call(role, "run", Reach.Run, label, new Outlay(Calls: 1, Trials: (plan ?? Plan).Trials, Volume: (plan ?? Plan).Volume), plan ?? Plan);

    public static ImmutableSortedDictionary<string, double> Volumes(params (string Instrument, double Volume)[] volumes) =>
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, volumes.Select(one => KeyValuePair.Create(one.Instrument, one.Volume)));

    private static KeyValuePair<string, RolePolicy> Role(string name, Tier tier, params ImmutableArray<string> tools) => KeyValuePair.Create(name, new RolePolicy(tier, tools, Budget));
}
