#nullable disable
using MQTTnet.Packets;

namespace MQTTnet;

/// <summary>A received message and what is to be answered. The handlers of one client run one at a time, in the order of arrival.</summary>
public sealed class MqttApplicationMessageReceivedEventArgs : EventArgs
{
    private readonly Func<MqttApplicationMessageReceivedEventArgs, CancellationToken, Task> _acknowledge;
    private int _isAcknowledged;

    internal MqttApplicationMessageReceivedEventArgs(
        string clientId,
        MqttApplicationMessage applicationMessage,
        ushort packetIdentifier,
        Func<MqttApplicationMessageReceivedEventArgs, CancellationToken, Task> acknowledge)
    {
        ClientId = clientId;
        ApplicationMessage = applicationMessage;
        PacketIdentifier = packetIdentifier;
        _acknowledge = acknowledge;
    }

    public MqttApplicationMessage ApplicationMessage { get; }

    /// <summary>Whether the client acknowledges when the handlers have returned; otherwise <see cref="AcknowledgeAsync"/> must be called.</summary>
    public bool AutoAcknowledge { get; set; } = true;

    public string ClientId { get; }

    public bool IsHandled { get; set; }

    public ushort PacketIdentifier { get; }

    /// <summary>A failed message is not acknowledged, so that the server sends it again when the session continues.</summary>
    public bool ProcessingFailed { get; set; }

    public MqttApplicationMessageReceivedReasonCode ReasonCode { get; set; } = MqttApplicationMessageReceivedReasonCode.Success;

    public string ResponseReasonString { get; set; }

    public List<MqttUserProperty> ResponseUserProperties { get; } = [];

    public object Tag { get; set; }

    /// <exception cref="InvalidOperationException">The message was acknowledged before.</exception>
    public Task AcknowledgeAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isAcknowledged, 1) != 0) throw new InvalidOperationException("The message is already acknowledged.");

        return _acknowledge(this, cancellationToken);
    }
}
