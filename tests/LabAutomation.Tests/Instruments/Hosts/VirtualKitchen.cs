using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Simulators.Time;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A tea maker and its host on a simulated broker in virtual time, with a caller. The device writes down for which action it poured.</summary>
internal sealed class VirtualKitchen : IDisposable
{
    /// <summary>The host's client id.</summary>
    public const string Host = "tea";

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenBeats = TimeSpan.FromSeconds(0.5);

    private readonly string _folder = Directory.CreateTempSubdirectory("kitchen").FullName;
    private readonly Journal _journal;
    private readonly VirtualLoop _loop;
    private long _beats;

    public VirtualKitchen(BusFaults? faults = null)
    {
        _loop = new VirtualLoop(Clock);
        Broker = new SimulatedBroker(Clock, faults: faults);
        Broker.Arriving += _ => Messages++;
        _journal = new Journal(Path.Combine(_folder, "journal.db"), isDurable: false);
    }

    public VirtualTime Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public SimulatedBroker Broker { get; }

    public TeaMaker Device { get; } = new();

    public TimeSpan PouringTime { get; init; } = TimeSpan.FromMilliseconds(50);

    public bool HasInterlock { get; init; }

    public List<ActionId> Poured { get; } = [];

    /// <summary>That reached the broker.</summary>
    public int Messages { get; private set; }

    /// <summary>Runs the work with the host up.</summary>
    public void Run(Func<DriverHost, StubbornCaller, Task> work)
    {
        _loop.Run(async () =>
        {
            await using var interlock = Broker.CreateBus("interlock");
            await interlock.StartAsync(CancellationToken.None);
            await using var beats = HasInterlock ? Clock.CreateTimer(_ => Beat(interlock), null, TimeSpan.Zero, BetweenBeats) : null;
            await using var bus = Broker.CreateBus(StubbornCaller.Client);
            var caller = await StubbornCaller.StartAsync(bus, Clock);
            var place = new HostedInstrument("site", "tea", Simulated: true) { LeaseClock = Clock, RequiresInterlock = HasInterlock };
            var driver = new TeaMakerDriver(Device) { OnExecute = PourAsync };
            await using var host = new DriverHost(place, driver, _journal, will => Broker.CreateBus(Host, will), Clock);
            await host.StartAsync(CancellationToken.None);
            await work(host, caller);
            host.Completion.IsFaulted.Should().BeFalse();
        });
        _loop.FirstFromOutside.Should().BeNull();
    }

    public void Dispose()
    {
        _journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Beat(SimulatedBus interlock) => _ = interlock.PublishAsync(
        BusMessage.Of(Topics.InterlockHeartbeat, new HeartbeatFrame(++_beats, Lease.TotalSeconds, "c", Clock.GetUtcNow())) with { ExpirySeconds = (uint)Lease.TotalSeconds },
        CancellationToken.None);

    private async Task<ActionOutcome> PourAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(PouringTime, Clock, cancellation);
        }
        catch (OperationCanceledException)
        {
            return ActionOutcome.Cancelled("stopped before it poured");
        }

        Poured.Add(command.Action);
        return new TeaMakerDriver(Device).Pour(scope);
    }
}
