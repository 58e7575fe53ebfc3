using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet;

/// <summary>Turns client options into CONNECT, and CONNACK into the result of connecting.</summary>
internal static class ConnectRequest
{
    public static ConnectPacket From(MqttClientOptions options) => new()
    {
        Version = options.ProtocolVersion,
        ClientId = options.ClientId ?? "",
        CleanStart = options.CleanSession,
        KeepAliveSeconds = (ushort)Math.Clamp(Math.Ceiling(options.KeepAlivePeriod.TotalSeconds), 0, ushort.MaxValue),
        UserName = options.Credentials?.GetUserName(options),
        Password = options.Credentials?.GetPassword(options),
        Will = string.IsNullOrEmpty(options.WillTopic) ? null : WillFrom(options),
        Properties = new PacketProperties
        {
            SessionExpiryInterval = NullIfZero(options.SessionExpiryInterval),
            ReceiveMaximum = options.ReceiveMaximum == 0 ? null : options.ReceiveMaximum,
            MaximumPacketSize = NullIfZero(options.MaximumPacketSize),
            TopicAliasMaximum = options.TopicAliasMaximum == 0 ? null : options.TopicAliasMaximum,
            RequestProblemInformation = options.RequestProblemInformation ? null : false,
            RequestResponseInformation = options.RequestResponseInformation ? true : null,
            UserProperties = options.UserProperties,
        },
    };

    public static MqttClientConnectResult ResultOf(ConnAckPacket answer, MqttProtocolVersion version)
    {
        var isV5 = version == MqttProtocolVersion.V500;
        var properties = answer.Properties;
        return new MqttClientConnectResult
        {
            ResultCode = (MqttClientConnectResultCode)answer.ReasonCode,
            IsSessionPresent = answer.SessionPresent,
            AssignedClientIdentifier = properties.AssignedClientIdentifier,
            AuthenticationData = properties.AuthenticationData,
            AuthenticationMethod = properties.AuthenticationMethod,
            MaximumPacketSize = properties.MaximumPacketSize,
            MaximumQoS = (MqttQualityOfServiceLevel)(properties.MaximumQoS ?? 2),
            ReasonString = properties.ReasonString,
            ReceiveMaximum = properties.ReceiveMaximum,
            ResponseInformation = properties.ResponseInformation,
            RetainAvailable = properties.RetainAvailable ?? true,
            ServerKeepAlive = properties.ServerKeepAlive ?? 0,
            ServerReference = properties.ServerReference,
            SessionExpiryInterval = properties.SessionExpiryInterval,
            SharedSubscriptionAvailable = properties.SharedSubscriptionAvailable ?? isV5,
            SubscriptionIdentifiersAvailable = properties.SubscriptionIdentifiersAvailable ?? isV5,
            TopicAliasMaximum = properties.TopicAliasMaximum ?? 0,
            UserProperties = properties.UserProperties,
            WildcardSubscriptionAvailable = properties.WildcardSubscriptionAvailable ?? true,
        };
    }

    private static WillMessage WillFrom(MqttClientOptions options) => new()
    {
        Topic = options.WillTopic,
        Payload = options.WillPayload ?? [],
        Quality = options.WillQualityOfServiceLevel,
        Retain = options.WillRetain,
        Properties = new PacketProperties
        {
            ContentType = options.WillContentType,
            CorrelationData = options.WillCorrelationData,
            MessageExpiryInterval = NullIfZero(options.WillMessageExpiryInterval),
            PayloadFormatIndicator = options.WillPayloadFormatIndicator == MqttPayloadFormatIndicator.Unspecified ? null : (byte)1,
            ResponseTopic = options.WillResponseTopic,
            WillDelayInterval = NullIfZero(options.WillDelayInterval),
            UserProperties = options.WillUserProperties,
        },
    };

    private static uint? NullIfZero(uint value) => value == 0 ? null : value;
}
