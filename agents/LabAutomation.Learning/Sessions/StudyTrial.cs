using System.Collections.Immutable;

namespace LabAutomation.Learning.Sessions;

/// <summary>A trial that has ended.</summary>
/// <param name="Values">By the names of <see cref="StudyProblem.Measured"/>, of each objective and of those outcomes that were measured; null where the trial failed.</param>
/// <param name="Failure">Why; null where it was measured.</param>
/// <param name="NoiseSds">Standard deviations of these very values, by the names of those for which they are known.</param>
public sealed record StudyTrial(
    Point Point, ImmutableSortedDictionary<string, double>? Values, string? Failure, ImmutableSortedDictionary<string, double>? NoiseSds = null)
{
    /// <summary>Where it was asked for, where that is not quite where it was made.</summary>
    public Point? Asked { get; init; }

    /// <summary>What was measured of one quantity; null where nothing was.</summary>
    internal double? Value(string quantity) => Values is not null && Values.TryGetValue(quantity, out var value) ? value : null;

    /// <summary>What was measured of one quantity, as a model is told; without a value where the trial failed.</summary>
    /// <param name="sign">What values are multiplied by, 1 or −1.</param>
    internal Observation Of(string quantity, double sign = 1)
        => new(Point, sign * Value(quantity), NoiseSds is not null && NoiseSds.TryGetValue(quantity, out var sd) ? sd : null) { Asked = Asked };
}

/// <summary>A trial that was asked for and not yet told.</summary>
/// <param name="Number">From 1, in the order of asking.</param>
public sealed record PendingTrial(int Number, Point Point);

/// <summary>What is told about one trial: it was measured, it failed, or (neither) it will never be run.</summary>
/// <param name="Number">Of the pending trial it is about; null to find it by its point, or for a point that was never asked for.</param>
/// <param name="Point">Where it was run; null for where it was asked for.</param>
public sealed record TrialReport(int? Number, Point? Point, ImmutableSortedDictionary<string, double>? Values, string? Failure,
    ImmutableSortedDictionary<string, double>? NoiseSds = null);
