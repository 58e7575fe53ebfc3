using System.Threading.Channels;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet;

/// <summary>Hands received messages to the handlers, one at a time, and acknowledges them.</summary>
internal sealed class Delivery(
    string clientId, PacketChannel channel, ReceivedMessages received, Func<MqttApplicationMessageReceivedEventArgs, Task> deliver)
{
    private readonly Channel<PublishPacket> _queue = Channel.CreateUnbounded<PublishPacket>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly Dictionary<ushort, string> _aliases = [];

    public void Take(PublishPacket packet)
    {
        ResolveAlias(packet);
        var standing = packet.Quality == MqttQualityOfServiceLevel.ExactlyOnce ? received.Take(packet.PacketId) : ReceivedMessages.Standing.New;
        if (standing == ReceivedMessages.Standing.New) _queue.Writer.TryWrite(packet);
        else if (standing == ReceivedMessages.Standing.Acknowledged) channel.Send(new AckPacket(MqttControlPacketType.PubRec, packet.PacketId));
    }

    public void Release(ushort packetId)
    {
        var known = received.Forget(packetId);
        channel.Send(new AckPacket(MqttControlPacketType.PubComp, packetId, known ? (byte)0 : AckPacket.NotFound));
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var packet in _queue.Reader.ReadAllAsync(cancellationToken)) await DeliverAsync(packet, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The connection has ended; the server sends again what was not acknowledged.
        }
    }

    private async Task DeliverAsync(PublishPacket packet, CancellationToken cancellationToken)
    {
        var arguments = new MqttApplicationMessageReceivedEventArgs(
            clientId, packet.ToMessage(), packet.PacketId, (answer, _) => Acknowledge(packet, answer));
        try
        {
            await deliver(arguments);
            if (arguments.AutoAcknowledge) await arguments.AcknowledgeAsync(cancellationToken);
        }
        catch (Exception)
        {
            // A handler that failed must not stop the messages after it. Its own message stays unacknowledged.
            if (packet.Quality == MqttQualityOfServiceLevel.ExactlyOnce) received.Forget(packet.PacketId);
        }
    }

    private Task Acknowledge(PublishPacket packet, MqttApplicationMessageReceivedEventArgs answer)
    {
        if (packet.Quality == MqttQualityOfServiceLevel.AtMostOnce || answer.ProcessingFailed) return Task.CompletedTask;

        var kind = packet.Quality == MqttQualityOfServiceLevel.AtLeastOnce ? MqttControlPacketType.PubAck : MqttControlPacketType.PubRec;
        var ack = new AckPacket(kind, packet.PacketId, (byte)answer.ReasonCode)
        {
            Properties = answer.ResponseReasonString is null && answer.ResponseUserProperties.Count == 0
                ? PacketProperties.None
                : new PacketProperties { ReasonString = answer.ResponseReasonString, UserProperties = answer.ResponseUserProperties },
        };
        if (kind == MqttControlPacketType.PubRec)
        {
            if (ack.IsFailure) received.Forget(packet.PacketId);
            else received.Acknowledge(packet.PacketId);
        }

        channel.Send(ack);
        return Task.CompletedTask;
    }

    private void ResolveAlias(PublishPacket packet)
    {
        if (packet.Properties.TopicAlias is not { } alias) return;

        if (packet.Topic.Length > 0) _aliases[alias] = packet.Topic;
        else if (_aliases.TryGetValue(alias, out var topic)) packet.Topic = topic;
        else throw new MalformedPacketException(MqttDisconnectReasonCode.TopicAliasInvalid, $"Topic alias {alias} stands for no topic yet.");
    }
}
