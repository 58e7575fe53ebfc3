namespace MQTTnet.Protocol;

/// <summary>How a QoS 1 message was received (MQTT 5, 3.4.2.1).</summary>
public enum MqttPubAckReasonCode
{
    Success = 0,
    NoMatchingSubscribers = 16,
    UnspecifiedError = 128,
    ImplementationSpecificError = 131,
    NotAuthorized = 135,
    TopicNameInvalid = 144,
    PacketIdentifierInUse = 145,
    QuotaExceeded = 151,
    PayloadFormatInvalid = 153,
}
