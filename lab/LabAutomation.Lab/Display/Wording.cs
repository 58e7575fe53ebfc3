using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Display;

/// <summary>The same thing is said in the same words by every command.</summary>
internal static class Wording
{
    public static string Goal(CampaignPlan plan)
    {
        var goal = plan.Goal;
        var aim = goal.HasTrades ? string.Join(" and ", goal.Objectives.Select(objective => Aimed(plan, objective))) : Aimed(plan, goal.Objective);
        var until = goal.Until.Reached is { } reached ? $" until it is {(goal.Objective.Aim is Aim.Maximise ? "at least" : "at most")} {Amount(plan, goal.Objective.Name, reached)}"
            : goal.Until.Within is { } within ? $" to within {Amount(plan, goal.Objective.Name, within)}" : "";
        return $"{aim}{until}{(goal.Keep.IsEmpty ? "" : $", keeping {string.Join(" and ", goal.Keep.Select(Limit))}")}";
    }

    /// <summary>Such as <c>colour_L at least 40</c>.</summary>
    public static string Limit(OutcomeLimit limit) => limit switch
    {
        { Min: { } min, Max: { } max } => Text($"{limit.Name} from {min:G4} to {max:G4}"),
        { Min: { } min } => Text($"{limit.Name} at least {min:G4}"),
        _ => Text($"{limit.Name} at most {limit.Max:G4}"),
    };

    public static string Recipe(TrialState trial) => string.Join("  ", trial.Values.Select(value => $"{value.Key} {Short(value.Value)}"));

    /// <summary>A value as a person wants to read it; exports have all digits.</summary>
    public static string Short(TrialValue value) => value.Quantity is { } quantity
        ? string.Create(CultureInfo.InvariantCulture, $"{Figures(quantity.Value)}{(quantity.Unit.Symbol == "1" ? "" : $" {quantity.Unit}")}")
        : value.ToString();

    /// <summary>Three digits, and all digits before the point of what has up to six: 1100, not 1.1E+03.</summary>
    private static string Figures(double value) => value.ToString(Math.Abs(value) is >= 999.5 and < 1e6 ? "0" : "G3", CultureInfo.InvariantCulture);

    /// <summary>A measured value in a table.</summary>
    public static string Short(Quantity value) =>
        string.Create(CultureInfo.InvariantCulture, $"{value.Value:G4}{(value.Unit.Symbol == "1" ? "" : $" {value.Unit}")}");

    public static string Outcome(CampaignPlan plan, TrialOutcome? outcome) => outcome switch
    {
        TrialOutcome.Measured measured => string.Join("  ", plan.Goal.Quantities.Select(name => $"{name} {Amount(plan, name, measured.Of(name, plan.Goal))}")) + (plan.Goal.Keeps(measured) ? "" : "  (breaks a limit)") + (Notices(measured).Any() ? "  (doubtful)" : ""),
        TrialOutcome.Failed failed => $"failed: {failed.Reason}",
        TrialOutcome.Abandoned abandoned => $"abandoned: {abandoned.Reason}",
        _ => "under way",
    };

    /// <summary>What speaks against what a trial's models gave.</summary>
    public static IEnumerable<string> Notices(TrialOutcome.Measured measured) => measured.Models.Where(model => model.Notice is not null).Select(model => $"{model.Model} {model.Version}: {model.Notice}");

    /// <summary>How it ended, or what it gave while it cleans up still.</summary>
    public static string Outcome(CampaignPlan plan, TrialState trial) => trial is { Outcome: null, Known: { } known } ? $"{Outcome(plan, known)}  (cleans up)" : Outcome(plan, trial.Outcome);

    /// <summary>The best result so far, or how many trade-offs are known; null where the goal has neither, or there is none yet.</summary>
    public static string? Best(CampaignState state) => state.Plan.Goal.HasTrades
        ? state.Trades.Length switch { 0 => null, 1 => "1 trade-off", var count => $"{count} trade-offs" }
        : state.BestObjective is { } best ? Amount(state.Plan, state.Plan.Goal.Objective.Name, best) : null;

    /// <summary>How far the advice of the file was borne out, such as <c>advice trusted 0.80 → 0.10; it decided 3 of 30 trials</c>; null where the file has none, or nothing was proposed yet.</summary>
    public static string? Advice(CampaignState state)
    {
        AdviceHeard[] heard = [.. state.Trials.Select(trial => trial.Proposal.Advice).OfType<AdviceHeard>()];
        return heard.Length == 0 ? null : Text($"advice trusted {heard[0].Trust:F2} → {heard[^1].Trust:F2}; it decided {heard.Count(one => one.Decided)} of {heard.Length} trials");
    }

