#nullable disable
namespace MQTTnet;

/// <summary>A connection to a server. Its members may be called from several threads at once.</summary>
public interface IMqttClient : IDisposable
{
    /// <summary>Raised for each message, one at a time, in the order of arrival. A handler that waits for another message waits for ever.</summary>
    event Func<MqttApplicationMessageReceivedEventArgs, Task> ApplicationMessageReceivedAsync;

    event Func<MqttClientConnectedEventArgs, Task> ConnectedAsync;

    event Func<MqttClientConnectingEventArgs, Task> ConnectingAsync;

    /// <summary>Raised when a connection ended and when an attempt to connect failed.</summary>
    event Func<MqttClientDisconnectedEventArgs, Task> DisconnectedAsync;

    bool IsConnected { get; }

    /// <summary>The options of the last attempt to connect; null before the first.</summary>
    MqttClientOptions Options { get; }

    /// <returns>The server's answer, also where it refused.</returns>
    /// <exception cref="Exceptions.MqttCommunicationException">The server was not reached or did not answer.</exception>
    Task<MqttClientConnectResult> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken = default);

    Task DisconnectAsync(MqttClientDisconnectOptions options, CancellationToken cancellationToken = default);

    Task PingAsync(CancellationToken cancellationToken = default);

    /// <summary>Sends a message; with QoS 1 and 2 it returns when the server has taken the message over or refused it.</summary>
    Task<MqttClientPublishResult> PublishAsync(MqttApplicationMessage applicationMessage, CancellationToken cancellationToken = default);

    Task<MqttClientSubscribeResult> SubscribeAsync(MqttClientSubscribeOptions options, CancellationToken cancellationToken = default);

    Task<MqttClientUnsubscribeResult> UnsubscribeAsync(MqttClientUnsubscribeOptions options, CancellationToken cancellationToken = default);
}
