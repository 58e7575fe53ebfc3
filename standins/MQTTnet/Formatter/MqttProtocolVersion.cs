namespace MQTTnet.Formatter;

/// <summary>The protocol level of CONNECT. The stand-in speaks 3.1.1 and 5.</summary>
public enum MqttProtocolVersion
{
    Unknown = 0,
    V310 = 3,
    V311 = 4,
    V500 = 5,
}
