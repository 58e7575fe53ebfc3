using System.Collections.Immutable;

namespace LabAutomation.Protocol;

/// <summary>One message on the lab's bus with the MQTT 5 headers that the contract uses. Everything goes at QoS 1.</summary>
public sealed record BusMessage(string Topic, ReadOnlyMemory<byte> Payload)
{
    public bool Retain { get; init; }

    public string? ResponseTopic { get; init; }

    public ReadOnlyMemory<byte> CorrelationData { get; init; }

    /// <summary>Whole seconds after which a broker drops the message; at least 1.</summary>
    public uint? ExpirySeconds { get; init; }

    public string? ContentType { get; init; }

    public ImmutableSortedDictionary<string, string> Properties { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>A retained frame.</summary>
    public static BusMessage Retained<T>(string topic, T frame) => new(topic, FrameCodec.Encode(frame)) { ContentType = FrameCodec.ContentType, Retain = true };

    public static BusMessage Of<T>(string topic, T frame) => new(topic, FrameCodec.Encode(frame)) { ContentType = FrameCodec.ContentType };

    /// <summary>Removes what is retained on a topic.</summary>
    public static BusMessage Cleared(string topic) => new(topic, ReadOnlyMemory<byte>.Empty) { Retain = true };
}
