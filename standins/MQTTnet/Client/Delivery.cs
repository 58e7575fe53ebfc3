using System.Threading.Channels;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet;

/// <summary>Hands received messages to the handlers, one at a time, and acknowledges them.</summary>
internal sealed class Delivery(
    MqttClientOptions options, PacketChannel channel, ReceivedMessages received, ReadingPause pause, Func<MqttApplicationMessageReceivedEventArgs, Task> deliver)
{
    // What a message costs besides its payload, roughly.
    private const int Overhead = 512;

    private readonly Channel<Arrival> _queue = Channel.CreateUnbounded<Arrival>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly Dictionary<ushort, string> _aliases = [];
    private int _connection;

    private readonly record struct Arrival(PublishPacket Packet, ReceivedMessages.Receipt? Receipt)
    {
        public int Size => Packet.Payload.Length + Overhead;
    }

    /// <summary>Comes before everything else, when the server has said whether it kept the session.</summary>
    public void Resume(bool isSessionPresent) => _connection = received.Resume(isSessionPresent);

    public void Take(PublishPacket packet)
    {
        ResolveAlias(packet);
        ReceivedMessages.Receipt? receipt = null;
        if (packet.Quality == MqttQualityOfServiceLevel.ExactlyOnce)
        {
            receipt = received.Take(packet.PacketId, _connection, Send);
            if (receipt is null) return;
        }

        var arrival = new Arrival(packet, receipt);
        pause.Add(arrival.Size);
        _queue.Writer.TryWrite(arrival);
    }

    public void Release(ushort packetId)
    {
        var known = received.Forget(packetId);
        Send(new AckPacket(MqttControlPacketType.PubComp, packetId, known ? (byte)0 : AckPacket.NotFound));
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var arrival in _queue.Reader.ReadAllAsync(cancellationToken))
            {
                // What is left when the connection ends the server sends again.
                if (cancellationToken.IsCancellationRequested) return;

                await DeliverAsync(arrival, cancellationToken);
                pause.Remove(arrival.Size);
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }

    private async Task DeliverAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        var (packet, receipt) = arrival;
        if (receipt is not null && !received.Begin(receipt)) return;

        var arguments = new MqttApplicationMessageReceivedEventArgs(
            options.ClientId, packet.ToMessage(), packet.PacketId, (answer, _) => Acknowledge(arrival, answer));
        try
        {
            await deliver(arguments);
            if (arguments.AutoAcknowledge) await arguments.AcknowledgeAsync(cancellationToken);
            if (receipt is not null) received.Leave(receipt);
        }
        catch (Exception)
        {
            // A handler that failed must not stop the messages after it. Its own message stays unacknowledged.
            if (receipt is not null) received.Drop(receipt);
        }
    }

    private Task Acknowledge(Arrival arrival, MqttApplicationMessageReceivedEventArgs answer)
    {
        var (packet, receipt) = arrival;
        if (packet.Quality == MqttQualityOfServiceLevel.AtMostOnce || answer.ProcessingFailed) return Task.CompletedTask;

        var kind = receipt is null ? MqttControlPacketType.PubAck : MqttControlPacketType.PubRec;
        var ack = new AckPacket(kind, packet.PacketId, (byte)answer.ReasonCode)
        {
            Properties = answer.ResponseReasonString is null && answer.ResponseUserProperties.Count == 0
                ? PacketProperties.None
                : new PacketProperties { ReasonString = answer.ResponseReasonString, UserProperties = answer.ResponseUserProperties },
        };
        if (receipt is null) Send(ack);
        else received.Acknowledge(receipt, ack);
        return Task.CompletedTask;
    }

    private void Send(AckPacket ack) => channel.Send(ack);

    private void ResolveAlias(PublishPacket packet)
    {
        if (packet.Properties.TopicAlias is not { } alias) return;
        if (alias > options.TopicAliasMaximum)
        {
            throw new MalformedPacketException(
                MqttDisconnectReasonCode.TopicAliasInvalid, $"Topic alias {alias} is larger than the {options.TopicAliasMaximum} that were offered.");
        }

        if (packet.Topic.Length > 0) _aliases[alias] = packet.Topic;
        else if (_aliases.TryGetValue(alias, out var topic)) packet.Topic = topic;
        else throw MalformedPacketException.Protocol($"Topic alias {alias} stands for no topic yet.");
    }
}
