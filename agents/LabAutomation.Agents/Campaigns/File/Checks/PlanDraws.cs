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

    /// <summary>Whether what a trial may draw is known, and the lab has room for it; births of the instruments there are.</summary>
    public static IEnumerable<Problem> Check(CampaignPlan plan, LabStations lab, IReadOnlyCollection<Birth> births)
    {
        if (lab.Consumables.IsEmpty) yield break;
        var table = DrawTable.Of(lab.Consumables, births, out var problems);
        foreach (var problem in problems) yield return At(plan, lab, problem);
        foreach (var (name, most) in OfTrial(plan, lab, table))
        {
            var one = lab.Consumables.First(consumable => consumable.Name == name);
            if (most <= one.Capacity * (1 + 1e-9)) continue;
            var action = plan.Steps.SelectMany(step => step.Actions).First(action => Of(plan, action, lab, table).ContainsKey(name));
            yield return new Problem(plan.File, action.Marks.Command.Line, action.Marks.Command.Column, FormattableString.Invariant($"a trial may draw {most:0.####} {one.Unit} of {name} in all, and the lab has room for {one.Capacity:0.####} {one.Unit}"), "draw less, or give it a larger Capacity in the lab's Consumables");
        }
    }

    /// <summary>A lab in which something is drawn that nobody can count runs nothing.</summary>
    private static Problem At(CampaignPlan plan, LabStations lab, DrawProblem problem)
    {
        var mark = plan.Steps.SelectMany(step => step.Actions).FirstOrDefault(action => lab.Players(action.Instrument).Contains(problem.Instrument))?.Marks.Instrument ?? default;
        return new Problem(plan.File, mark.Line, mark.Column, $"what is drawn of {problem.Consumable} cannot be counted: {problem.Words}", "DrawnBy in the lab's Consumables says what draws it");
    }

    private static ImmutableSortedDictionary<string, double> Of(CampaignPlan plan, ActionPlan action, LabStations lab, DrawTable table)
    {
        var players = lab.Players(action.Instrument);
        var points = table.Points.Where(point => players.Contains(point.Instrument) && point.Command == action.Command).ToArray();
        if (points.Length == 0) return Amounts.None;
        var search = ExtentSearch.For(plan, action);
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
