using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>Where an instrument stands in the lab.</summary>
/// <param name="Simulated">Whether the device behind the driver is a simulation; the birth says so.</param>
public sealed record HostedInstrument(string Site, string Instrument, bool Simulated)
{
    /// <summary>Lab time between two looks at the properties of an idle device, and so the longest time a lost link goes unnoticed; and between two rounds of a driver that tells them while an action runs.</summary>
    public TimeSpan PropertyPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the heartbeat of an interlock must be heard before the unit works. Once one was heard it must go on, whatever this says.</summary>
    public bool RequiresInterlock { get; init; }

    /// <summary>Real time for which a start waits for the first heartbeat before the unit begins Aborted.</summary>
    public TimeSpan FirstHeartbeatWithin { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Real time without a broker after which the unit goes to its safe state, since nobody could stop it then.</summary>
    public TimeSpan BrokerLease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What leases are measured with: real time, also where lab time runs faster. Only its monotonic timestamps are used.</summary>
    public TimeProvider LeaseClock { get; init; } = TimeProvider.System;

    /// <summary>What the driver measures with how long its device acts, and by which its marks are timed as long as the program runs; null for the host's own. A <see cref="SteadyClock"/> where the host's may be set.</summary>
    public TimeProvider? ActionClock { get; init; }

    /// <summary>Told of every message at once, while the broker may be away. Called on any thread, and returns at once.</summary>
    public Action<BusMessage> Saying { get; init; } = _ => { };

    /// <summary>What is known of the device's calibrations; the birth tells them, and values whose calibration has run out say so.</summary>
    public ImmutableArray<Calibration> Calibrations { get; init; } = [];

    /// <summary>Bounds of parameters, and of their combinations, within the driver's own ranges, see <see cref="CommandLimits"/>.</summary>
    public ImmutableArray<string> Limits { get; init; } = [];

    public InstrumentTopics Topics => Protocol.Topics.Of(Site, Instrument);
}
