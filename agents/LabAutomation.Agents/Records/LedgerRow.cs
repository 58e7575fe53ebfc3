namespace LabAutomation.Agents.Records;

/// <summary>An entry as it is stored.</summary>
internal sealed record LedgerRow(long Seq, string Campaign, string At, string Kind, string Body, string Hash);
