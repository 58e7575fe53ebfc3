using System.Collections.Immutable;

namespace LabAutomation.Agents.Reasoning;

/// <summary>All tools there are.</summary>
public static class LabTools
{
    public static ImmutableArray<LabTool> Of(ReasoningRecord record, LabView lab, Func<LabPolicy> policy) =>
    [
        new ListInstruments(lab),
        new ListCampaigns(record, lab),
        new ReadTrials(record, lab),
        new ReadMessages(record, lab),
        new ReadCampaignFile(record, lab),
        new ReadReport(record, lab),
        new ListDocuments(lab),
        new ReadDocument(lab),
        new ValidateCampaign(lab, policy),
        new ForecastCampaign(lab),
        new ReadDraft(record),
        new CheckCampaign(record, lab, policy),
        new ProposeCampaign(record, lab),
        new JudgeCampaign(record),
        new SimulateCampaign(record, lab),
        new RunDraft(record, lab),
    ];

    /// <summary>The names, for whoever configures a policy.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "list_instruments", "list_campaigns", "read_trials", "read_messages", "read_campaign_file", "read_report", "list_documents", "read_document", "validate_campaign", "forecast_campaign",
        "read_draft", "check_campaign", "propose_campaign", "judge_campaign", "simulate_campaign", "run_campaign",
    ];
}
