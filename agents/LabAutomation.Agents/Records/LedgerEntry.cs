namespace LabAutomation.Agents.Records;

/// <summary>One line of the ledger.</summary>
/// <param name="Seq">Counts from 1 without gaps.</param>
/// <param name="Campaign">The campaign it belongs to.</param>
/// <param name="At">Lab time.</param>
/// <param name="Hash">SHA-256 over the previous hash and this entry, lower-case hexadecimal.</param>
public sealed record LedgerEntry(long Seq, string Campaign, DateTimeOffset At, LabEvent Event, string Hash);
