using System.Collections.Immutable;

namespace LabAutomation.Agents.Reasoning;

/// <summary>What an agent is for: its instructions, and the tools that it has unless the policy says otherwise.</summary>
/// <param name="Cites">Whether its sentences with numbers are held against the record.</param>
/// <param name="Own">Its budget in one conversation unless the policy says otherwise; null for that of all.</param>
public sealed record ReasoningRole(string Name, ImmutableArray<string> Tools, Tier Tier, bool Cites = false, Outlay? Own = null)
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

    /// <summary>Another program that calls tools by itself, such as an MCP client; it has no instructions of ours.</summary>
    public static ReasoningRole Client { get; } = new(
        "client",
        ["list_instruments", "list_campaigns", "read_trials", "read_messages", "read_campaign_file", "read_report", "validate_campaign", "forecast_campaign", "read_draft", "check_campaign", "simulate_campaign", "propose_campaign", "run_campaign"],
        Tier.RunWithApproval, Own: new Outlay(Calls: 2000, Simulated: 5000, Trials: 200, Volume: 1000, Time: TimeSpan.FromHours(24)));

    /// <summary>The agents.</summary>
    public static ImmutableArray<ReasoningRole> All { get; } = [Planner, Critic, Analyst, Scribe];

    /// <summary>All whom a policy knows: the agents, and programs.</summary>
    public static ImmutableArray<ReasoningRole> Judged { get; } = [.. All, Client];

    /// <summary>Of each role in one conversation, unless the policy says otherwise: calls, simulated trials, trials, mL, money, time.</summary>
    public static Outlay Budget { get; } = new(Calls: 60, Simulated: 2000, Trials: 200, Volume: 1000, Money: 5, Time: TimeSpan.FromHours(1));

    /// <summary>Its budget in one conversation, unless the policy says otherwise.</summary>
    public Outlay Allowance => Own ?? Budget;

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
