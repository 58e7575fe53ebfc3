using LabAutomation.Protocol;

namespace LabAutomation.Agents.Consumables;

/// <summary>The payload of <c>ctl/refill</c> at the lab's desk: a person has refilled a consumable, or counted it.</summary>
/// <param name="Counted">Whether the amount is what is there now, in place of what was added.</param>
public sealed record StockOrder(string Consumable, Quantity Amount, bool Counted, string By, DateTimeOffset At)
{
    public const string Verb = "refill";
}
