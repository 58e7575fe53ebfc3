#nullable disable
namespace MQTTnet.Exceptions;

/// <summary>Options contradict each other or the protocol.</summary>
public class MqttConfigurationException : Exception
{
    protected MqttConfigurationException()
    {
    }

    public MqttConfigurationException(Exception innerException)
        : base(innerException.Message, innerException)
    {
    }

    public MqttConfigurationException(string message)
        : base(message)
    {
    }
}
