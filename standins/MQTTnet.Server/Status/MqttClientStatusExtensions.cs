#nullable disable
namespace MQTTnet.Server;

/// <summary>Short forms of the members of <see cref="MqttClientStatus"/>.</summary>
public static class MqttClientStatusExtensions
{
    public static Task DisconnectAsync(this MqttClientStatus clientStatus)
    {
        ArgumentNullException.ThrowIfNull(clientStatus);
        return clientStatus.DisconnectAsync(new MqttServerClientDisconnectOptions());
    }
}
