using LabAutomation.Protocol;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.StandIns.MQTTnet;
using LabAutomation.SystemTests.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.SystemTests.Bus;

/// <summary>A broker in a process of its own that is ended by kill -9 and started again on the same port.</summary>
internal sealed class KilledBroker : IAsyncDisposable
{
    public const string Keeping = "mosquitto with its sessions on disk";
    public const string Forgetting = "mosquitto without";
    public const string Own = "the embedded broker's program";

    private readonly TemporaryFolder _folder = new();
    private readonly string _kind;
    private readonly int _port = BrokerFixture.FreePort();
    private IDisposable? _process;

    private KilledBroker(string kind) => _kind = kind;

    public static async Task<KilledBroker> StartAsync(string kind)
    {
        var broker = new KilledBroker(kind);
        await broker.StartAsync();
        return broker;
    }

    public MqttLabBus Connect(string clientId, BusMessage? will = null) =>
        new(new MqttLabBusOptions { Host = "127.0.0.1", Port = _port, ClientId = clientId, Will = will }, TimeProvider.System, NullLogger<MqttLabBus>.Instance);

    /// <param name="away">How long nobody answers.</param>
    public async Task KillAndRestartAsync(TimeSpan away)
    {
        _process!.Dispose();        // kill -9 in both
        await Task.Delay(away);
        await StartAsync();
    }

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task StartAsync()
    {
        if (_kind == Own)
        {
            _process = BrokerHost.Start(_port, _folder.At("sessions"));
            return;
        }

        var program = ForeignProgram.Require("mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto");
        var configuration = _folder.Write("mosquitto.conf", $"""
            user root
            listener {_port} 127.0.0.1
            allow_anonymous true
            set_tcp_nodelay true
            {(_kind == Keeping ? $"persistence true\npersistence_location {_folder.Path}/\nautosave_on_changes true\nautosave_interval 1" : "persistence false")}
            """);
        _process = ForeignProgram.Start(program, "-c", configuration);
        await ForeignProgram.WaitForPortAsync(_port);
    }
}
