namespace MQTTnet.Exceptions;

/// <summary>The client was asked for something that needs a connection.</summary>
public class MqttClientNotConnectedException : MqttCommunicationException
{
    public MqttClientNotConnectedException()
        : base("The MQTT client is not connected; call ConnectAsync first.")
    {
    }
}
