namespace LabAutomation.Protocol;

/// <summary>
/// The lab's bus as one client sees it: MQTT in the lab, simulated in the virtual lab. It connects by itself, connects again when
/// the link is lost, and subscribes again to all it was subscribed to. While the broker refuses any of that, the link does not stand.
/// </summary>
public interface ILabBus : IAsyncDisposable
{
    string ClientId { get; }

    bool IsConnected { get; }

    /// <summary>Completes when another client has connected under this one's id and this one stays away for it.</summary>
    Task TakenOver { get; }

    /// <summary>Raised after each connection and each loss. A handler returns at once.</summary>
    event Action<bool>? ConnectionChanged;

    /// <summary>Returns when the first connection stands; from then on the bus keeps it.</summary>
    /// <exception cref="BusRefusedException">The broker does not want this client; trying again would not help.</exception>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>
    /// Completes when the broker has taken the message. While the link is down it waits, and so it does while too many messages are
    /// under way: whoever publishes faster than the broker takes is slowed down, and memory stays bounded.
    /// </summary>
    /// <exception cref="BusRefusedException">The broker refused the message, for lack of permission for instance.</exception>
    Task PublishAsync(BusMessage message, CancellationToken cancellation);

    /// <summary>Messages on topics that match the filter go to the handler, one at a time in the order of arrival. A handler returns at once.</summary>
    /// <exception cref="BusRefusedException">The broker refused the subscription.</exception>
    Task SubscribeAsync(string filter, Action<BusMessage> handler, CancellationToken cancellation);
}

/// <summary>The broker said no.</summary>
public sealed class BusRefusedException(string message) : Exception(message);
