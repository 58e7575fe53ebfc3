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
/// <param name="Ready">Brings the lab up for a campaign and checks that it can begin, or throws <see cref="NotReadyException"/>; nothing is on record yet.</param>
/// <param name="Report">The report of a campaign that is on record, in words.</param>
/// <param name="Documents">Texts that the person gave, by name.</param>
public sealed record LabView(
    Func<Ledger?> OpenLedger,
    Func<IReadOnlyCollection<Birth>> Instruments,
    Func<CampaignPlan, IReadOnlyList<Problem>> Check,
    Func<CampaignPlan, CancellationToken, CampaignForecast> Simulate,
    Func<CampaignPlan, CancellationToken, Task<ReadyCampaign>> Ready,
    Func<string, string> Report,
    IReadOnlyDictionary<string, string> Documents)
{
    /// <summary>Where the instruments stand, and what is used up in the lab.</summary>
    public Func<LabStations> Stations { get; init; } = () => LabStations.OnePlace;
}

/// <summary>A campaign that can begin: the lab is up, and the plan fits it. Nothing is on record yet.</summary>
/// <param name="facts">What it would do at most in this lab as it is now.</param>
/// <param name="lab">By which configuration the lab came up.</param>
/// <param name="begin">Puts it on record and sees to it that it runs.</param>
/// <param name="letGo">Of the lab, where it does not begin.</param>
public sealed class ReadyCampaign(PlanFacts facts, LabFingerprint lab, Func<CampaignAuthorised, BegunCampaign> begin, Func<ValueTask> letGo) : IAsyncDisposable
{
    private bool _hasBegun;

    public PlanFacts Facts { get; } = facts;

    public LabFingerprint Lab { get; } = lab;

    /// <summary>Once.</summary>
    public BegunCampaign Begin(CampaignAuthorised authorised)
    {
        var begun = begin(authorised);
        _hasBegun = true;
        return begun;
    }

    public ValueTask DisposeAsync() => _hasBegun ? ValueTask.CompletedTask : letGo();
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
