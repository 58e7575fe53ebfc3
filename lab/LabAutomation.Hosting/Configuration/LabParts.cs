using LabAutomation.Agents.Reasoning;
using Microsoft.Extensions.Logging;

namespace LabAutomation.Hosting;

/// <summary>A lab's configuration, read and validated, and what it is made with.</summary>
internal sealed record LabParts(
    LabOptions Lab,
    BrokerOptions Broker,
    SimulationOptions Simulation,
    InstrumentListOptions Instruments,
    ModelHostOptions Models,
    DrumPolicies Policies,
    InstrumentFamilies Families,
    ILoggerFactory Logging,
    LabGround Ground)
{
    /// <summary>Who may do what, as people have it whenever it is asked for.</summary>
    public required Func<LabPolicy> Policy { get; init; }
}
