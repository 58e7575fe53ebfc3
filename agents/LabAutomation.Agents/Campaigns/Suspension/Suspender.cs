using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>A band in which a property of an instrument must be: the campaign begins nothing while it is not, nor until it has been back for a while.</summary>
/// <param name="Instrument">As campaign files call it; of several that play the role each must be in the band.</param>
/// <param name="Low">One of the two is there, or both, in units of one kind.</param>
/// <param name="Back">Lab time.</param>
public sealed record Suspender(string Instrument, string Property, Quantity? Low, Quantity? High, TimeSpan Back)
{
    public static readonly TimeSpan DefaultBack = TimeSpan.FromMinutes(5);

    internal Mark Mark { get; init; }

    internal Unit Unit => (Low ?? High!.Value).Unit;

    internal bool IsKept(Quantity value) => !(Low is { } low && value.In(Unit) < low.In(Unit)) && !(High is { } high && value.In(Unit) > high.In(Unit));

    internal string Band => (Low, High) switch
    {
        ({ } low, { } high) => $"from {low} to {high}",
        ({ } low, _) => $"at least {low}",
        _ => $"at most {High}",
    };
}
