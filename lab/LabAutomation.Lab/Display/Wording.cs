using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Display;

/// <summary>The same thing is said in the same words by every command.</summary>
internal static class Wording
{
    public static string Goal(CampaignPlan plan) => string.Create(CultureInfo.InvariantCulture,
        $"{(plan.Goal.Minimise ? "minimise" : "maximise")} {plan.Goal.Objective}{(plan.Goal.Until.Reached is { } reached ? $" until it is {(plan.Goal.Minimise ? "at most" : "at least")} {reached:G4}" : "")}");

    public static string Recipe(TrialState trial) => string.Join("  ", trial.Values.Select(value => $"{value.Key} {Short(value.Value)}"));

    /// <summary>A value as a person wants to read it; exports have all digits.</summary>
    public static string Short(TrialValue value) => value.Quantity is { } quantity
        ? string.Create(CultureInfo.InvariantCulture, $"{quantity.Value:G3}{(quantity.Unit.Symbol == "1" ? "" : $" {quantity.Unit}")}")
        : value.ToString();

    /// <summary>A measured value in a table.</summary>
    public static string Short(Quantity value) =>
        string.Create(CultureInfo.InvariantCulture, $"{value.Value:G4}{(value.Unit.Symbol == "1" ? "" : $" {value.Unit}")}");

    public static string Outcome(CampaignPlan plan, TrialOutcome? outcome) => outcome switch
    {
        TrialOutcome.Measured measured => string.Create(CultureInfo.InvariantCulture, $"{plan.Goal.Objective} {measured.Objective:G4}"),
        TrialOutcome.Failed failed => $"failed: {failed.Reason}",
        _ => "under way",
    };

    public static string Phase(CampaignState state) => state.Phase switch
    {
        CampaignPhase.Ended when state.End!.End == CampaignEnd.GoalReached => "goal reached",
        CampaignPhase.Ended => $"ended: {state.End!.Reason}",
        CampaignPhase.Paused => $"paused: {state.PauseReason}",
        CampaignPhase.Aborting => "aborting",
        _ => "unfinished",
    };

    public static ExitCode Exit(CampaignState state) => state switch
    {
        { Phase: CampaignPhase.Paused } => ExitCode.Paused,
        { End.End: CampaignEnd.GoalReached } => ExitCode.Success,
        { End.End: CampaignEnd.Aborted } => ExitCode.Aborted,
        { End.End: CampaignEnd.TooManyFailures } => ExitCode.Instrument,
        _ when state.Plan.Goal.Until.Reached is null => ExitCode.Success,
        _ => ExitCode.GoalNotReached,
    };
}
