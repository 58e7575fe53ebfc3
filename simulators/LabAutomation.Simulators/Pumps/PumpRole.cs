using LabAutomation.Simulators.Liquids;

namespace LabAutomation.Simulators.Pumps;

/// <summary>Where a pump's tube ends: it puts a liquid into the cuvette, or (null) draws from it. Check valves pass one way only.</summary>
internal sealed record PumpRole(Liquid? Dispenses)
{
    public bool Pours(PumpRun run) => Dispenses is not null && !run.Withdraws;

    public bool Drains(PumpRun run) => Dispenses is null && run.Withdraws;
}
