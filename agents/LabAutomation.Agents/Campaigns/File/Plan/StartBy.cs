using System.Globalization;

namespace LabAutomation.Agents.Campaigns;

/// <summary>When a step must begin at the latest. One of the two is there.</summary>
/// <param name="After">Lab time after its trial was proposed.</param>
/// <param name="Moment">The same for all trials.</param>
public sealed record StartBy(TimeSpan? After, DateTimeOffset? Moment)
{
    /// <summary>Lab time.</summary>
    internal DateTimeOffset Of(TrialState trial) => Moment ?? trial.StartedAt + After!.Value;

    internal string Missed(string step, DateTimeOffset by) =>
        string.Create(CultureInfo.InvariantCulture, $"'{step}' was to begin by {by:u}{(After is { } after ? $", {after} after the trial was proposed" : "")}");
}
