using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.SystemTests.Testing;

/// <summary>
/// A driver host in a process of its own, its device and its broker being elsewhere. A command with the user property <c>die-at</c> lights
/// its <see cref="Fuse"/>. The process is this test program, started once more.
/// </summary>
internal sealed class MortalDriver : IDisposable
{
    /// <summary>User property that names the place at which the process ends.</summary>
    public const string DieAt = "die-at";

    /// <summary>The command has arrived and nothing is done about it.</summary>
    public const string Received = "received";

    /// <summary>Before and after every write.</summary>
    public const string AtJournal = "journal";

    /// <summary>Before the answer or the result is published, and after the broker has it.</summary>
    public const string AtBroker = "broker";

    /// <summary>Before bytes go to the device, and after bytes came from it.</summary>
    public const string AtDevice = "device";

    private readonly Process _process;

    private MortalDriver(Process process) => _process = process;

    public Task Ended => _process.WaitForExitAsync();

    /// <summary>Returns when it takes commands.</summary>
    public static async Task<MortalDriver> StartAsync(Life life)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(MortalDriver).Assembly.Location, "driver-host", JsonSerializer.Serialize(life)]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_TieredPGO"] = "0";        // lives are too short to learn from
        var driver = new MortalDriver(Process.Start(start)!);
        (await driver._process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60))).Should().Be("ready");
        return driver;
    }

    public static async Task<int> RunAsync(string settings)
    {
        var life = JsonSerializer.Deserialize<Life>(settings)!;
        var fuse = new Fuse();
        var clock = new AcceleratedTimeProvider(TimeProvider.System, life.Speed, life.From + (DateTimeOffset.UtcNow - life.From) * life.Speed);
        using var journal = new Journal(life.Journal);
        journal.Store.Boundary = _ => fuse.Pass(AtJournal);
        var open = StreamConnector.Parse($"tcp:127.0.0.1:{life.DevicePort}");
        var driver = DriverFamilies.BuiltIn.Create(
            new DriverSettings(life.Family, life.Settings.ToImmutableSortedDictionary(StringComparer.Ordinal)),
            async cancellation => new DeviceTap().Around(await open(cancellation), () => { fuse.Pass(AtDevice); return true; }),
            clock,
            TimeProvider.System);
        await using var host = new DriverHost(new HostedInstrument(life.Site, life.Instrument, Simulated: true) { PropertyPeriod = TimeSpan.FromHours(1) }, driver, journal, Connect, clock);
        await host.StartAsync(CancellationToken.None);
        await Console.Out.WriteLineAsync("ready");
        await Console.In.ReadLineAsync();
        return 0;

        ILabBus Connect(BusMessage will) => new FusedBus(
            new MqttLabBus(
                new MqttLabBusOptions { Host = "127.0.0.1", Port = life.BrokerPort, ClientId = life.Client, UserName = life.Client, Password = life.Password, Will = will },
                TimeProvider.System,
                NullLogger<MqttLabBus>.Instance),
            fuse);
    }

    /// <summary>Ends the process as kill -9 does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    /// <summary>What a host needs to know; the same for all lives of an instrument.</summary>
    internal sealed record Life(
        string Family,
        IReadOnlyDictionary<string, string> Settings,
        string Site,
        string Instrument,
        string Client,
        string Password,
        int BrokerPort,
        int DevicePort,
        string Journal,
        double Speed,
        DateTimeOffset From);

    private sealed class FusedBus(ILabBus bus, Fuse fuse) : ILabBus
    {
        public event Action<bool>? ConnectionChanged
        {
            add => bus.ConnectionChanged += value;
            remove => bus.ConnectionChanged -= value;
        }

        public string ClientId => bus.ClientId;

        public bool IsConnected => bus.IsConnected;

        public Task TakenOver => bus.TakenOver;

        public Task StartAsync(CancellationToken cancellation) => bus.StartAsync(cancellation);

        public async Task PublishAsync(BusMessage message, CancellationToken cancellation)
        {
            var counts = message.Topic.EndsWith("/result", StringComparison.Ordinal) || message.Topic.StartsWith("lab/1/clients/", StringComparison.Ordinal);
            if (counts) fuse.Pass(AtBroker);
            await bus.PublishAsync(message, cancellation);
            if (counts) fuse.Pass(AtBroker);
        }

        public Task SubscribeAsync(string filter, Action<BusMessage> handler, CancellationToken cancellation) => bus.SubscribeAsync(
            filter,
            message =>
            {
                if (message.Properties.TryGetValue(DieAt, out var place)) fuse.Set(place);
                if (message.Topic.Contains("/cmd/", StringComparison.Ordinal)) fuse.Pass(Received);
                handler(message);
            },
            cancellation);

        public ValueTask DisposeAsync() => bus.DisposeAsync();
    }
}
