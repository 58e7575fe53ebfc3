using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Reasoning;

/// <summary>Reads from a campaign what it would do at most in a lab.</summary>
internal static class PlanReading
{
    /// <inheritdoc cref="Facts(CampaignPlan, LabStations, IReadOnlyCollection{Birth})"/>
    public static PlanFacts Facts(CampaignPlan plan, LabView view) => Facts(plan, view.Stations(), view.Instruments());

    /// <summary>Volumes and draws are bounded over the whole search space, as the validator bounds arguments, times the trials.</summary>
    /// <param name="births">Of the instruments there are.</param>
    public static PlanFacts Facts(CampaignPlan plan, LabStations lab, IReadOnlyCollection<Birth> births)
    {
        var trials = plan.Goal.Until.Trials;
        var uses = plan.Steps.SelectMany(step => step.Actions).Select(action => (action.Instrument, Use: VolumeUse.Of(plan, action, lab, births))).GroupBy(pair => pair.Instrument, pair => pair.Use, StringComparer.Ordinal).ToArray();
        var table = DrawTable.Of(lab.Consumables, births, out var problems);
        var played = plan.Instruments.SelectMany(lab.Players).ToHashSet(StringComparer.Ordinal);
        var unknown = problems.Where(problem => played.Contains(problem.Instrument)).Select(problem => (Name: problem.Consumable, Why: $"the driver of '{problem.Instrument}' does not have what the lab's Consumables say that it draws"));
        return new PlanFacts(
            plan.Sha256, [.. plan.Instruments.Concat(lab.For(plan).IsCarried ? lab.Transports.Select(transport => transport.Instrument) : []).Distinct(StringComparer.Ordinal)], trials, plan.Goal.Until.Duration,
            uses.Select(one => KeyValuePair.Create(one.Key, trials * one.Sum(use => use.Most))).Where(pair => pair.Value > 0).ToImmutableSortedDictionary(StringComparer.Ordinal))
        {
            Draws = PlanDraws.OfTrial(plan, lab, table).ToImmutableSortedDictionary(one => one.Key, one => lab.Consumables.First(consumable => consumable.Name == one.Key).Of(one.Value * trials), StringComparer.Ordinal),
            Uncounted = uses.Select(one => (Name: one.Key, Why: one.Select(use => use.Uncounted).OfType<string>().FirstOrDefault()!)).Where(one => one.Why is not null).Concat(unknown)
                .GroupBy(one => one.Name, StringComparer.Ordinal).ToImmutableSortedDictionary(one => one.Key, one => one.First().Why, StringComparer.Ordinal),
            Unmeasured = uses.Where(one => one.Any(use => use is { Uncounted: not null, Moves: true })).ToImmutableSortedDictionary(one => one.Key, one => one.First(use => use.Uncounted is not null).Uncounted!, StringComparer.Ordinal),
        };
    }
}
