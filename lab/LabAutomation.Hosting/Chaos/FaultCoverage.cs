using System.Collections.Immutable;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Hosting.Chaos;

/// <summary>How often something of a kind was to go wrong, and how often that made a difference.</summary>
/// <param name="Drawn">Faults of it in all scripts.</param>
/// <param name="Struck">How often they made a difference together.</param>
public sealed record FaultCoverage(FaultTraits Traits, int Drawn, int Struck)
{
    /// <summary>A kind that was drawn so often and never made a difference tests nothing.</summary>
    public const int OftenEnough = 20;

    /// <summary>Of each kind that can strike, in the order of the table.</summary>
    public static ImmutableArray<FaultCoverage> Of(IEnumerable<FaultTraits> kinds, IEnumerable<(Fault Fault, int Struck)> faults)
    {
        var known = faults.ToLookup(fault => fault.Fault.Kind);
        return [.. kinds.Select(traits => new FaultCoverage(traits, known[traits.Kind].Count(), known[traits.Kind].Sum(fault => fault.Struck)))];
    }
}
