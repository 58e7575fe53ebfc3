using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LabAutomation.Protocol;
using LabAutomation.Tests.Protocol.Bus;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.Bus;

/// <summary>A broker whose access list was changed while a client was away: what it granted before it refuses now.</summary>
public sealed class RefusedAgainTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _asked = new();
    private MqttServer _server = null!;
    private MqttLabBus _bus = null!;
    private volatile string _refused = "";

    [Fact]
    public async Task A_link_over_which_a_subscription_is_refused_that_was_granted_before_does_not_stand()
    {
        var mailbox = await Mailbox.OpenAsync(_bus, Topics.InterlockTrip);
        await Mailbox.OpenAsync(_bus, "lab/1/site/pump/cmd/+");
        var stood = 0;
        _bus.ConnectionChanged += connected => stood += connected ? 1 : 0;
        var lost = BusStage.Change(_bus, false);
        _refused = Topics.InterlockTrip;
        _asked.Clear();

        await _server.DisconnectClientAsync("pump", MqttDisconnectReasonCode.AdministrativeAction);
        await lost.Soon();
        await UntilAsync(() => _asked.Count(filter => filter == Topics.InterlockTrip) >= 3);
        (stood, _bus.IsConnected).Should().Be((0, false), "whoever does not hear a stop is not connected, however often it calls");

        var back = BusStage.Change(_bus, true);
        _refused = "";
        await back.Soon();
        await _bus.PublishAsync(new BusMessage(Topics.InterlockTrip, "trip"u8.ToArray()), CancellationToken.None).Soon();
        (await mailbox.NextTextAsync()).Should().Be("trip");
    }

    [Fact]
    public async Task A_subscription_that_was_never_granted_is_refused_to_whoever_asks_and_the_link_stands()
    {
        _refused = "lab/1/other";

        await _bus.Awaiting(bus => Mailbox.OpenAsync(bus, "lab/1/other")).Should().ThrowAsync<BusRefusedException>();
        var lost = BusStage.Change(_bus, false);
        var back = BusStage.Change(_bus, true);
        await _server.DisconnectClientAsync("pump", MqttDisconnectReasonCode.AdministrativeAction);

        await lost.Soon();
        await back.Soon();
    }

    public async Task InitializeAsync()
    {
        var port = FreePort();
        _server = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder()
            .WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointBoundIPV6Address(IPAddress.None).WithDefaultEndpointPort(port)
            .WithPersistentSessions().Build());
        _server.InterceptingSubscriptionAsync += Judge;
        await _server.StartAsync();
        _bus = new MqttLabBus(new MqttLabBusOptions { Host = "127.0.0.1", Port = port, ClientId = "pump" }, TimeProvider.System, NullLogger<MqttLabBus>.Instance);
        await _bus.StartAsync(CancellationToken.None).Soon();
    }

    public async Task DisposeAsync()
    {
        await _bus.DisposeAsync();
        await _server.StopAsync();
        _server.Dispose();
    }

    private Task Judge(InterceptingSubscriptionEventArgs subscription)
    {
        _asked.Enqueue(subscription.TopicFilter.Topic);
        if (subscription.TopicFilter.Topic != _refused) return Task.CompletedTask;
        subscription.ProcessSubscription = false;
        subscription.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
        return Task.CompletedTask;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds()) await Task.Delay(10, patience.Token);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
