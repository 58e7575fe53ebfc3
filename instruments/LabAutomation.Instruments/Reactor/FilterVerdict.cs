namespace LabAutomation.Instruments.Reactor;

/// <summary>What became of a proposal.</summary>
public enum FilterDecision
{
    /// <summary>As proposed.</summary>
    Accepted,

    /// <summary>Moved towards all drums in, as far as was needed.</summary>
    Bent,

    /// <summary>All drums in, until a person resets the trip.</summary>
    Tripped,
}

/// <summary>What the drums do for one tick.</summary>
/// <param name="Rates">Degrees per second, positive outwards, one for each drum.</param>
/// <param name="Because">Why it is not what was proposed; empty where it is.</param>
public sealed record FilterVerdict(FilterDecision Decision, IReadOnlyList<double> Rates, string Because);
