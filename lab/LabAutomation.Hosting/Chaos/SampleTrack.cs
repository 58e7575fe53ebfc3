using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Chaos;

/// <summary>Where a sample may be.</summary>
/// <param name="At">Where it stood last; null where it was nowhere yet, or left the lab.</param>
/// <param name="Goal">Where it is being carried, or may have been.</param>
internal sealed record SampleTrack(int? At, int? Goal)
{
    public static SampleTrack Nowhere { get; } = new(null, null);

    public bool Has(int position) => At == position || Goal == position;

    public SampleTrack With(ActionIntended intent) => intent.Index == ActionPlace.Carry ? this with { Goal = intent.At } : this with { At = intent.At };

    public SampleTrack With(ActionEnded ended, ActionIntended? intent, HashSet<int> outlets) => ended.Index != ActionPlace.Carry || ended.Result.Status == ActionStatus.UnknownOutcome ? this
        : ended.Result.Status != ActionStatus.Succeeded ? this with { Goal = null }
        : new SampleTrack(intent?.At is { } at && !outlets.Contains(at) ? at : null, null);
}
