namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>A frame as it came.</summary>
/// <param name="Number">Of the pulse.</param>
/// <param name="Payload">Counts of 16 bits, the low byte first, row after row.</param>
internal readonly record struct RawFrame(long Number, ReadOnlyMemory<byte> Payload);
