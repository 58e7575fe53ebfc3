namespace LabAutomation.Models;

/// <summary>What a batcher has done since it was made. Times are right to 10 %.</summary>
public sealed record BatcherFigures
{
    /// <summary>Calls by what became of them.</summary>
    public required IReadOnlyDictionary<CallOutcome, long> Calls { get; init; }

    /// <summary>Answered calls whose deadline had passed by then.</summary>
    public required long Late { get; init; }

    /// <summary>Batches by the size at which they ran.</summary>
    public required IReadOnlyDictionary<int, long> Batches { get; init; }

    public required long Rows { get; init; }

    /// <summary>Rows that were computed to fill up a size, and thrown away.</summary>
    public required long PaddedRows { get; init; }

    /// <summary>Calls that wait.</summary>
    public required int Waiting { get; init; }

    /// <summary>From submission until the batch was closed.</summary>
    public required TimeSpan QueueMedian { get; init; }

    /// <inheritdoc cref="QueueMedian" />
    public required TimeSpan QueueP99 { get; init; }

    /// <summary>Of a batch, copies included.</summary>
    public required TimeSpan ServiceMedian { get; init; }

    /// <inheritdoc cref="ServiceMedian" />
    public required TimeSpan ServiceP99 { get; init; }
}
