using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;

namespace LabAutomation.Hosting.Chaos;

/// <summary>No trial begins while its campaign is held, suspended or at rest, nor once its goal is known to be reached, it has failed too often, found nothing better for too long or spent its time, or no more trials are to begin, nor one that was taken out of the queue; what is about to begin in that moment still may.</summary>
internal static class HeldOracle
{
    /// <summary>From a grant to the intent that follows it, with the slowest disk.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    public static IEnumerable<Violation> Judge(Evidence evidence) => evidence.ClockWasSet ? [] : evidence.States.SelectMany(state => Judge(state, evidence.Entries.Where(entry => entry.Campaign == state.Id)));

    private static IEnumerable<Violation> Judge(CampaignState state, IEnumerable<LedgerEntry> entries)
    {
        var (campaign, plan, endings) = (state.Id, state.Plan, new Endings(state));
        var (begun, barred) = (new HashSet<int>(), new SortedDictionary<string, DateTimeOffset>(StringComparer.Ordinal));
        foreach (var entry in entries)
        {
            endings.Hear(entry);
            Set("ended by failures", endings.HasFailedTooOften, entry.At);
            Set("ended for want of anything better", endings.HasStalled, entry.At);
            if (endings.OutOfTime is { } over) Set("out of time", true, over);
            switch (entry.Event)
            {
                case QueueChanged { Trial: null, Hold: { } hold }:
                    Set("held", hold, entry.At);
                    break;
                case CampaignSuspended:
                    Set("suspended", true, entry.At);
                    break;
                case CampaignContinued:
                    Set("suspended", false, entry.At);
                    break;
                case CampaignPaused:
                    Set("at rest", true, entry.At);
                    break;
                case CampaignResumed or PromptLapsed:
                    Set("at rest", false, entry.At);
                    break;
                case TrialKnown known when plan.Goal.IsMetBy(new TrialOutcome.Measured(known.Outputs, known.Objective)):
                case TrialMeasured measured when plan.Goal.IsMetBy(new TrialOutcome.Measured(measured.Outputs, measured.Objective)):
                    Set("at its goal", true, entry.At);
                    break;
                case FinishRequested:
                    Set("finished", true, entry.At);
                    break;
                case ReactionChosen { Reaction: Reaction.CloseOut }:
                    Set("closed out", true, entry.At);
                    break;
                case TrialAbandoned abandoned when !begun.Contains(abandoned.Trial):
                    Set(Removed(abandoned.Trial), true, entry.At);
                    break;
                case ActionIntended intent when begun.Add(intent.Trial):
                    foreach (var (why, since) in barred.Where(one => (!one.Key.StartsWith("removed", StringComparison.Ordinal) || one.Key == Removed(intent.Trial)) && entry.At - one.Value > Moment))
                        yield return new Violation("held", $"trial {intent.Trial} of {campaign} begins in entry {entry.Seq}, and {(why == Removed(intent.Trial) ? "it" : "the campaign")} has been {why} since {since:u}");
                    break;
            }
        }

        void Set(string why, bool isBarred, DateTimeOffset at)
        {
            if (isBarred) barred.TryAdd(why, at);
            else barred.Remove(why);
        }
    }

    private static string Removed(int trial) => FormattableString.Invariant($"removed as trial {trial}");
}
