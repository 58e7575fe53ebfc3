#nullable disable
using MQTTnet.Packets;

namespace MQTTnet;

/// <summary>The client is about to connect.</summary>
public sealed class MqttClientConnectingEventArgs(MqttClientOptions clientOptions) : EventArgs
{
    public MqttClientOptions ClientOptions { get; } = clientOptions;
}

/// <summary>The client is connected.</summary>
public sealed class MqttClientConnectedEventArgs(MqttClientConnectResult connectResult) : EventArgs
{
    public MqttClientConnectResult ConnectResult { get; } = connectResult ?? throw new ArgumentNullException(nameof(connectResult));
}

/// <summary>A connection ended, or an attempt to connect failed.</summary>
public sealed class MqttClientDisconnectedEventArgs(
    bool clientWasConnected,
    MqttClientConnectResult connectResult,
    MqttClientDisconnectReason reason,
    string reasonString,
    List<MqttUserProperty> userProperties,
    Exception exception) : EventArgs
{
    /// <summary>False where the attempt to connect failed.</summary>
    public bool ClientWasConnected { get; } = clientWasConnected;

    public MqttClientConnectResult ConnectResult { get; } = connectResult;

    public Exception Exception { get; } = exception;

    public MqttClientDisconnectReason Reason { get; } = reason;

    public string ReasonString { get; } = reasonString;

    public List<MqttUserProperty> UserProperties { get; } = userProperties;
}
