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
        || (Step == other.Step && Ways.Length == other.Ways.Length && Ways.Zip(other.Ways).All(pair => pair.First.By.SequenceEqual(pair.Second.By) && pair.First.Amounts.SequenceEqual(pair.Second.Amounts)));
}

/// <param name="By">The instruments that do it.</param>
/// <param name="Amounts">By consumable, in its unit.</param>
internal sealed record WayDraws(ImmutableArray<string> By, ImmutableSortedDictionary<string, double> Amounts);
