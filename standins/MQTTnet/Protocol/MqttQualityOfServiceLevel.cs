namespace MQTTnet.Protocol;

/// <summary>How often a message may arrive.</summary>
public enum MqttQualityOfServiceLevel
{
    AtMostOnce = 0,
    AtLeastOnce = 1,
    ExactlyOnce = 2,
}
