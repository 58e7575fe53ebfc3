namespace LabAutomation.Agents.Scheduling;

/// <summary>A place where samples stand: the deck of an instrument, a nest, a rack.</summary>
/// <param name="Name">Unique among locations.</param>
/// <param name="Capacity">Samples that fit; <see cref="Unlimited"/> where room never runs out.</param>
internal sealed record LabLocation(string Name, int Capacity = 1)
{
    public const int Unlimited = int.MaxValue;
}
