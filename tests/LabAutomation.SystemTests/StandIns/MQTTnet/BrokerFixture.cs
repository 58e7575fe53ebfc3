using System.Net;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>A server on a free loopback port and the clients of one test.</summary>
internal sealed class BrokerFixture : IAsyncDisposable
{
    private readonly List<IMqttClient> _clients = [];

    private BrokerFixture(MqttServer server, int port)
    {
        Server = server;
        Port = port;
    }

    public MqttServer Server { get; }

    public int Port { get; }

    public static async Task<BrokerFixture> StartAsync(Action<MqttServerOptionsBuilder>? configure = null, Action<MqttServer>? prepare = null)
    {
        var port = FreePort();
        var options = new MqttServerFactory().CreateServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(port);
        configure?.Invoke(options);
        var built = options.Build();
        built.KeepAliveOptions.MonitorInterval = TimeSpan.FromMilliseconds(100);
        var server = new MqttServerFactory().CreateMqttServer(built);
        prepare?.Invoke(server);
        await server.StartAsync();
        return new BrokerFixture(server, port);
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public MqttClientOptionsBuilder Options(string clientId) => OptionsFor(Port, clientId);

    public static MqttClientOptionsBuilder OptionsFor(int port, string clientId) => new MqttClientFactory().CreateClientOptionsBuilder()
        .WithTcpServer("127.0.0.1", port)
        .WithClientId(clientId)
        .WithTimeout(TimeSpan.FromSeconds(10));

    public IMqttClient NewClient()
    {
        var client = new MqttClientFactory().CreateMqttClient();
        _clients.Add(client);
        return client;
    }

    public async Task<IMqttClient> ConnectAsync(string clientId, Action<MqttClientOptionsBuilder>? configure = null)
    {
        var options = Options(clientId);
        configure?.Invoke(options);
        var client = NewClient();
        var result = await client.ConnectAsync(options.Build());
        result.ResultCode.Should().Be(MqttClientConnectResultCode.Success);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await Server.StopAsync();
        Server.Dispose();
    }

    public static MqttApplicationMessage Message(
        string topic, string payload, MqttQualityOfServiceLevel quality = MqttQualityOfServiceLevel.AtLeastOnce, bool retain = false) =>
        new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(quality).WithRetainFlag(retain).Build();
}
