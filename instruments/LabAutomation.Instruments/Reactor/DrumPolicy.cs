namespace LabAutomation.Instruments.Reactor;

/// <summary>Proposes a rate of all drums for the next second from what a view shows.</summary>
public delegate DrumProposal DrumPolicy(FollowingView view);

/// <summary>What whoever steers a reactor proposes.</summary>
/// <param name="Rate">Of all drums, degrees per second, positive outwards; what is no number lets the drums go in.</param>
/// <param name="Doubt">What was outside the range for which whoever steers is made, or why there is no number; null where all was as it should be.</param>
public readonly record struct DrumProposal(double Rate, string? Doubt = null)
{
    /// <summary>A proposal without a doubt.</summary>
    public static implicit operator DrumProposal(double rate) => new(rate);
}

/// <summary>A policy and who it is, for the record.</summary>
/// <param name="Name">In a few words, with the version.</param>
public sealed record SteeringModel(string Name, DrumPolicy Propose);
