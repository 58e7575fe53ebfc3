using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Consumables;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>How much of the lab's consumables a trial of a campaign may draw at most.</summary>
internal static class PlanDraws
{
    /// <summary>By consumable, in its unit: bounds over the whole search space, whichever instrument plays a role.</summary>
    public static ImmutableSortedDictionary<string, double> OfTrial(CampaignPlan plan, LabStations lab, DrawTable table) =>
        plan.Steps.SelectMany(step => step.Actions).Aggregate(Amounts.None, (sum, action) => sum.Plus(Of(plan, action, lab, table)));

    /// <summary>Whether the lab has room for what a trial may draw; births of the instruments there are.</summary>
    public static IEnumerable<Problem> Check(CampaignPlan plan, LabStations lab, IReadOnlyCollection<Birth> births)
    {
        if (lab.Consumables.IsEmpty) yield break;
        var table = DrawTable.Of(lab.Consumables, births, out _);
        foreach (var (name, most) in OfTrial(plan, lab, table))
        {
            var one = lab.Consumables.First(consumable => consumable.Name == name);
            if (most <= one.Capacity * (1 + 1e-9)) continue;
            var action = plan.Steps.SelectMany(step => step.Actions).First(action => Of(plan, action, lab, table).ContainsKey(name));
            yield return new Problem(plan.File, action.Marks.Command.Line, action.Marks.Command.Column, FormattableString.Invariant($"a trial may draw {most:0.####} {one.Unit} of {name} in all, and the lab has room for {one.Capacity:0.####} {one.Unit}"), "draw less, or give it a larger Capacity in the lab's Consumables");
        }
    }

    private static ImmutableSortedDictionary<string, double> Of(CampaignPlan plan, ActionPlan action, LabStations lab, DrawTable table)
    {
        var players = lab.Instruments.Where(instrument => instrument.Role == action.Instrument).Select(instrument => instrument.Name).Append(action.Instrument).ToHashSet(StringComparer.Ordinal);
        var points = table.Points.Where(point => players.Contains(point.Instrument) && point.Command == action.Command).ToArray();
        if (points.Length == 0) return Amounts.None;
        var search = plan.Extents(action.When);
        var most = Amounts.None;
        foreach (var byInstrument in points.GroupBy(point => point.Instrument))
        {
            var drawn = byInstrument.Where(point => MayBe(action, point.Port, search)).Aggregate(Amounts.None, (sum, point) => sum.Plus(point.Consumable, Most(action, point, search)));
            foreach (var (consumable, amount) in drawn) most = most.SetItem(consumable, Math.Max(amount, most.GetValueOrDefault(consumable)));
        }

        return most;
    }

    private static double Most(ActionPlan action, KnownDraw point, ExtentSearch search)
    {
        if (!action.Arguments.TryGetValue(point.Argument, out var formula)) return point.Default is { } value ? Math.Max(0, value.In(point.Unit)) : 0;
        return formula.Unit.Fits(point.Unit) && search.Of(formula.Root) is { } extent ? Math.Max(0, formula.Unit.Convert(extent.Range.High, point.Unit)) : 0;
    }

    private static bool MayBe(ActionPlan action, KnownPort? port, ExtentSearch search)
    {
        if (port is null) return true;
        if (!action.Arguments.TryGetValue(port.Argument, out var formula)) return port.IsDefault;
        if (!formula.Unit.Fits(port.At.Unit) || search.Of(formula.Root) is not { } extent) return false;
        var at = port.At.In(formula.Unit);
        return extent.Range.Low <= at + 1e-6 && extent.Range.High >= at - 1e-6;
    }
}
