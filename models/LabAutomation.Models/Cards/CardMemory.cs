namespace LabAutomation.Models;

/// <summary>What the buffers of a model take, from its card alone, before any of them is made.</summary>
internal static class CardMemory
{
    /// <returns>Bytes for one instance: at the longest batch, at the usual lengths and at those of the golden vectors. Those that differ in rows alone share theirs.</returns>
    public static long Bytes(ModelCard card)
    {
        var usual = card.Lengths(new Dictionary<string, int>(), dimension => dimension.Usual);
        var largest = card.Batch is { } batch ? new Dictionary<string, int>(usual) { [batch] = card.Dimensions[batch].Max } : usual;
        var others = card.Golden.Select(golden => card.Lengths(golden.Lengths, dimension => dimension.Min)).Where(lengths => lengths.Any(pair => pair.Key != card.Batch && largest[pair.Key] != pair.Value));
        return At(card, largest) + others.Sum(lengths => At(card, lengths));
    }

    private static long At(ModelCard card, IReadOnlyDictionary<string, int> lengths) => card.Inputs.Concat(card.Outputs).Sum(tensor => tensor.CountAt(lengths) * ElementBytes(tensor));

    /// <summary>What callers see, and where that is not what the graph sees, the graph's numbers and those in between.</summary>
    private static int ElementBytes(TensorCard tensor) => (tensor.IsTransformed, tensor.Type == ElementType.Default) switch
    {
        (false, _) => sizeof(float),
        (_, true) => 2 * sizeof(float),
        _ => (2 * sizeof(float)) + sizeof(double),
    };
}
