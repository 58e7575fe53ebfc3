using System.Collections.Immutable;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Advising;

/// <summary>The advice of a study as it stands after the trials that were told.</summary>
internal sealed class Advised
{
    private readonly PreferenceMap _map;
    private readonly int _seed;
    private readonly double _trust;

    private Advised(PreferenceMap map, int seed, double trust) => (_map, _seed, _trust) = (map, seed, trust);

    /// <summary>Null where no advice was given.</summary>
    public static Advised? Of(StudyProblem problem, ImmutableArray<StudyTrial> trials) =>
        problem.Advice is { } advice ? new Advised(new PreferenceMap(advice, problem.Space), problem.Seed, AdviceTrust.After(advice, problem, trials)) : null;

    /// <summary>Every other first trial while the advice is likelier right than wrong, so that it and the even spread are both tested; null where the spread has its turn.</summary>
    public Suggestion? First(TrialLog log) => log.Count % 2 == 0 && _trust >= AdviceTrust.Even && AdvisedSpread.Of(log, _map, _seed) is { } point
        ? new Suggestion(point, null, null, null, "first trial where the advice expects the best")
        : null;

    /// <summary>What multiplies the worth of points; null where the advice is not trusted any more.</summary>
    public IAcquisition? Factor(TrialLog log) => _trust < AdviceTrust.Least || log.History.Count == 0 ? null : new AdvisedWorth(_map, log.Cube, _trust, log.History.Count);

    /// <summary>A proposal with what the advice had to do with it.</summary>
    /// <param name="decided">Whether without the advice it would have been another.</param>
    public Proposal Heard(Proposal proposal, bool decided) => proposal with
    {
        Advice = new AdviceHeard(_trust, decided),
        Reason = proposal.Reason + Advice.Say($"; {(decided ? "the advice decided" : "the data decided")}, trusted {_trust:F2}"),
    };
}
