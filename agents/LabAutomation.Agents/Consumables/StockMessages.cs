using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Consumables;

/// <summary>What the stockroom understands.</summary>
public abstract record StockMessage
{
    private StockMessage()
    {
    }

    /// <summary>A person has refilled a consumable, or counted it. The asker is told <see cref="StockReply"/> when it is on record.</summary>
    /// <param name="IsCount">Whether the amount is what is there now, in place of what was added.</param>
    public sealed record Take(string Consumable, Quantity Amount, string By, bool IsCount) : StockMessage;

    /// <summary>Tell the asker what there is for these campaigns, now and after each refill.</summary>
    internal sealed record Supply(ImmutableArray<string> Campaigns) : StockMessage;

    /// <summary>A person should refill it.</summary>
    internal sealed record Want(RefillRequested Request) : StockMessage;
}

/// <summary>Whether what a person said of stock is on record.</summary>
/// <param name="Words">What there is now, or what was wrong.</param>
public sealed record StockReply(bool Done, string Words);

/// <summary>Told to whoever watches: a person is asked to refill something.</summary>
public sealed record RefillWanted(RefillRequested Request);
