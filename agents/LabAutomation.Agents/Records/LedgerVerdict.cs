namespace LabAutomation.Agents.Records;

/// <summary>What <see cref="Ledger.Verify"/> found.</summary>
/// <param name="Entries">Entries whose chain holds.</param>
/// <param name="Head">Hash of the last of them. Kept elsewhere, it proves that nothing was cut off the end.</param>
/// <param name="Problem">What is wrong with the next entry, or null if the ledger is sound.</param>
public sealed record LedgerVerdict(long Entries, string Head, string? Problem)
{
    public bool IsSound => Problem is null;
}
