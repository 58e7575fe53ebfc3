using System.Collections.Immutable;

namespace LabAutomation.Learning.Sessions;

/// <summary>
/// What was checked of a study's trials, for planners that do not learn: of a campaign of thousands each proposal checks those that are new. It makes no difference to
/// any answer, so all studies that come of one have it in common.
/// </summary>
internal sealed class CheckedTrials
{
    private Checked? _last;

    /// <summary>What a planner says to the log of these trials.</summary>
    /// <exception cref="ArgumentException">A trial or a pending point does not fit the space.</exception>
    public Proposal Ask(StudyProblem problem, SearchSpace space, ImmutableArray<StudyTrial> trials, ImmutableArray<Point> pending, Func<TrialLog, Proposal> ask)
    {
        // Of two that ask at once the later one begins anew.
        var last = Interlocked.Exchange(ref _last, null);
        if (last is not null && (last.Log.Space != space || !IsBeginning(last.Trials, trials))) last = null;
        var history = last?.History ?? [];
        var known = history.Count;
        for (var i = known; i < trials.Length; i++) history.Add(StudyEngine.Observed(problem, trials[i]));
        var log = last is null ? new TrialLog(space, history, pending) : new TrialLog(last.Log, history, known, pending);
        var proposal = ask(log);
        Volatile.Write(ref _last, new Checked(trials, history, log));
        return proposal;
    }

    private static bool IsBeginning(ImmutableArray<StudyTrial> earlier, ImmutableArray<StudyTrial> now)
    {
        if (earlier.Length > now.Length) return false;
        for (var i = 0; i < earlier.Length; i++)
            if (!ReferenceEquals(earlier[i], now[i])) return false;
        return true;
    }

    /// <param name="History">Of the trials; the next log lengthens it.</param>
    private sealed record Checked(ImmutableArray<StudyTrial> Trials, List<Observation> History, TrialLog Log);
}
