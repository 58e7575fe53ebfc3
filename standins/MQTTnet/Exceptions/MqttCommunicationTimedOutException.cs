#nullable disable
namespace MQTTnet.Exceptions;

/// <summary>The server did not answer within <see cref="MqttClientOptions.Timeout"/>.</summary>
public sealed class MqttCommunicationTimedOutException : MqttCommunicationException
{
    public MqttCommunicationTimedOutException()
        : this(null)
    {
    }

    public MqttCommunicationTimedOutException(Exception innerException)
        : base("The server did not answer within the timeout of the client options.", innerException)
    {
    }
}
