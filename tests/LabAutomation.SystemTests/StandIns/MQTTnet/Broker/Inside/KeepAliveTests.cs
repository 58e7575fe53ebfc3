using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using MQTTnet.Protocol;
using MQTTnet.Server;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>When the broker takes a client for dead, by its own clock: after one and a half keep-alives (MQTT 5, 3.1.2.10) and its next look, and no earlier.</summary>
public sealed class KeepAliveTests
{
    private const ushort KeepAlive = 10;

    [Fact]
    public async Task The_will_of_a_client_that_fell_silent_is_out_after_one_and_a_half_keep_alives_and_no_earlier()
    {
        var (clock, port) = (new FakeTimeProvider(), BrokerFixture.FreePort());
        var options = new MqttServerFactory().CreateServerOptionsBuilder()
            .WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointBoundIPV6Address(IPAddress.None).WithDefaultEndpointPort(port).Build();
        using var server = new MqttServer(options, clock);
        await server.StartAsync();
        using var lab = await RawClient.DialAsync(port);
        await lab.ConnectAsync("lab");
        await lab.SubscribeAsync("liveness");
        using var driver = await RawClient.DialAsync(port);
        driver.Send(new ConnectPacket
        {
            ClientId = "driver", CleanStart = true, KeepAliveSeconds = KeepAlive,
            Will = new WillMessage { Topic = "liveness", Payload = Encoding.UTF8.GetBytes("offline"), Quality = MqttQualityOfServiceLevel.AtMostOnce },
        });
        await driver.ReadAsync<ConnAckPacket>();
        await UntilItIsListenedToAsync(server, clock);

        clock.Advance(TimeSpan.FromSeconds((1.5 * KeepAlive) - 0.1));
        var isThere = (await server.GetClientsAsync()).Any(client => client.Id == "driver");
        clock.Advance(TimeSpan.FromSeconds(0.1) + options.KeepAliveOptions.MonitorInterval);

        isThere.Should().BeTrue();
        var told = await lab.ReadAsync<PublishPacket>();
        (told.Topic, Encoding.UTF8.GetString(told.Payload.ToArray())).Should().Be(("liveness", "offline"));
        (await driver.ReadAsync<DisconnectPacket>()).ReasonCode.Should().Be(MqttDisconnectReasonCode.KeepAliveTimeout);
        await server.StopAsync();
    }

    /// <summary>From then on the client's silence counts: the broker has nothing of it in hand any more.</summary>
    private static async Task UntilItIsListenedToAsync(MqttServer server, FakeTimeProvider clock)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!server.Inside.Sessions().Any(session => session.ClientId == "driver" && session.Connection?.IsSilent(clock.GetUtcNow().AddHours(1)) == true)) await Task.Delay(5, patience.Token);
    }
}
