namespace MQTTnet.Protocol;

/// <summary>What the sender says a payload is.</summary>
public enum MqttPayloadFormatIndicator
{
    Unspecified = 0,
    CharacterData = 1,
}
