#nullable disable
namespace MQTTnet.Exceptions;

/// <summary>The connection ended while an answer was awaited.</summary>
public sealed class MqttClientDisconnectedException : MqttCommunicationException
{
    public MqttClientDisconnectedException(Exception innerException)
        : base("The connection ended before the server answered.", innerException)
    {
    }
}