    /// <summary>The numbers of the best trial, or of the best trade-offs.</summary>
    public static IReadOnlySet<int> Standing(CampaignState state) => state.Trades.Select(trial => trial.Number).Concat(state.Best is { } best ? [best.Number] : []).ToHashSet();

    public static string Phase(CampaignState state) => state.Phase switch
    {
        CampaignPhase.Ended when state.End!.End == CampaignEnd.GoalReached => "goal reached",
        CampaignPhase.Ended => $"ended: {state.End!.Reason}",
        CampaignPhase.Paused => $"paused: {state.PauseReason}",
        CampaignPhase.Aborting => "aborting",
        _ when state.Suspended is { } why => $"suspended: {why}",
        _ when state.Pausing is { } asked => $"about to rest, {asked.Asked}",
        _ when state.Reaching is { } trial => Text($"goal reached by trial {trial.Number}, which cleans up"),
        _ when state.Finishing is { } asked => $"about to end, {asked}",
        _ => "unfinished",
    };

    /// <summary>What a person is asked for, and how it is answered.</summary>
    public static string Refill(RefillRequested request)
    {
        var when = request switch { { IsWaitedFor: true } => "now", { Due: { } due } => due.ToString("'by' yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), _ => "soon" };
        return $"refill {request.Consumable}, {Short(request.Amount)}, {when}: {request.Reason}. When it is done: lab refill {request.Consumable} {Short(request.Amount)} --by NAME";
    }

    /// <summary>What follows the name of a campaign that begins nothing now, or no more trials, and goes on or ends by itself; null of another.</summary>
    public static string? Rest(CampaignState state) => state switch
    {
        { Phase: CampaignPhase.Paused, PauseUntil: { } until } => Text($"waits for somebody until {until:u}: {state.PauseReason}; whoever comes presses Ctrl-C, looks, and says 'lab resume {state.Id}'"),
        { Phase: CampaignPhase.Running, Suspended: { } why } => $"is suspended: {why}",
        { Phase: CampaignPhase.Running, Pausing: { } asked } => $"is to rest{(asked.Now ? " now" : " when the trials under way have ended")}, {asked.Asked}",
        { Phase: CampaignPhase.Running, Reaching: { } trial } => Text($"has reached its goal: trial {trial.Number} has given {Outcome(state.Plan, trial.Known)}, and no more trials begin; it ends when that one has cleaned up"),
        _ => null,
    };

    public static ExitCode Exit(CampaignState state) => state switch
    {
        { Phase: CampaignPhase.Paused } => ExitCode.Paused,
        { End.End: CampaignEnd.GoalReached } => ExitCode.Success,
        { End.End: CampaignEnd.Aborted } => ExitCode.Aborted,
        { End.End: CampaignEnd.TooManyFailures or CampaignEnd.ClosedOut } => ExitCode.Instrument,
        _ when !state.Plan.Goal.CanBeReached => ExitCode.Success,
        _ => ExitCode.GoalNotReached,
    };

    /// <summary>What follows the name of an instrument.</summary>
    public static string Breaker(BreakerChanged changed) => changed.Phase switch
    {
        BreakerPhase.Open => Text($"is given nothing more to do until {changed.Until:u}: {changed.Reason}"),
        BreakerPhase.HalfOpen => $"is tried after its cool-down: {changed.Reason}",
        _ => $"is relied on again: {changed.Reason}",
    };

    /// <summary>One standard deviation, which is known to two digits at best.</summary>
    public static string Rounded(double sd, Unit unit) => string.Create(CultureInfo.InvariantCulture, $"{sd:G2}{(unit.Symbol == "1" ? "" : $" {unit}")}");

    /// <summary>A value of a measured quantity, in the unit of its analysis.</summary>
    private static string Amount(CampaignPlan plan, string quantity, double value)
    {
        var unit = plan.Analyses.SelectMany(analysis => analysis.Outputs).FirstOrDefault(output => output.Name == quantity)?.Unit ?? Unit.One;
        return string.Create(CultureInfo.InvariantCulture, $"{value:G4}{(unit.Symbol == "1" ? "" : $" {unit}")}");
    }

    private static string Aimed(CampaignPlan plan, Objective objective) => objective.Aim switch
    {
        Aim.Minimise => $"minimise {objective.Name}",
        Aim.Maximise => $"maximise {objective.Name}",
        Aim.Reach reach => $"bring {objective.Name} to {Amount(plan, objective.Name, reach.Target)}",
        Aim.FindLevel level => $"find where {objective.Name} is above {Amount(plan, objective.Name, level.Threshold)}",
        _ => $"learn {objective.Name} over the whole space",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
