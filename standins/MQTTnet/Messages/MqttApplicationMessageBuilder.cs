#nullable disable
using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace MQTTnet;

/// <summary>Puts a message together.</summary>
public sealed class MqttApplicationMessageBuilder
{
    private string _contentType;
    private byte[] _correlationData;
    private uint _messageExpiryInterval;
    private ReadOnlySequence<byte> _payload = ReadOnlySequence<byte>.Empty;
    private MqttPayloadFormatIndicator _payloadFormatIndicator;
    private MqttQualityOfServiceLevel _qualityOfServiceLevel = MqttQualityOfServiceLevel.AtMostOnce;
    private string _responseTopic;
    private bool _retain;
    private List<uint> _subscriptionIdentifiers;
    private string _topic;
    private ushort _topicAlias;
    private List<MqttUserProperty> _userProperties;

    /// <exception cref="MqttProtocolViolationException">Neither a topic nor a topic alias was given.</exception>
    public MqttApplicationMessage Build()
    {
        if (_topicAlias == 0 && string.IsNullOrEmpty(_topic))
            throw new MqttProtocolViolationException("A message needs a topic or a topic alias; call WithTopic or WithTopicAlias.");

        return new MqttApplicationMessage
        {
            Topic = _topic,
            Payload = _payload,
            QualityOfServiceLevel = _qualityOfServiceLevel,
            Retain = _retain,
            ContentType = _contentType,
            ResponseTopic = _responseTopic,
            CorrelationData = _correlationData,
            TopicAlias = _topicAlias,
            SubscriptionIdentifiers = _subscriptionIdentifiers,
            MessageExpiryInterval = _messageExpiryInterval,
            PayloadFormatIndicator = _payloadFormatIndicator,
            UserProperties = _userProperties,
        };
    }

    public MqttApplicationMessageBuilder WithContentType(string contentType)
    {
        _contentType = contentType;
        return this;
    }

    public MqttApplicationMessageBuilder WithCorrelationData(byte[] correlationData)
    {
        _correlationData = correlationData;
        return this;
    }

    public MqttApplicationMessageBuilder WithMessageExpiryInterval(uint messageExpiryInterval)
    {
        _messageExpiryInterval = messageExpiryInterval;
        return this;
    }

    public MqttApplicationMessageBuilder WithPayload(byte[] payload)
    {
        _payload = payload is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(payload);
        return this;
    }

    public MqttApplicationMessageBuilder WithPayload(ArraySegment<byte> payloadSegment)
    {
        _payload = new ReadOnlySequence<byte>(payloadSegment);
        return this;
    }

    public MqttApplicationMessageBuilder WithPayload(IEnumerable<byte> payload) => payload switch
    {
        null => WithPayload(default(byte[])),
        byte[] array => WithPayload(array),
        ArraySegment<byte> segment => WithPayload(segment),
        _ => WithPayload(payload.ToArray()),
    };

    public MqttApplicationMessageBuilder WithPayload(Stream payload) =>
        payload is null ? WithPayload(default(byte[])) : WithPayload(payload, payload.Length - payload.Position);

    /// <exception cref="EndOfStreamException">The stream holds fewer than <paramref name="length"/> bytes.</exception>
    public MqttApplicationMessageBuilder WithPayload(Stream payload, long length)
    {
        if (payload is null || length == 0) return WithPayload(default(byte[]));

        var bytes = new byte[length];
        payload.ReadExactly(bytes);
        return WithPayload(bytes);
    }

    public MqttApplicationMessageBuilder WithPayload(string payload) =>
        WithPayload(string.IsNullOrEmpty(payload) ? null : Encoding.UTF8.GetBytes(payload));

    public MqttApplicationMessageBuilder WithPayload(ReadOnlySequence<byte> payload)
    {
        _payload = payload;
        return this;
    }

    public MqttApplicationMessageBuilder WithPayloadFormatIndicator(MqttPayloadFormatIndicator payloadFormatIndicator)
    {
        _payloadFormatIndicator = payloadFormatIndicator;
        return this;
    }

    public MqttApplicationMessageBuilder WithPayloadSegment(ArraySegment<byte> payloadSegment) => WithPayload(payloadSegment);

    public MqttApplicationMessageBuilder WithPayloadSegment(ReadOnlyMemory<byte> payloadSegment) =>
        MemoryMarshal.TryGetArray(payloadSegment, out var segment) ? WithPayload(segment) : WithPayload(payloadSegment.ToArray());

    public MqttApplicationMessageBuilder WithQualityOfServiceLevel(MqttQualityOfServiceLevel qualityOfServiceLevel)
    {
        _qualityOfServiceLevel = qualityOfServiceLevel;
        return this;
    }

    public MqttApplicationMessageBuilder WithResponseTopic(string responseTopic)
    {
        _responseTopic = responseTopic;
        return this;
    }

    public MqttApplicationMessageBuilder WithRetainFlag(bool value = true)
    {
        _retain = value;
        return this;
    }

    public MqttApplicationMessageBuilder WithSubscriptionIdentifier(uint subscriptionIdentifier)
    {
        (_subscriptionIdentifiers ??= []).Add(subscriptionIdentifier);
        return this;
    }

    public MqttApplicationMessageBuilder WithTopic(string topic)
    {
        _topic = topic;
        return this;
    }

    public MqttApplicationMessageBuilder WithTopicAlias(ushort topicAlias)
    {
        _topicAlias = topicAlias;
        return this;
    }

    [Obsolete("Give the value as ReadOnlyMemory<byte>, in UTF-8.")]
    public MqttApplicationMessageBuilder WithUserProperty(string name, string value) => WithUserProperty(new MqttUserProperty(name, value));

    public MqttApplicationMessageBuilder WithUserProperty(string name, ReadOnlyMemory<byte> value) => WithUserProperty(new MqttUserProperty(name, value));

    public MqttApplicationMessageBuilder WithUserProperty(string name, ArraySegment<byte> value) => WithUserProperty(new MqttUserProperty(name, value));

    private MqttApplicationMessageBuilder WithUserProperty(MqttUserProperty property)
    {
        (_userProperties ??= []).Add(property);
        return this;
    }
}
