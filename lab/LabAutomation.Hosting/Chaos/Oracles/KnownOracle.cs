using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;

namespace LabAutomation.Hosting.Chaos;

/// <summary>What a trial gave is known once, when all that is read of it has ended, and counts as it was known, whatever becomes of the sample while it cleans up.</summary>
internal static class KnownOracle
{
    public static IEnumerable<Violation> Judge(Evidence evidence) => evidence.States.SelectMany(state => Judge(state, evidence.Entries.Where(entry => entry.Campaign == state.Id)));

    private static IEnumerable<Violation> Judge(CampaignState state, IEnumerable<LedgerEntry> entries)
    {
        var read = state.Plan.Analyses.SelectMany(analysis => analysis.Inputs).Select(input => state.Plan.PlaceOf(input.Output)).ToHashSet();
        var (known, open, closed) = (new Dictionary<int, (long Seq, TrialKnown Event)>(), new HashSet<(int Trial, ActionPlace Place)>(), new HashSet<int>());
        foreach (var entry in entries)
        {
            switch (entry.Event)
            {
                case ActionIntended intent when read.Contains(new ActionPlace(intent.Step, intent.Index)):
                    open.Add((intent.Trial, new ActionPlace(intent.Step, intent.Index)));
                    if (known.TryGetValue(intent.Trial, out var early)) yield return Broken($"what trial {intent.Trial} of {state.Id} gave is known since entry {early.Seq}, and '{intent.Command}', of which it is read, is asked for in entry {entry.Seq}");
                    break;
                case ActionEnded ended:
                    open.Remove((ended.Trial, new ActionPlace(ended.Step, ended.Index)));
                    break;
                case TrialKnown now when closed.Contains(now.Trial) || known.ContainsKey(now.Trial):
                    yield return Broken($"what trial {now.Trial} of {state.Id} gave is known once more in entry {entry.Seq}, and {(closed.Contains(now.Trial) ? "it is closed" : $"was in entry {known[now.Trial].Seq}")}");
                    break;
                case TrialKnown now when open.Any(one => one.Trial == now.Trial):
                    yield return Broken($"what trial {now.Trial} of {state.Id} gave is known in entry {entry.Seq} while '{open.First(one => one.Trial == now.Trial).Place.Step}', of which it is read, is under way");
                    break;
                case TrialKnown now:
                    known[now.Trial] = (entry.Seq, now);
                    break;
                case TrialMeasured measured:
                    closed.Add(measured.Trial);
                    if (known.TryGetValue(measured.Trial, out var before) && Difference(before.Event, measured) is { } difference) yield return Broken($"trial {measured.Trial} of {state.Id} is measured in entry {entry.Seq} with {difference} in entry {before.Seq}");
                    break;
                case TrialFailed failed:
                    closed.Add(failed.Trial);
                    if (known.TryGetValue(failed.Trial, out var lost)) yield return Broken($"trial {failed.Trial} of {state.Id} has failed in entry {entry.Seq}, and what it gave is known since entry {lost.Seq}: {failed.Reason}");
                    break;
                case TrialAbandoned abandoned:
                    closed.Add(abandoned.Trial);
                    if (known.TryGetValue(abandoned.Trial, out var left)) yield return Broken($"trial {abandoned.Trial} of {state.Id} is abandoned in entry {entry.Seq}, and what it gave is known since entry {left.Seq}: {abandoned.Reason}");
                    break;
            }
        }
    }

    private static Violation Broken(string message) => new("results", message);

    private static string? Difference(TrialKnown known, TrialMeasured measured)
    {
        foreach (var name in known.Outputs.Keys.Union(measured.Outputs.Keys))
        {
            var (was, now) = (known.Outputs.GetValueOrDefault(name), measured.Outputs.GetValueOrDefault(name));
            if (was != now) return $"{name} = {now}, and it was known as {(known.Outputs.ContainsKey(name) ? was : "nothing")}";
        }

        if (!known.Objective.Equals(measured.Objective)) return FormattableString.Invariant($"its objective {measured.Objective}, and it was known as {known.Objective}");
        return (known.Models ?? []).SequenceEqual(measured.Models ?? []) ? null : "other models than when it was known";
    }
}
