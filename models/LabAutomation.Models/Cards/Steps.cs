namespace LabAutomation.Models;

/// <summary>What may be done to the rows of a tensor outside the graph, by the id that stands in cards.</summary>
internal static class Steps
{
    private static readonly Dictionary<string, Action<Span<float>>> ById = new()
    {
        ["instance-norm"] = InstanceNorm,
        ["log1p"] = row => { foreach (ref var value in row) value = MathF.Log(1 + value); },
        ["exp"] = row => { foreach (ref var value in row) value = MathF.Exp(value); },
        ["sigmoid"] = row => { foreach (ref var value in row) value = 1 / (1 + MathF.Exp(-value)); },
        ["softmax"] = Softmax,
    };

    public static string Known => string.Join(", ", ById.Keys);

    public static bool IsKnown(string id) => ById.ContainsKey(id);

    /// <param name="ids">In the order in which they are done.</param>
    /// <param name="values">Rows one after the other.</param>
    /// <param name="row">The length of a row.</param>
    public static void Apply(string[] ids, Span<float> values, int row)
    {
        foreach (var id in ids)
        {
            var step = ById[id];
            for (var start = 0; start < values.Length; start += row) step(values.Slice(start, row));
        }
    }

    /// <summary>Mean 0 and standard deviation 1; a row that is the same everywhere becomes 0.</summary>
    private static void InstanceNorm(Span<float> row)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var value in row) sum += value;
        var mean = sum / row.Length;
        foreach (var value in row) squares += (value - mean) * (value - mean);
        var sd = Math.Sqrt(squares / row.Length);
        foreach (ref var value in row) value = sd > 0 ? (float)((value - mean) / sd) : 0;
    }

    private static void Softmax(Span<float> row)
    {
        var (highest, sum) = (float.NegativeInfinity, 0f);
        foreach (var value in row) highest = MathF.Max(highest, value);
        foreach (ref var value in row) sum += value = MathF.Exp(value - highest);
        foreach (ref var value in row) value /= sum;
    }
}
