using LabAutomation.Agents.Records;
using LabAutomation.Simulators.Time;

namespace LabAutomation.Hosting;

/// <summary>The lab's one clock.</summary>
internal static class LabClock
{
    /// <summary>
    /// The wall clock for real instruments. For simulated ones time runs faster, and goes on from the last entry of the record where
    /// an earlier run got ahead of the wall clock: lab time never runs backwards.
    /// </summary>
    public static TimeProvider For(string ledger, SimulationOptions simulation, InstrumentListOptions instruments)
    {
        if (!instruments.AllSimulated || instruments.Instruments.Count == 0) return TimeProvider.System;
        var (now, last) = (TimeProvider.System.GetUtcNow(), Last(ledger));
        return new AcceleratedTimeProvider(TimeProvider.System, simulation.Speed, last > now ? last : now);
    }

    private static DateTimeOffset Last(string path)
    {
        if (!File.Exists(path)) return DateTimeOffset.MinValue;
        using var ledger = Ledger.OpenForReading(path);
        return ledger.LastAt ?? DateTimeOffset.MinValue;
    }
}
