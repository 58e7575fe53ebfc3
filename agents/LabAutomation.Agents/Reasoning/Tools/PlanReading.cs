using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Reasoning;

/// <summary>Reads from a campaign what it would do at most.</summary>
internal static class PlanReading
{
    private static readonly Unit Milliliter = Unit.Parse("mL");

    /// <summary>Volumes are bounded over the whole search space, as the validator bounds arguments, times the trials.</summary>
    public static PlanFacts Facts(CampaignPlan plan) => new(
        plan.Sha256, plan.Instruments, plan.Goal.Until.Trials, plan.Goal.Until.Duration,
        plan.Steps.SelectMany(step => step.Actions).GroupBy(action => action.Instrument, StringComparer.Ordinal)
            .Select(actions => KeyValuePair.Create(actions.Key, plan.Goal.Until.Trials * actions.Sum(action => MostVolume(plan, action))))
            .Where(pair => pair.Value > 0)
            .ToImmutableSortedDictionary(StringComparer.Ordinal));

    /// <summary>The same with what it draws of the lab's consumables, bounded as volumes are.</summary>
    public static PlanFacts Facts(CampaignPlan plan, LabView view)
    {
        var lab = view.Stations();
        if (lab.Consumables.IsEmpty) return Facts(plan);
        var drawn = PlanDraws.OfTrial(plan, lab, DrawTable.Of(lab.Consumables, view.Instruments(), out _));
        return Facts(plan) with { Draws = drawn.ToImmutableSortedDictionary(one => one.Key, one => new Quantity(one.Value * plan.Goal.Until.Trials, lab.Consumables.First(consumable => consumable.Name == one.Key).Unit), StringComparer.Ordinal) };
    }

    private static double MostVolume(CampaignPlan plan, ActionPlan action)
    {
        var search = plan.Extents(action.When);
        return action.Arguments.Values.Where(formula => formula.Unit.Fits(Milliliter)).Sum(formula =>
            search.Of(formula.Root) is { } extent ? formula.Unit.Convert(Math.Max(Math.Abs(extent.Range.Low), Math.Abs(extent.Range.High)), Milliliter) : 0);
    }
}
