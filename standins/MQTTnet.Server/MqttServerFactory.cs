#nullable disable
namespace MQTTnet.Server;

/// <summary>Makes servers and the builders of what they need.</summary>
public sealed class MqttServerFactory
{
    public IDictionary<object, object> Properties { get; } = new Dictionary<object, object>();

    public MqttServer CreateMqttServer(MqttServerOptions options) => new(options, TimeProvider.System);

    public MqttServerOptionsBuilder CreateServerOptionsBuilder() => new();
}
