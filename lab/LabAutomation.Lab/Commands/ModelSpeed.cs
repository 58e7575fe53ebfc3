namespace LabAutomation.Lab.Commands;

/// <summary>How long runs of so many rows take.</summary>
internal sealed record ModelSpeed(int Rows, double MedianMicroseconds, double P99Microseconds, double RowsPerSecond);
