using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Reasoning;

/// <summary>What agents can learn of a lab and ask of it, through tools.</summary>
/// <param name="OpenLedger">The lab's record, for reading; null where there is none yet. Whoever opens it closes it.</param>
/// <param name="Instruments">What they offer.</param>
/// <param name="Check">What stands in the way of running a plan here; the same that <c>lab run</c> asks.</param>
/// <param name="Simulate">The plan in the virtual lab. Ends soon after its cancellation.</param>
/// <param name="Begin">Puts a campaign on record and sees to it that it runs.</param>
/// <param name="Report">The report of a campaign that is on record, in words.</param>
/// <param name="Documents">Texts that the person gave, by name.</param>
public sealed record LabView(
    Func<Ledger?> OpenLedger,
    Func<IReadOnlyCollection<Birth>> Instruments,
    Func<CampaignPlan, IReadOnlyList<Problem>> Check,
    Func<CampaignPlan, CancellationToken, CampaignForecast> Simulate,
    Func<CampaignPlan, CampaignAuthorised, CancellationToken, Task<BegunCampaign>> Begin,
    Func<string, string> Report,
    IReadOnlyDictionary<string, string> Documents)
{
    /// <summary>Where the instruments stand, and what is used up in the lab.</summary>
    public Func<LabStations> Stations { get; init; } = () => LabStations.OnePlace;
}

/// <param name="When">It runs, in words, such as <c>begins when this conversation is over</c>.</param>
public sealed record BegunCampaign(string Id, string When);

/// <summary>What became of a campaign in the virtual lab.</summary>
/// <param name="Goal">In words.</param>
/// <param name="End">How it ended, in words.</param>
/// <param name="Best">Its best trial in words; null where it has none.</param>
/// <param name="Dispensed">mL that each instrument gave, those that gave some.</param>
public sealed record CampaignForecast(string Goal, string End, bool Reached, int Trials, int Failed, TimeSpan LabTime, string? Best, IReadOnlyDictionary<string, double> Dispensed)
{
    public override string ToString() => FormattableString.Invariant($"""
        goal: {Goal}
        {End}; {Trials} trials, {Failed} failed, {LabTime.TotalHours:0.##} h of lab time
        {(Best is null ? "no best trial" : $"best: {Best}")}
        dispensed: {(Dispensed.Count == 0 ? "nothing" : string.Join(", ", Dispensed.Select(one => FormattableString.Invariant($"{one.Key} {one.Value:0.##} mL"))))}
        """);
}
