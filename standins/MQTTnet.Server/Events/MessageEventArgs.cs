#nullable disable
using System.Collections;

namespace MQTTnet.Server;

/// <summary>A retained message was set, or cleared by an empty one.</summary>
public sealed class RetainedMessageChangedEventArgs(
    string clientId, MqttApplicationMessage changedRetainedMessage, List<MqttApplicationMessage> storedRetainedMessages) : EventArgs
{
    public MqttApplicationMessage ChangedRetainedMessage { get; } = changedRetainedMessage ?? throw new ArgumentNullException(nameof(changedRetainedMessage));

    public string ClientId { get; } = clientId ?? throw new ArgumentNullException(nameof(clientId));

    /// <summary>All retained messages after the change.</summary>
    public List<MqttApplicationMessage> StoredRetainedMessages { get; } = storedRetainedMessages ?? throw new ArgumentNullException(nameof(storedRetainedMessages));
}

/// <summary>The server starts; what is put here is retained from the beginning.</summary>
public sealed class LoadingRetainedMessagesEventArgs : EventArgs
{
    public List<MqttApplicationMessage> LoadedRetainedMessages { get; set; } = [];
}

/// <summary>A message matched no subscription.</summary>
public sealed class ApplicationMessageNotConsumedEventArgs(MqttApplicationMessage applicationMessage, string senderId) : EventArgs
{
    public MqttApplicationMessage ApplicationMessage { get; } = applicationMessage ?? throw new ArgumentNullException(nameof(applicationMessage));

    public string SenderId { get; } = senderId;
}

/// <summary>A message was queued for a client, or dropped because its queue was full.</summary>
public sealed class ApplicationMessageEnqueuedEventArgs(
    string senderClientId, string receiverClientId, MqttApplicationMessage applicationMessage, bool isDropped) : EventArgs
{
    public MqttApplicationMessage ApplicationMessage { get; } = applicationMessage ?? throw new ArgumentNullException(nameof(applicationMessage));

    public bool IsDropped { get; } = isDropped;

    public string ReceiverClientId { get; } = receiverClientId ?? throw new ArgumentNullException(nameof(receiverClientId));

    public string SenderClientId { get; } = senderClientId ?? throw new ArgumentNullException(nameof(senderClientId));
}

/// <summary>A session has ended, and with it its subscriptions and messages.</summary>
public sealed class SessionDeletedEventArgs(string id, string userName, IDictionary sessionItems) : EventArgs
{
    public string Id { get; } = id ?? throw new ArgumentNullException(nameof(id));

    public IDictionary SessionItems { get; } = sessionItems ?? throw new ArgumentNullException(nameof(sessionItems));

    public string UserName { get; } = userName;
}
