namespace LabAutomation.Learning;

/// <summary>
/// Chooses what to try next. A suggestion is a function of the arguments alone, so that a campaign that is resumed goes on as if
/// it had never stopped. Everything is minimised.
/// </summary>
public interface IOptimiser
{
    /// <summary>As campaign files and the command line call it.</summary>
    string Name { get; }

    /// <param name="space">Where to look.</param>
    /// <param name="history">All finished trials in the order of their numbers, failed ones too.</param>
    /// <param name="pending">Trials under way; they count as chosen.</param>
    /// <param name="seed">Of the campaign; the optimiser derives what it needs from it and from the number of trials.</param>
    /// <exception cref="SpaceExhaustedException">Nothing is left to suggest.</exception>
    Suggestion Suggest(SearchSpace space, IReadOnlyList<Observation> history, IReadOnlyList<Point> pending, int seed);
}

/// <summary>A finished trial.</summary>
/// <param name="Value">Null where the trial failed.</param>
/// <param name="NoiseSd">Standard deviation of this very value where it is known, 0 or more; null where it is as for all.</param>
public sealed record Observation(Point Point, double? Value, double? NoiseSd = null)
{
    /// <summary>Where it was to be made, where that is not quite where it was; this point counts as tried, too.</summary>
    public Point? Asked { get; init; }
}

/// <summary>A point to try, with what the model expects there where there is a model.</summary>
/// <param name="Mean">Expected value of the objective.</param>
/// <param name="Sd">One standard deviation of that expectation.</param>
/// <param name="Acquisition">The figure by which the point was chosen; its scale depends on the optimiser.</param>
/// <param name="Reason">One line for people: why this point.</param>
public sealed record Suggestion(Point Point, double? Mean, double? Sd, double? Acquisition, string Reason);

/// <summary>A finite space has no untried point left, or no feasible point could be found.</summary>
public sealed class SpaceExhaustedException(string message) : Exception(message);
