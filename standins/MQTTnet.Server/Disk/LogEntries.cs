using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace MQTTnet.Server;

/// <summary>One change that outlives the process. Sessions are named by their number. Times are ticks of UTC; 0 stands for never.</summary>
internal abstract record LogEntry;

/// <summary>A session begins, or its owner, expiry or connection has changed.</summary>
internal sealed record SessionEntry(uint Number, string ClientId, string? UserName, uint ExpirySeconds, long CreatedAt, long DisconnectedAt) : LogEntry;

internal sealed record SessionEndedEntry(uint Number) : LogEntry;

internal sealed record SubscribedEntry(uint Number, MqttTopicFilter Filter, uint Identifier) : LogEntry;

internal sealed record UnsubscribedEntry(uint Number, string Filter) : LogEntry;

internal sealed record MessageEntry(MqttApplicationMessage Message, long ExpiresAt, IReadOnlyList<MessageReceiver> Receivers) : LogEntry;

/// <summary>For whom a message waits, under which packet identifier it is sent, and the shared filter that chose the session for it, if one did.</summary>
internal sealed record MessageReceiver(
    uint Number, ushort PacketId, MqttQualityOfServiceLevel Quality, bool Retain, List<uint>? SubscriptionIdentifiers, string? SharedFilter);

/// <summary>The receiver has acknowledged, or the message was dropped.</summary>
internal sealed record DoneEntry(uint Number, ushort PacketId) : LogEntry;

/// <summary>PUBREC has come: only the release is left.</summary>
internal sealed record ReceivedEntry(uint Number, ushort PacketId) : LogEntry;

/// <summary>A QoS 2 message of this publisher was distributed and must not be again.</summary>
internal sealed record ReceiptEntry(uint Number, ushort PacketId) : LogEntry;

/// <summary>PUBREL has come: the publisher may use the identifier again.</summary>
internal sealed record ReleasedEntry(uint Number, ushort PacketId) : LogEntry;

/// <summary>A retained message is set, or cleared by an empty payload.</summary>
internal sealed record RetainedEntry(MqttApplicationMessage Message, long ExpiresAt) : LogEntry;

internal sealed record RetainedClearedEntry : LogEntry;
