using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>What the program that hosts a server listens to and decides.</summary>
internal sealed class ServerEvents
{
    public AsyncEvent<ApplicationMessageEnqueuedEventArgs> MessageEnqueuedOrDropped { get; } = new();
    public AsyncEvent<ApplicationMessageNotConsumedEventArgs> MessageNotConsumed { get; } = new();
    public AsyncEvent<ClientConnectedEventArgs> ClientConnected { get; } = new();
    public AsyncEvent<ClientDisconnectedEventArgs> ClientDisconnected { get; } = new();
    public AsyncEvent<ClientSubscribedTopicEventArgs> ClientSubscribed { get; } = new();
    public AsyncEvent<ClientUnsubscribedTopicEventArgs> ClientUnsubscribed { get; } = new();
    public AsyncEvent<InterceptingPublishEventArgs> InterceptingPublish { get; } = new();
    public AsyncEvent<InterceptingSubscriptionEventArgs> InterceptingSubscription { get; } = new();
    public AsyncEvent<InterceptingUnsubscriptionEventArgs> InterceptingUnsubscription { get; } = new();
    public AsyncEvent<LoadingRetainedMessagesEventArgs> LoadingRetained { get; } = new();
    public AsyncEvent<RetainedMessageChangedEventArgs> RetainedChanged { get; } = new();
    public AsyncEvent<EventArgs> RetainedCleared { get; } = new();
    public AsyncEvent<SessionDeletedEventArgs> SessionDeleted { get; } = new();
    public AsyncEvent<EventArgs> Started { get; } = new();
    public AsyncEvent<EventArgs> Stopped { get; } = new();
    public AsyncEvent<ValidatingConnectionEventArgs> ValidatingConnection { get; } = new();

    /// <summary>Raises an event that only informs: a listener that fails must not end the connection that caused it.</summary>
    public static async Task InformAsync<T>(AsyncEvent<T> informed, T arguments)
        where T : EventArgs
    {
        try
        {
            await informed.RaiseAsync(arguments);
        }
        catch (Exception)
        {
            // The listener belongs to the program, which has its own way to report what went wrong in it.
        }
    }
}
