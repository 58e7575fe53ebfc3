using MQTTnet.Protocol;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>Bytes that MQTT does not allow, as hexadecimal, and the reason with which the connection has to end (MQTT 5, 4.13 and chapter 3).</summary>
internal static class Violations
{
    private const MqttDisconnectReasonCode Malformed = MqttDisconnectReasonCode.MalformedPacket;
    private const MqttDisconnectReasonCode Protocol = MqttDisconnectReasonCode.ProtocolError;
    private const MqttDisconnectReasonCode Topic = MqttDisconnectReasonCode.TopicNameInvalid;
    private const MqttDisconnectReasonCode Alias = MqttDisconnectReasonCode.TopicAliasInvalid;

    /// <summary>What neither a client nor a server may send, after CONNACK.</summary>
    public static readonly (string What, string Bytes, MqttDisconnectReasonCode Reason)[] OfBoth =
    [
        ("packet type 0", "00 00", Malformed),
        ("PUBACK with flags", "41 02 0001", Malformed),
        ("PUBREL without its flag", "60 02 0001", Malformed),
        ("DISCONNECT with flags", "E1 00", Malformed),
        ("a length of five bytes", "30 FFFFFFFF01", Malformed),
        ("a length longer than needed", "40 8200 0001", Malformed),
        ("PUBLISH with QoS 3", "36 06 0001 61 0001 00", Malformed),
        ("PUBLISH with QoS 0 sent again", "38 04 0001 61 00", Malformed),
        ("PUBLISH that ends in its topic", "30 02 0005", Malformed),
        ("PUBLISH that ends before its identifier", "32 03 0001 61", Malformed),
        ("PUBLISH that ends before its properties", "30 03 0001 61", Malformed),
        ("PUBLISH with properties longer than itself", "30 05 0001 61 09 01", Malformed),
        ("PUBLISH with a property length of five bytes", "30 09 0001 61 8080808001 00", Malformed),
        ("PUBLISH with a property length longer than needed", "30 05 0001 61 8000", Malformed),
        ("PUBLISH with a property cut", "30 06 0001 61 02 0200", Malformed),
        ("PUBLISH with an unknown property", "30 06 0001 61 02 7F00", Malformed),
        ("PUBLISH with property 0", "30 06 0001 61 02 0000", Malformed),
        ("PUBLISH with a property of CONNECT", "30 09 0001 61 05 1100000001", Malformed),
        ("PUBLISH with the same property twice", "30 08 0001 61 04 01010101", Protocol),
        ("PUBLISH with payload format 2", "30 06 0001 61 02 0102", Protocol),
        ("PUBLISH with a response topic that has a wildcard", "30 08 0001 61 04 08000123", Protocol),
        ("PUBLISH with +", "30 04 0001 2B 00", Topic),
        ("PUBLISH with #", "30 04 0001 23 00", Topic),
        ("PUBLISH without topic and alias", "30 03 0000 00", Protocol),
        ("PUBLISH with a topic that is not UTF-8", "30 04 0001 FF 00", Malformed),
        ("PUBLISH with a topic of overlong UTF-8", "30 05 0002 C081 00", Malformed),
        ("PUBLISH with a surrogate in its topic", "30 06 0003 EDA080 00", Malformed),
        ("PUBLISH with U+0000 in its topic", "30 04 0001 00 00", Malformed),
        ("PUBLISH with a user property that is not UTF-8", "30 0A 0001 61 06 26 0001 FF 0000", Malformed),
        ("PUBLISH with topic alias 0", "30 06 0000 03 230000", Alias),
        ("PUBLISH with an alias beyond the maximum", "30 06 0000 03 23FFFF", Alias),
        ("PUBLISH with an alias nobody defined", "30 06 0000 03 230007", Protocol),
        ("PUBLISH with identifier 0", "32 06 0001 61 0000 00", Protocol),
        ("PUBLISH with subscription identifier 0", "30 06 0001 61 02 0B00", Protocol),
        ("PUBACK without an identifier", "40 00", Malformed),
        ("PUBACK with identifier 0", "40 02 0000", Protocol),
        ("PUBACK with a reason of its own making", "40 03 0001 42", Protocol),
        ("PUBACK with a property of PUBLISH", "40 06 0001 00 02 0101", Malformed),
        ("PUBACK with two reason strings", "40 0A 0001 00 06 1F0000 1F0000", Protocol),
        ("PUBACK with bytes behind its end", "40 05 0001 00 00 00", Malformed),
        ("PUBREC with a reason of its own making", "50 03 0001 92", Protocol),
        ("PUBREL with a reason of its own making", "62 03 0001 10", Protocol),
        ("PUBCOMP cut", "70 01 00", Malformed),
        ("DISCONNECT with a reason of its own making", "E0 01 01", Protocol),
        ("DISCONNECT with a property of CONNACK", "E0 05 00 03 220001", Malformed),
        ("AUTH that was not agreed on", "F0 00", Protocol),
        ("AUTH with a reason of its own making", "F0 01 17", Protocol),
    ];

