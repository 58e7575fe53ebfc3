using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Queue;
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
    public static StockReply Refill(IHost host, string consumable, Quantity amount, string by, bool counted) =>
        Write(host, ledger => Laboratory.Refill(ledger, Value<InstrumentListOptions>(host).Stations.Consumables, consumable, amount, by, counted));

    /// <summary>Changes what waits of campaigns on record.</summary>
    /// <param name="host">Of the lab, not started.</param>
    /// <exception cref="LabException">The lab runs (<see cref="LabFault.InUse"/>), or its record cannot be written.</exception>
    public static QueueReply Queue(IHost host, QueueOrder order) => Write(host, ledger => Laboratory.Queue(ledger, LabHost.PolicyOf(host.Services), order));

    private static T Value<T>(IHost host)
        where T : class => host.Services.GetRequiredService<IOptions<T>>().Value;

    private static T Write<T>(IHost host, Func<Ledger, T> write)
    {
        using var directory = DataDirectory.Hold(Value<LabOptions>(host).DataDirectory);
        using var ledger = Ledger.Open(directory.Ledger, new RealGround().Clock(directory, Value<SimulationOptions>(host), Value<InstrumentListOptions>(host)));
        return write(ledger);
    }

    /// <summary>File by which persons on this machine reach a lab that runs on a data directory with its own broker; there while it runs.</summary>
    public static string LinkIn(string dataDirectory) => DeskLink.In(dataDirectory);
}
