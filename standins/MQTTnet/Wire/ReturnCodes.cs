using MQTTnet.Protocol;

namespace MQTTnet.Wire;

/// <summary>The six return codes of CONNACK in MQTT 3.1.1, 3.2.2.3, and the reasons of MQTT 5 that stand for them.</summary>
internal static class ReturnCodes
{
    public static byte FromReason(MqttConnectReasonCode reason) => reason switch
    {
        MqttConnectReasonCode.Success => 0,
        MqttConnectReasonCode.UnsupportedProtocolVersion => 1,
        MqttConnectReasonCode.ClientIdentifierNotValid => 2,
        MqttConnectReasonCode.BadUserNameOrPassword or MqttConnectReasonCode.BadAuthenticationMethod => 4,
        MqttConnectReasonCode.NotAuthorized or MqttConnectReasonCode.Banned => 5,
        _ => 3,
    };

    public static MqttConnectReasonCode ToReason(byte code) => code switch
    {
        0 => MqttConnectReasonCode.Success,
        1 => MqttConnectReasonCode.UnsupportedProtocolVersion,
        2 => MqttConnectReasonCode.ClientIdentifierNotValid,
        3 => MqttConnectReasonCode.ServerUnavailable,
        4 => MqttConnectReasonCode.BadUserNameOrPassword,
        5 => MqttConnectReasonCode.NotAuthorized,
        _ => throw MalformedPacketException.Malformed($"CONNACK has return code {code}; MQTT 3.1.1 knows 0 to 5."),
    };
}
