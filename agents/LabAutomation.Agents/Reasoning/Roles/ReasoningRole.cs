using System.Collections.Immutable;

namespace LabAutomation.Agents.Reasoning;

/// <summary>What an agent is for: its instructions, and the tools that it has unless the policy says otherwise.</summary>
/// <param name="Cites">Whether its sentences with numbers are held against the record.</param>
public sealed record ReasoningRole(string Name, ImmutableArray<string> Tools, Tier Tier, bool Cites = false)
{
    public static ReasoningRole Planner { get; } = new(
        "planner",
        ["list_instruments", "list_campaigns", "read_trials", "read_messages", "read_campaign_file", "list_documents", "read_document", "read_draft", "check_campaign", "propose_campaign", "simulate_campaign", "run_campaign"],
        Tier.RunWithApproval);

    public static ReasoningRole Critic { get; } = new(
        "critic", ["list_instruments", "list_campaigns", "read_trials", "read_messages", "read_draft", "check_campaign", "judge_campaign", "simulate_campaign"], Tier.Plan);

    public static ReasoningRole Analyst { get; } = new(
        "analyst", ["list_instruments", "list_campaigns", "read_trials", "read_messages", "read_campaign_file", "list_documents", "read_document"], Tier.Read, Cites: true);

    public static ReasoningRole Scribe { get; } = new("scribe", ["list_campaigns", "read_trials", "read_messages", "read_campaign_file"], Tier.Read, Cites: true);

    public static ImmutableArray<ReasoningRole> All { get; } = [Planner, Critic, Analyst, Scribe];

    /// <summary>Of each role in one conversation, unless the policy says otherwise: calls, simulated trials, trials, mL, money, time.</summary>
    public static Outlay Budget { get; } = new(Calls: 60, Simulated: 2000, Trials: 200, Volume: 1000, Money: 5, Time: TimeSpan.FromHours(1));

    /// <summary>What the model is told first.</summary>
    public string Instructions
    {
        get
        {
            using var stream = typeof(ReasoningRole).Assembly.GetManifestResourceStream($"{typeof(ReasoningRole).Namespace}.Roles.{Name}.md")!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }
}
