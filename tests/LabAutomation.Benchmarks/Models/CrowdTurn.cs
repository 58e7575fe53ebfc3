namespace LabAutomation.Benchmarks.Models;

/// <summary>What a crowd did in one turn.</summary>
/// <param name="Calls">Answered.</param>
/// <param name="Seconds">From the first to the last.</param>
/// <param name="P99Microseconds">From a call's submission to its answer.</param>
/// <param name="Bytes">Allocated by callers, owner and what lets them begin and end together.</param>
internal sealed record CrowdTurn(int Calls, double Seconds, double P99Microseconds, long Bytes);
