using Akka.Actor;
using LabAutomation.Agents;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting.Broker;
using LabAutomation.Protocol;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LabAutomation.Hosting;

/// <summary>
/// A running lab: broker, instruments and agents over one data directory. It starts and stops with the host; campaigns are begun and
/// taken up again through it.
/// </summary>
public sealed class Laboratory(
    IOptions<LabOptions> lab,
    IOptions<BrokerOptions> broker,
    IOptions<SimulationOptions> simulation,
    IOptions<InstrumentList> instruments,
    ILoggerFactory logging) : IHostedService, IAsyncDisposable
{
    private const string AgentsClient = "agents";

    private readonly Stack<Func<ValueTask>> _undo = new();
    private readonly TaskCompletionSource _fatal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActorSystem? _agents;
    private IActorRef _root = ActorRefs.Nobody;
    private Ledger? _ledger;

    /// <summary>Lab time.</summary>
    public TimeProvider Clock { get; private set; } = TimeProvider.System;

    public Ledger Ledger => _ledger ?? throw new LabException(LabFault.NotNow, "the lab has not started");

    public string Site => lab.Value.Site;

    /// <summary>Raised for everything an instrument shows. A handler returns at once.</summary>
    public event Action<InstrumentNotice>? InstrumentNoticed;

    /// <summary>Raised after each change of the running campaign. A handler returns at once.</summary>
    public event Action<CampaignState>? CampaignChanged;

    /// <exception cref="LabException">A part does not come up; what had started is stopped again.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            var directory = Keep(DataDirectory.Hold(lab.Value.DataDirectory));
            Clock = LabClock.For(directory.Ledger, simulation.Value, instruments.Value);
            _ledger = Keep(Ledger.Open(directory.Ledger, Clock));
            var switchboard = Keep(await EmbeddedBroker.StartAsync(broker.Value, logging, cancellation));
            var rack = Keep(new InstrumentRack(Site, directory, simulation.Value, Clock, logging));
            await rack.StartAsync(instruments.Value.Instruments, client => switchboard.Connect(client, BrokerAccess.ForDriver(Site, client.Instrument!, client.ClientId)), cancellation);
            await StartAgentsAsync(switchboard, cancellation);
        }
        catch (Exception error) when (error is LedgerException)
        {
            await DisposeAsync();
            throw new LabException(LabFault.Storage, error.Message, error);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async Task StopAsync(CancellationToken cancellation) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        while (_undo.TryPop(out var undo)) await undo();
    }
}
