#nullable disable
using System.Collections;

namespace MQTTnet.Server;

/// <summary>A message that the program puts into its own server, in the name of a sender.</summary>
public sealed class InjectedMqttApplicationMessage(MqttApplicationMessage applicationMessage)
{
    public MqttApplicationMessage ApplicationMessage { get; } = applicationMessage ?? throw new ArgumentNullException(nameof(applicationMessage));

    public IDictionary CustomSessionItems { get; set; }

    public string SenderClientId { get; set; } = string.Empty;

    public string SenderUserName { get; set; }
}
