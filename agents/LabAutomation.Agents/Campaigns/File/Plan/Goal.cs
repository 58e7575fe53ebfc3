namespace LabAutomation.Agents.Campaigns;

/// <param name="Objective">The output of an analysis that the campaign is about.</param>
public sealed record Goal(string Objective, bool Minimise, StopConditions Until)
{
    /// <summary>The objective turned so that less is better.</summary>
    public double Cost(double objective) => Minimise ? objective : -objective;
}

/// <summary>Whatever comes first ends the campaign.</summary>
/// <param name="Reached">The goal is met when the objective is at least this good.</param>
/// <param name="Trials">Most trials, 1 or more.</param>
/// <param name="Duration">Most lab time.</param>
public sealed record StopConditions(double? Reached, int Trials, TimeSpan? Duration);
