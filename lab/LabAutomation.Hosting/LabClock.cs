using LabAutomation.Agents.Records;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Time;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Hosting;

/// <summary>The lab's one clock.</summary>
internal static class LabClock
{
    /// <summary>
    /// The wall clock for real instruments. For simulated ones time runs faster, and goes on from the last entry of the record where
    /// an earlier run got ahead of the wall clock, or from where its simulated devices stopped after that: lab time never runs backwards.
    /// </summary>
    public static TimeProvider For(DataDirectory directory, SimulationOptions simulation, InstrumentListOptions instruments)
    {
        if (!instruments.AllSimulated || instruments.Instruments.Count == 0) return TimeProvider.System;
        var alone = instruments.Instruments.Where(instrument => instrument.IsSimulatedAlone).Select(instrument => Reached(SimulatedDevice.TimeIn, directory.DeviceOf(instrument.Name)));
        DateTimeOffset[] reached = [TimeProvider.System.GetUtcNow(), Last(directory.Ledger), Reached(ColourBench.TimeIn, directory.Devices), .. alone];
        return new AcceleratedTimeProvider(TimeProvider.System, simulation.Speed, reached.Max());
    }

    /// <summary>A simulated bench or device that is damaged tells so when it is opened.</summary>
    private static DateTimeOffset Reached(Func<string, DateTimeOffset?> timeIn, string place)
    {
        try
        {
            return timeIn(place) ?? DateTimeOffset.MinValue;
        }
        catch (InvalidDataException)
        {
            return DateTimeOffset.MinValue;
        }
    }

    private static DateTimeOffset Last(string path)
    {
        if (!Ledger.Exists(path)) return DateTimeOffset.MinValue;
        using var ledger = Ledger.OpenForReading(path);
        return ledger.LastAt ?? DateTimeOffset.MinValue;
    }
}
