namespace LabAutomation.Benchmarks.Models;

/// <summary>Medians over the rounds.</summary>
/// <param name="BestFixed">Calls in the best fixed batch.</param>
/// <param name="FixedRate">Its rows per second in a bare loop.</param>
/// <param name="Ratio">The batcher's rows per second beside it.</param>
/// <param name="ProcessorRatio">The same by the processor's time, which neighbours do not spoil.</param>
/// <param name="ServiceMicroseconds">A bare run of all callers' rows.</param>
/// <param name="LatencyRatio">The 99th percentile of the calls beside it.</param>
/// <param name="BytesPerCall">Allocated by callers and owner together.</param>
internal sealed record ManyCallersResult(int BestFixed, double FixedRate, double Ratio, double ProcessorRatio, double ServiceMicroseconds, double LatencyRatio, double BytesPerCall);
