#nullable disable
namespace MQTTnet.Server;

public partial class MqttServer
{
    public event Func<ApplicationMessageEnqueuedEventArgs, Task> ApplicationMessageEnqueuedOrDroppedAsync
    {
        add => _events.MessageEnqueuedOrDropped.Add(value);
        remove => _events.MessageEnqueuedOrDropped.Remove(value);
    }

    public event Func<ApplicationMessageNotConsumedEventArgs, Task> ApplicationMessageNotConsumedAsync
    {
        add => _events.MessageNotConsumed.Add(value);
        remove => _events.MessageNotConsumed.Remove(value);
    }

    public event Func<ClientConnectedEventArgs, Task> ClientConnectedAsync
    {
        add => _events.ClientConnected.Add(value);
        remove => _events.ClientConnected.Remove(value);
    }

    public event Func<ClientDisconnectedEventArgs, Task> ClientDisconnectedAsync
    {
        add => _events.ClientDisconnected.Add(value);
        remove => _events.ClientDisconnected.Remove(value);
    }

    public event Func<ClientSubscribedTopicEventArgs, Task> ClientSubscribedTopicAsync
    {
        add => _events.ClientSubscribed.Add(value);
        remove => _events.ClientSubscribed.Remove(value);
    }

    public event Func<ClientUnsubscribedTopicEventArgs, Task> ClientUnsubscribedTopicAsync
    {
        add => _events.ClientUnsubscribed.Add(value);
        remove => _events.ClientUnsubscribed.Remove(value);
    }

    public event Func<InterceptingPublishEventArgs, Task> InterceptingPublishAsync
    {
        add => _events.InterceptingPublish.Add(value);
        remove => _events.InterceptingPublish.Remove(value);
    }

    public event Func<InterceptingSubscriptionEventArgs, Task> InterceptingSubscriptionAsync
    {
        add => _events.InterceptingSubscription.Add(value);
        remove => _events.InterceptingSubscription.Remove(value);
    }

    public event Func<InterceptingUnsubscriptionEventArgs, Task> InterceptingUnsubscriptionAsync
    {
        add => _events.InterceptingUnsubscription.Add(value);
        remove => _events.InterceptingUnsubscription.Remove(value);
    }

    public event Func<LoadingRetainedMessagesEventArgs, Task> LoadingRetainedMessageAsync
    {
        add => _events.LoadingRetained.Add(value);
        remove => _events.LoadingRetained.Remove(value);
    }

    public event Func<RetainedMessageChangedEventArgs, Task> RetainedMessageChangedAsync
    {
        add => _events.RetainedChanged.Add(value);
        remove => _events.RetainedChanged.Remove(value);
    }

    public event Func<EventArgs, Task> RetainedMessagesClearedAsync
    {
        add => _events.RetainedCleared.Add(value);
        remove => _events.RetainedCleared.Remove(value);
    }

    public event Func<SessionDeletedEventArgs, Task> SessionDeletedAsync
    {
        add => _events.SessionDeleted.Add(value);
        remove => _events.SessionDeleted.Remove(value);
    }

    public event Func<EventArgs, Task> StartedAsync
    {
        add => _events.Started.Add(value);
        remove => _events.Started.Remove(value);
    }

    public event Func<EventArgs, Task> StoppedAsync
    {
        add => _events.Stopped.Add(value);
        remove => _events.Stopped.Remove(value);
    }

    public event Func<ValidatingConnectionEventArgs, Task> ValidatingConnectionAsync
    {
        add => _events.ValidatingConnection.Add(value);
        remove => _events.ValidatingConnection.Remove(value);
    }
}
