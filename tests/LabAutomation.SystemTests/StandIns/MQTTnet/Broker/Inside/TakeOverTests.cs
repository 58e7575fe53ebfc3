using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class TakeOverTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_connection_that_lost_its_session_while_it_was_welcomed_does_not_deafen_the_one_that_has_it()
    {
        var (mayGoOn, hasEnded) = (new TaskCompletionSource(), new TaskCompletionSource());
        var connected = 0;
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions(), server =>
        {
            server.ClientConnectedAsync += _ => Interlocked.Increment(ref connected) == 1 ? mayGoOn.Task : Task.CompletedTask;
            server.ClientDisconnectedAsync += ended =>
            {
                if (ended.DisconnectType == MqttClientDisconnectType.Takeover) hasEnded.TrySetResult();
                return Task.CompletedTask;
            };
        });
        using var first = await broker.DialAsync();
        await first.ConnectAsync("client", expiry: 60);
        using var second = await broker.DialAsync();
        await second.ConnectAsync("client", expiry: 60);
        await second.SubscribeAsync("a");

        mayGoOn.SetResult();
        await hasEnded.Task.WaitAsync(_patience);
        await broker.Server.InjectApplicationMessage("a", "1", MqttQualityOfServiceLevel.AtLeastOnce);
        await broker.Server.InjectApplicationMessage("a", "2", MqttQualityOfServiceLevel.AtLeastOnce);

        (await second.ReadAsync<PublishPacket>()).Payload.ToArray().Should().Equal("1"u8.ToArray());
        (await second.ReadAsync<PublishPacket>()).Payload.ToArray().Should().Equal("2"u8.ToArray());
    }
}
