using System.Globalization;

namespace LabAutomation.Benchmarks.House;

/// <summary>What tests and benchmarks with faults have made happen, by the rows of docs/reference/fault-tests.md: a line for each in a file of the folder that FAULT_TABLE names, for .ci/run to print.</summary>
internal static class FaultTable
{
    private static readonly Lock Gate = new();

    /// <param name="row">Of the table.</param>
    /// <param name="what">What happened so often, in words.</param>
    /// <param name="happened">More than none.</param>
    /// <exception cref="InvalidOperationException">Nothing has happened, so that nothing was shown.</exception>
    public static void Tell(int row, string what, long happened)
    {
        if (happened <= 0) throw new InvalidOperationException($"row {row} of the fault tests is about {what}, and there were none");
        if (Environment.GetEnvironmentVariable("FAULT_TABLE") is not { Length: > 0 } folder) return;
        lock (Gate) File.AppendAllText(Path.Combine(folder, $"{Environment.ProcessId}.txt"), string.Create(CultureInfo.InvariantCulture, $"{row,4} {happened,8}  {what}\n"));
    }
}
