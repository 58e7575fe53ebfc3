using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>What a step of a trial is still to draw of consumables, beside what is on record.</summary>
/// <param name="Ways">By the ways of its task; a single one where it draws the same whichever is taken.</param>
internal sealed record StepDraws(string Step, ImmutableArray<WayDraws> Ways)
{
    public bool IsEmpty => Ways.All(way => way.Amounts.IsEmpty);

    /// <param name="way">Index into the ways of its task.</param>
    public WayDraws Of(int way) => Ways.Length == 1 ? Ways[0] : Ways[way];

    public bool IsLike(StepDraws other) => ReferenceEquals(this, other)
        || (Step == other.Step && Ways.Length == other.Ways.Length && AreLike(Ways, other.Ways));

    private static bool AreLike(ImmutableArray<WayDraws> some, ImmutableArray<WayDraws> others)
    {
        for (var way = 0; way < some.Length; way++)
            if (!some[way].IsLike(others[way])) return false;
        return true;
    }
}

/// <param name="By">The instruments that do it.</param>
/// <param name="Amounts">By consumable, in its unit.</param>
internal sealed record WayDraws(ImmutableArray<string> By, ImmutableSortedDictionary<string, double> Amounts)
{
    public bool IsLike(WayDraws other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (Amounts.Count != other.Amounts.Count || !By.AsSpan().SequenceEqual(other.By.AsSpan())) return false;
        foreach (var (consumable, amount) in Amounts)
            if (!other.Amounts.TryGetValue(consumable, out var otherwise) || !amount.Equals(otherwise)) return false;
        return true;
    }
}
