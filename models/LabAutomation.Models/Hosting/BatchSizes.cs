namespace LabAutomation.Models;

/// <summary>
/// The numbers of rows at which a model is run: up to eight every one, then four to a doubling, and the card's limits. Other numbers are padded to the
/// next, which wastes a fifth at most.
/// </summary>
internal static class BatchSizes
{
    /// <param name="batch">The batch dimension; null where every call runs alone.</param>
    public static int[] Of(DimensionCard? batch)
    {
        if (batch is null) return [1];
        var sizes = new SortedSet<int> { batch.Min, batch.Max };
        for (var (size, step) = (1L, 1L); size < batch.Max; size += step)
        {
            if (size > batch.Min) sizes.Add((int)size);
            if (size == 8 * step) step *= 2;
        }

        return [.. sizes];
    }

    /// <returns>The place of the smallest size that holds so many rows.</returns>
    public static int IndexFor(int[] sizes, int rows)
    {
        var index = Array.BinarySearch(sizes, rows);
        return index < 0 ? ~index : index;
    }
}
