using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LabAutomation.Hosting.Desk;

/// <summary>What persons say of a lab that does not run, put on its record.</summary>
public static class OfflineDesk
{
    /// <param name="host">Of the lab, not started.</param>
    /// <param name="counted">Whether the amount is what is there now, in place of what was added.</param>
    /// <exception cref="LabException">The lab runs (<see cref="LabFault.InUse"/>), or its record cannot be written.</exception>
    public static StockReply Refill(IHost host, string consumable, Quantity amount, string by, bool counted)
    {
        var instruments = host.Services.GetRequiredService<IOptions<InstrumentListOptions>>().Value;
        using var directory = DataDirectory.Hold(host.Services.GetRequiredService<IOptions<LabOptions>>().Value.DataDirectory);
        var clock = new RealGround().Clock(directory, host.Services.GetRequiredService<IOptions<SimulationOptions>>().Value, instruments);
        using var ledger = Ledger.Open(directory.Ledger, clock);
        return Laboratory.Refill(ledger, instruments.Stations.Consumables, consumable, amount, by, counted);
    }

    /// <summary>File by which persons on this machine reach a lab that runs on a data directory with its own broker; there while it runs.</summary>
    public static string LinkIn(string dataDirectory) => DeskLink.In(dataDirectory);
}
