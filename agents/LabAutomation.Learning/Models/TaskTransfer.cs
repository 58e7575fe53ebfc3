using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>What a model takes from other tasks than the one that is asked about.</summary>
/// <param name="Places">Of the observations of the model, where each stands among all that have values.</param>
/// <param name="Own">Which observations of the model are of the task asked about, by their places in the model; all of them where none is, or where no task is asked about.</param>
/// <param name="Readings">How the values of each other task are taken, by its number; null where they tell nothing of this one, and are left out.</param>
/// <param name="IsTaught">Whether values of another task are among those of the model.</param>
internal sealed record TaskTransfer(ImmutableArray<int> Places, ImmutableArray<int> Own, ImmutableSortedDictionary<int, TaskReading?> Readings, bool IsTaught)
{
    /// <summary>Of observations that are all of one task, or of no task in particular.</summary>
    public static TaskTransfer Whole(int count) => new([.. Enumerable.Range(0, count)], [.. Enumerable.Range(0, count)], ImmutableSortedDictionary<int, TaskReading?>.Empty, false);
}

/// <summary>A value of another task stands for <paramref name="Offset"/> + <paramref name="Factor"/> · value in this one.</summary>
internal sealed record TaskReading(double Offset, double Factor)
{
    /// <summary>As they are.</summary>
    public static readonly TaskReading Plain = new(0, 1);

    public Observation Of(Observation observation) => observation with { Value = Offset + Factor * observation.Value, NoiseSd = Math.Abs(Factor) * observation.NoiseSd };
}
