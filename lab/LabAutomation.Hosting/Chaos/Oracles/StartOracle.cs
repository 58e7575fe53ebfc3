using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;

namespace LabAutomation.Hosting.Chaos;

/// <summary>A step that must begin by a certain time, or loses its sample, does not begin after it; what is about to begin in that moment still may.</summary>
internal static class StartOracle
{
    /// <summary>From a grant to the intent that follows it, with the slowest disk.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    public static IEnumerable<Violation> Judge(Evidence evidence)
    {
        if (evidence.ClockWasSet) yield break;
        foreach (var (state, step) in evidence.States.SelectMany(state => state.Plan.Steps.Where(step => step is { LosesLate: true, StartBy: not null }).Select(step => (state, step))))
        {
            var begun = new HashSet<int>();
            foreach (var entry in evidence.Entries.Where(entry => entry.Campaign == state.Id))
            {
                if (entry.Event is not ActionIntended intent || intent.Step != step.Name || (intent.Index == ActionPlace.Carry && !step.Actions.IsEmpty) || !begun.Add(intent.Trial)) continue;
                var by = step.StartBy!.Of(state.Trials[intent.Trial - 1]);
                if (entry.At > by + Moment) yield return new Violation("start", FormattableString.Invariant($"'{step.Name}' of {state.Id}/{intent.Trial} begins in entry {entry.Seq} at {entry.At:u}, and was to begin by {by:u} or not at all"));
            }
        }
    }
}
