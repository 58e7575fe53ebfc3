using LabAutomation.Agents.Records;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Synthesis;
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
        if (!instruments.AllSimulated || instruments.Instruments.Count == 0 || (instruments.AnyRemote && simulation.From is null)) return TimeProvider.System;
        var alone = instruments.Instruments.Where(instrument => instrument.IsSimulatedAlone).Select(instrument => Reached(SimulatedDevice.TimeIn, directory.DeviceOf(instrument.Name)));
        DateTimeOffset[] reached = [Last(directory.Ledger), .. instruments.Benches.Select(station => Reached(ColourBench.TimeIn, directory.BenchAt(station))), Reached(FurnaceRoom.TimeIn, directory.Room), .. alone];
        var last = reached.Max();
        if (simulation.From is { } from) return Shared(from, simulation.Speed, last);
        var now = TimeProvider.System.GetUtcNow();
        return new AcceleratedTimeProvider(TimeProvider.System, simulation.Speed, last > now ? last : now);
    }

    /// <summary>The same in every program that counts from the same instant, as far as their machines agree on the time.</summary>
    private static AcceleratedTimeProvider Shared(DateTimeOffset from, double speed, DateTimeOffset last)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (from > now) throw new LabException(LabFault.Configuration, $"configuration: Simulation:From {from:O} is in the future; lab time is counted from an instant in the past");
        var days = (now - from).TotalDays * speed;
        if (days > (DateTimeOffset.MaxValue - from).TotalDays / 2)
            throw new LabException(LabFault.Configuration, $"configuration: Simulation:From {from:O} is too long ago for Simulation:Speed={speed}: lab time would leave the calendar");
        var start = from.AddDays(days);
        return last <= start
            ? new AcceleratedTimeProvider(TimeProvider.System, speed, start)
            : throw new LabException(LabFault.Configuration, $"configuration: the record has reached {last:O} already, later than lab time by Simulation:From ({start:O}); use a data directory of its own");
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