    /// <summary>What a client may not send, after CONNACK.</summary>
    public static readonly (string What, string Bytes, MqttDisconnectReasonCode Reason)[] OfClient =
    [
        .. OfBoth,
        ("a second CONNECT", "10 0D 0004 4D515454 05 02 0000 00 0000", Protocol),
        ("a second CONNECT, malformed", "10 0C 0004 4D515454 05 02 0000 00 00", Malformed),
        ("a second CONNECT in another version", "10 0C 0004 4D515454 03 02 0000 0000", Protocol),
        ("CONNACK", "20 03 00 00 00", Protocol),
        ("SUBACK", "90 04 0001 00 00", Protocol),
        ("UNSUBACK", "B0 04 0001 00 00", Protocol),
        ("PINGRESP", "D0 00", Protocol),
        ("PINGREQ with a body", "C0 01 00", Malformed),
        ("PUBLISH with a subscription identifier", "30 06 0001 61 02 0B01", Protocol),
        ("SUBSCRIBE with wrong flags", "80 07 0001 00 0001 61 00", Malformed),
        ("SUBSCRIBE without a filter", "82 03 0001 00", Protocol),
        ("SUBSCRIBE with identifier 0", "82 07 0000 00 0001 61 00", Protocol),
        ("SUBSCRIBE with an empty filter", "82 06 0001 00 0000 00", Protocol),
        ("SUBSCRIBE with a filter that is not UTF-8", "82 07 0001 00 0001 FF 00", Malformed),
        ("SUBSCRIBE without the options of its filter", "82 06 0001 00 0001 61", Malformed),
        ("SUBSCRIBE with QoS 3", "82 07 0001 00 0001 61 03", Malformed),
        ("SUBSCRIBE with a reserved option", "82 07 0001 00 0001 61 40", Malformed),
        ("SUBSCRIBE with retain handling 3", "82 07 0001 00 0001 61 30", Protocol),
        ("SUBSCRIBE with subscription identifier 0", "82 09 0001 02 0B00 0001 61 00", Protocol),
        ("SUBSCRIBE with two subscription identifiers", "82 0B 0001 04 0B010B02 0001 61 00", Protocol),
        ("SUBSCRIBE with a subscription identifier of five bytes", "82 0D 0001 06 0B8080808001 0001 61 00", Malformed),
        ("UNSUBSCRIBE with wrong flags", "A0 06 0001 00 0001 61", Malformed),
        ("UNSUBSCRIBE without a filter", "A2 03 0001 00", Protocol),
        ("UNSUBSCRIBE with an empty filter", "A2 05 0001 00 0000", Protocol),
        ("UNSUBSCRIBE cut", "A2 05 0001 00 0005", Malformed),
        ("DISCONNECT that asks for a session that CONNECT did not want", "E0 07 00 05 1100000001", Protocol),
    ];

    /// <summary>What a server may not send, after CONNACK.</summary>
    public static readonly (string What, string Bytes, MqttDisconnectReasonCode Reason)[] OfServer =
    [
        .. OfBoth,
        ("CONNECT", "10 0D 0004 4D515454 05 02 0000 00 0000", Protocol),
        ("CONNECT in another version", "10 0C 0004 4D515454 03 02 0000 0000", Protocol),
        ("a second CONNACK", "20 03 00 00 00", Protocol),
        ("CONNACK with flags", "20 03 02 00 00", Malformed),
        ("SUBSCRIBE", "82 07 0001 00 0001 61 00", Protocol),
        ("UNSUBSCRIBE", "A2 06 0001 00 0001 61", Protocol),
        ("PINGREQ", "C0 00", Protocol),
        ("PINGRESP with a body", "D0 01 00", Malformed),
        ("SUBACK with a reason of its own making", "90 04 0001 00 03", Protocol),
        ("UNSUBACK with a reason of its own making", "B0 04 0001 00 01", Protocol),
        ("SUBACK with identifier 0", "90 04 0000 00 00", Protocol),
        ("DISCONNECT with a session expiry interval", "E0 07 00 05 1100000001", Protocol),
        ("a packet of 200 MB", "30 FFFFFF5F", MqttDisconnectReasonCode.PacketTooLarge),
    ];

