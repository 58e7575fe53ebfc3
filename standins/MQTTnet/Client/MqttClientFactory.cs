#nullable disable
namespace MQTTnet;

/// <summary>Makes clients and the builders of what they need.</summary>
public class MqttClientFactory
{
    public IDictionary<object, object> Properties { get; } = new Dictionary<object, object>();

    public MqttClientOptionsBuilder CreateClientOptionsBuilder() => new();

    public IMqttClient CreateMqttClient() => new MqttClient(TimeProvider.System);

}
