namespace LabAutomation.Agents.Campaigns;

/// <summary>The smallest and the largest value of an expression over a search space, and where they are taken.</summary>
/// <param name="Range">Encloses all values.</param>
/// <param name="IsExact">Whether the ends are taken, and not only bounds that the search could not narrow further.</param>
internal sealed record Extent(Interval Range, double[] AtLow, double[] AtHigh, bool IsExact)
{
    public Extent Or(Extent other) => new(
        new Interval(Math.Min(Range.Low, other.Range.Low), Math.Max(Range.High, other.Range.High)),
        Range.Low <= other.Range.Low ? AtLow : other.AtLow,
        Range.High >= other.Range.High ? AtHigh : other.AtHigh,
        IsExact && other.IsExact);
}
