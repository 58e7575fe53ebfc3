using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Consumables;

/// <summary>Something that is used up, and that a person refills. Declared once for a lab.</summary>
/// <param name="Unit">In which it is counted; of all its amounts.</param>
/// <param name="OnHand">How much there was when the lab first heard of it.</param>
/// <param name="Capacity">How much there is room for.</param>
/// <param name="Low">Below this much a person is asked to refill it.</param>
public sealed record Consumable(string Name, Unit Unit, double OnHand, double Capacity, double Low, ImmutableArray<DrawPoint> DrawnBy)
{
    public Quantity Of(double amount) => new(amount, Unit);
}

/// <summary>What draws a consumable: an instrument, or one port of it.</summary>
/// <param name="Command">Null for each command whose driver says that it uses something up.</param>
/// <param name="Argument">Of the command; null for the one that its driver names.</param>
/// <param name="Port">An argument that says from which port is drawn; null where the instrument has one.</param>
/// <param name="At">Its value, in the parameter's own unit, for this consumable.</param>
public sealed record DrawPoint(string Instrument, string? Command = null, string? Argument = null, string? Port = null, double At = 0);
