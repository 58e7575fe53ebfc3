using System.Collections.Immutable;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning;

/// <summary>
/// After an even spread of first trials, the point where a Gaussian process expects most improvement over the best place known.
/// A pending trial is taken to end as the model expects it; a failed one lowers the chance that trials like it succeed.
/// </summary>
public sealed class GaussianProcessOptimiser : IOptimiser
{
    private const string Quantity = "objective";

    private readonly GaussianProcessOptions _options;

    public GaussianProcessOptimiser(GaussianProcessOptions? options = null)
    {
        _options = options ?? new GaussianProcessOptions();
        if (_options.NoiseSd is { } sd && !(sd >= 0 && double.IsFinite(sd)))
            throw new ArgumentOutOfRangeException(nameof(options), sd, "the standard deviation of a measurement is 0 or more");
        if (_options.InitialPoints is < 2)
            throw new ArgumentOutOfRangeException(nameof(options), _options.InitialPoints, "a model needs at least 2 initial points");
        if (_options.Threads < 1)
            throw new ArgumentOutOfRangeException(nameof(options), _options.Threads, "at least 1 thread works on a suggestion");
    }

    public string Name => "gaussian-process";

    /// <summary>
    /// How many trials are spread over the space before the first model, unless somebody says. Twice as many, as is usual, cost a tenth more trials on the way to the best
    /// hundredth, and more than a sixth in measured data sets.
    /// </summary>
    /// <param name="dimensions">Of the space, without those that are held.</param>
    internal static int FirstTrials(int dimensions) => Math.Max(5, dimensions + 1);

    /// <summary>Standard deviation of one measurement where it is known.</summary>
    internal double? NoiseSd => _options.NoiseSd;

    public Suggestion Suggest(SearchSpace space, IReadOnlyList<Observation> history, IReadOnlyList<Point> pending, int seed)
    {
        var problem = new StudyProblem { Space = space, Objectives = [new Objective(Quantity, new Aim.Minimise())], Seed = seed, Optimiser = this, Threads = _options.Threads };
        var next = StudyEngine.Next(problem, [.. history.Select(Trial)], [.. pending]);
        return new Suggestion(next.Point, next.Expected?[0].Mean, next.Expected?[0].Sd, next.Acquisition, next.Reason);

        static StudyTrial Trial(Observation one) => one.Value is { } value
            ? new StudyTrial(one.Point, Told(value), null, one.NoiseSd is { } sd ? Told(sd) : null)
            : new StudyTrial(one.Point, null, "failed");

        static ImmutableSortedDictionary<string, double> Told(double value) => ImmutableSortedDictionary<string, double>.Empty.Add(Quantity, value);
    }

    /// <summary>Whether there is not yet enough to learn from.</summary>
    internal bool IsSpreading(TrialLog log) => IsSpreadingFirst(log) || log.History.Count(observation => observation.Value is not null) < 2;

    /// <summary>Whether the first trials are not all made or under way yet.</summary>
    internal bool IsSpreadingFirst(TrialLog log) => log.Count < Initial(log.Space);

    /// <summary>Where to try while first trials are spread.</summary>
    /// <exception cref="SpaceExhaustedException"/>
    internal Suggestion Spread(TrialLog log, int seed)
    {
        if (IsSpreadingFirst(log)) return new(SpaceFilling.Spread(log, seed), null, null, null, $"initial point {log.Count + 1} of {Initial(log.Space)}");
        if (log.History.Any(one => one.Value is not null) && FailureRisk.Usual(log.Cube, log.History) is { } risk && LikelySpread.Of(log, risk, seed) is { } likely)
            return new(likely, null, null, null, "likeliest to succeed by what failed so far; there is too little else to learn from yet");
        return new(SpaceFilling.Spread(log, seed), null, null, null, "spread further, since there is too little to learn from yet");
    }

    private int Initial(SearchSpace space) => _options.InitialPoints ?? FirstTrials(space.Dimensions.Length - space.Held.Count);
}
