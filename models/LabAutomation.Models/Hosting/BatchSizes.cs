namespace LabAutomation.Models;

/// <summary>The numbers of rows at which a model is run: the powers of two within its card's limits, and the limits. Fewer rows are padded.</summary>
internal static class BatchSizes
{
    /// <param name="batch">The batch dimension; null where every call runs alone.</param>
    public static int[] Of(DimensionCard? batch)
    {
        if (batch is null) return [1];
        var sizes = new SortedSet<int> { batch.Min, batch.Max };
        for (var size = 1L; size < batch.Max; size *= 2)
        {
            if (size > batch.Min) sizes.Add((int)size);
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
