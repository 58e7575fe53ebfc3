using LabAutomation.Protocol;

namespace LabAutomation.Agents.Records;

/// <summary>What came into the lab at one time of a consumable.</summary>
/// <param name="Number">From 1 for each consumable; 0 for what was drawn though no lot on record had it.</param>
/// <param name="Amount">Of the whole lot.</param>
/// <param name="Origin">Who brought it and how, such as <c>refilled by Ada</c>.</param>
public sealed record StockLot(string Consumable, int Number, Quantity Amount, DateTimeOffset At, string Origin)
{
    public string Id => Number == 0 ? $"{Consumable}#?" : FormattableString.Invariant($"{Consumable}#{Number}");
}

/// <summary>A part of a lot.</summary>
public sealed record LotPortion(StockLot Lot, Quantity Amount);
