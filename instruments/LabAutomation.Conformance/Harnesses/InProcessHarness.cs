using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>A driver host in this process with a simulated device and a broker, all of which it can break.</summary>
public sealed class InProcessHarness : IConformanceHarness
{
    private readonly InProcessSetup _setup;
    private readonly ConformanceBroker _broker;
    private readonly IAsyncDisposable? _brokerLifetime;
    private readonly List<HostedLife> _lives = [];
    private string _folder = Directory.CreateTempSubdirectory("conformance-").FullName;
    private ConformanceDevice _device;
    private bool _full;

    private InProcessHarness(InProcessSetup setup, TimeProvider clock, ConformanceBroker broker, IAsyncDisposable? brokerLifetime)
    {
        (_setup, Clock, _broker, _brokerLifetime) = (setup, clock, broker, brokerLifetime);
        _device = setup.Device(clock);
    }

    public InstrumentTopics Topics { get; } = Protocol.Topics.Of(ConformanceBroker.Site, ConformanceBroker.Instrument);

    public HarnessAbilities Can => (HarnessAbilities)((int)HarnessAbilities.LateDeath * 2 - 1 | (int)(HarnessAbilities.Exchange | HarnessAbilities.Interlock)) & (_broker.Restart is null ? ~HarnessAbilities.Broker : ~HarnessAbilities.None);

    public TimeProvider Clock { get; }

    public TimeSpan Patience => _setup.Patience;

    public TimeSpan Slack => TimeSpan.FromSeconds(0.5 * _setup.Speed);

    public TimeSpan KeepAlive => _setup.KeepAlive;

    public TimeSpan? BrokerLease { get; private set; } = TimeSpan.FromSeconds(15);

    public bool? Simulated => _setup.Simulated;

    public long DeviceBytes => Tap.Bytes;

    public IReadOnlyList<string> Effects => _device.Effects();

    public bool? IsDeviceAtRest => _device.IsAtRest();

    public string Graph => _setup.Graph();

    public string DriverGraph => Life.Driver.ToMermaid();

    public (string Initial, IReadOnlyList<(string From, string To)> Steps) DriverStates => (Life.Driver.Initial, Life.Driver.Steps);

    internal DeviceTap Tap { get; } = new();

    private string JournalPath => Path.Combine(_folder, "journal.db");

    private HostedLife Life => _lives.LastOrDefault() ?? throw new InvalidOperationException("the host was not started");

    public static async Task<IConformanceHarness> OpenAsync(InProcessSetup setup)
    {
        var clock = setup.Clock();
        var (broker, lifetime) = await setup.Broker(clock);
        return new InProcessHarness(setup, clock, broker, lifetime);
    }

    public async Task<ILabBus> ConnectAsync(ConformanceClient client, CancellationToken cancellation)
    {
        var id = ConformanceBroker.IdOf(client);
        var bus = _broker.Connect(id, null, ConformanceBroker.Accounts[id]);
        await bus.StartAsync(cancellation).WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, cancellation);
        return bus;
    }

    public Task StartAsync(CancellationToken cancellation) => _lives.LastOrDefault() is { Alive: true } ? Task.CompletedTask : BeginAsync(ConformanceBroker.Driver, JournalPath, cancellation);

    public async Task<bool> StartTwinAsync(bool ownJournal, CancellationToken cancellation)
    {
        try
        {
            await BeginAsync(ConformanceBroker.Twin, ownJournal || _setup.TwinHasOwnJournal ? Path.Combine(_folder, "twin.db") : JournalPath, cancellation);
            return true;
        }
        catch (FencedException)
        {
            var twin = Life;
            _lives.Remove(twin);
            await twin.EndAsync();
            return false;
        }
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        var life = Life;
        await life.Host!.StopAsync(cancellation);
        await life.EndAsync();
    }

    public async Task KillAsync()
    {
        if (!Life.Alive) await Life.DeadAsync();
        else await Life.KillAsync();
    }

    public Task KillAtBoundary(int boundary) => _setup.WritesNoJournal ? new TaskCompletionSource().Task : Life.KillAt(boundary);

    public async Task RebuildAsync(CancellationToken cancellation)
    {
        foreach (var life in _lives) await life.KillAsync();
        _lives.Clear();
        ExchangeDevice();
        Directory.Delete(_folder, recursive: true);
        _folder = Directory.CreateTempSubdirectory("conformance-").FullName;
        await BeginAsync(ConformanceBroker.Driver, JournalPath, cancellation);
    }

    public void ExchangeDevice()
    {
        _device.Lifetime.Dispose();
        _device = _setup.Device(Clock);
    }

    public void HoldAnswers(bool held) => Tap.Hold(held);

    public void SpoilAnswers(bool spoilt) => Tap.Spoilt = spoilt;

    public void FillDisk(bool full) => _full = full && !_setup.IgnoresDisk;

    public Task RestartBrokerAsync() => (_broker.Restart ?? throw new NotSupportedException("this broker cannot be restarted"))();

    public async Task TellDeathAsync(Liveness death, CancellationToken cancellation)
    {
        await using var grave = _broker.Connect(ConformanceBroker.Twin, null, ConformanceBroker.Accounts[ConformanceBroker.Twin]);
        await grave.StartAsync(cancellation).WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, cancellation);
        await grave.PublishAsync(BusMessage.Retained(Topics.Liveness, death), cancellation);
    }

    public void Freeze(bool frozen) => throw new NotSupportedException("a part of this process cannot stand still alone");

    public void CutBusLink() => _broker.Sever(Life.ClientId);

    public void ShortenBrokerLease(TimeSpan lease) => BrokerLease = lease;

    public void MendBusLink() => _broker.Mend(Life.ClientId);

    public async ValueTask DisposeAsync()
    {
        Tap.Hold(false);
        foreach (var life in _lives) await life.KillAsync();
        if (_brokerLifetime is not null) await _brokerLifetime.DisposeAsync();
        _device.Lifetime.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task BeginAsync(string clientId, string journal, CancellationToken cancellation)
    {
        if (_lives.Any(life => life.ClientId == clientId)) _broker.Mend(clientId);
        var life = new HostedLife(clientId, new Journal(journal), () => _broker.Sever(clientId), () => _full);
        _lives.Add(life);
        WatchedDriver? watched = null;
        var driver = _setup.Driver(_ => Task.FromResult(Tap.Around(_device.Connect(), () => life.Alive, () => watched!.Look())), Clock);
        life.Driver = watched = new WatchedDriver(driver);
        var place = new HostedInstrument(ConformanceBroker.Site, ConformanceBroker.Instrument, _setup.Simulated) 
        {
            PropertyPeriod = TimeSpan.FromDays(1),
            BrokerLease = _setup.OutlastsBroker ? TimeSpan.FromHours(1) : BrokerLease!.Value,
        };
        life.Host = new DriverHost(place, watched, life.Journal, will => life.Bus = new MortalBus(_broker.Connect(clientId, will, ConformanceBroker.Accounts[clientId]), () => life.Alive), Clock);
        await life.Host.StartAsync(cancellation).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, cancellation);
    }
}