    /// <summary>What a client of MQTT 3.1.1 may not send; no reason is told there.</summary>
    public static readonly (string What, string Bytes)[] OfClientV311 =
    [
        ("packet type 0", "00 00"),
        ("AUTH", "F0 00"),
        ("a length of five bytes", "30 FFFFFFFF01"),
        ("PUBLISH with QoS 3", "36 05 0001 61 0001"),
        ("PUBLISH with QoS 0 sent again", "38 03 0001 61"),
        ("PUBLISH without a topic", "30 02 0000"),
        ("PUBLISH with a wildcard", "30 03 0001 23"),
        ("PUBLISH with identifier 0", "32 05 0001 61 0000"),
        ("PUBLISH that is not UTF-8", "30 03 0001 FF"),
        ("PUBACK with bytes behind its end", "40 03 0001 00"),
        ("SUBSCRIBE without a filter", "82 02 0001"),
        ("SUBSCRIBE with an option of MQTT 5", "82 06 0001 0001 61 04"),
        ("SUBSCRIBE with QoS 3", "82 06 0001 0001 61 03"),
        ("SUBSCRIBE with wrong flags", "80 06 0001 0001 61 00"),
        ("UNSUBSCRIBE without a filter", "A2 02 0001"),
        ("DISCONNECT with a reason", "E0 01 00"),
        ("a second CONNECT", "10 0C 0004 4D515454 04 02 0000 0000"),
        ("CONNACK", "20 02 0000"),
    ];

    /// <summary>First packets that are wrong, and the reason in CONNACK; null where the sender would not understand one.</summary>
    public static readonly (string What, string Bytes, MqttConnectReasonCode? Reason)[] Openings =
    [
        ("HTTP", Convert.ToHexString("GET / HTTP/1.1\r\n\r\n"u8), null),
        ("PINGREQ first", "C0 00", null),
        ("CONNECT with flags", "11 0D 0004 4D515454 05 02 0000 00 0000", null),
        ("an empty CONNECT", "10 00", null),
        ("a CONNECT of 200 MB", "10 FFFFFF5F", null),
        ("MQTT 3.1.1 with the reserved flag", "10 0C 0004 4D515454 04 01 0000 0000", null),
        ("MQTT 3.1.1 with a password and no user", "10 0F 0004 4D515454 04 42 0000 0000 0001 61", null),
        ("the reserved flag", "10 0D 0004 4D515454 05 01 0000 00 0000", MqttConnectReasonCode.MalformedPacket),
        ("a will with QoS 3", "10 0D 0004 4D515454 05 1C 0000 00 0000", MqttConnectReasonCode.MalformedPacket),
        ("QoS of a will that is not there", "10 0D 0004 4D515454 05 0A 0000 00 0000", MqttConnectReasonCode.MalformedPacket),
        ("a will whose topic has a wildcard", "10 13 0004 4D515454 05 06 0000 00 0000 00 0001 23 0000", MqttConnectReasonCode.TopicNameInvalid),
        ("a will that is cut", "10 0E 0004 4D515454 05 06 0000 00 0000 00", MqttConnectReasonCode.MalformedPacket),
        ("a user name that is not there", "10 0D 0004 4D515454 05 82 0000 00 0000", MqttConnectReasonCode.MalformedPacket),
        ("bytes behind the end", "10 0F 0004 4D515454 05 02 0000 00 0000 0000", MqttConnectReasonCode.MalformedPacket),
        ("receive maximum 0", "10 10 0004 4D515454 05 02 0000 03 210000 0000", MqttConnectReasonCode.ProtocolError),
        ("maximum packet size 0", "10 12 0004 4D515454 05 02 0000 05 2700000000 0000", MqttConnectReasonCode.ProtocolError),
        ("session expiry twice", "10 17 0004 4D515454 05 02 0000 0A 1100000001 1100000001 0000", MqttConnectReasonCode.ProtocolError),
        ("authentication data without a method", "10 10 0004 4D515454 05 02 0000 03 160000 0000", MqttConnectReasonCode.ProtocolError),
        ("an authentication method", "10 11 0004 4D515454 05 02 0000 04 15000178 0000", MqttConnectReasonCode.BadAuthenticationMethod),
        ("a property of PUBLISH", "10 0F 0004 4D515454 05 02 0000 02 0101 0000", MqttConnectReasonCode.MalformedPacket),
        ("a client id that is not UTF-8", "10 0E 0004 4D515454 05 02 0000 00 0001 FF", MqttConnectReasonCode.MalformedPacket),
    ];

    public static byte[] Parse(string hexadecimal) => Convert.FromHexString(hexadecimal.Replace(" ", "", StringComparison.Ordinal));
}
