using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Event;

/// <summary>Publish and subscribe by type within the actor system. An actor that stops is unsubscribed.</summary>
public class EventStream : EventBus<object, Type, IActorRef>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Type, List<Subscription>> _channels = [];
    private volatile ConcurrentDictionary<Type, IActorRef[]> _receivers = new();

    internal EventStream()
    {
    }

    /// <returns>False if the subscriber has that very channel already.</returns>
    public virtual bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_gate)
        {
            if (!_channels.TryGetValue(channel, out var subscriptions))
                _channels[channel] = subscriptions = [];
            if (subscriptions.Any(subscription => subscription.Subscriber.Equals(subscriber)))
                return false;
            subscriptions.Add(new Subscription(subscriber, []));
            if (subscriber is LocalActorRef local)
                local.Subscribed = true;
            _receivers = new ConcurrentDictionary<Type, IActorRef[]>();
        }
        // It may have stopped before it was marked as subscribed.
        if (subscriber is LocalActorRef { Cell.Mailbox.IsClosed: true })
            Unsubscribe(subscriber);
        return true;
    }

    /// <summary>Ends a subscription, or takes the channel out of the subscriber's wider ones.</summary>
    public virtual bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_gate)
        {
            var found = false;
            if (_channels.TryGetValue(channel, out var subscriptions))
            {
                found = subscriptions.RemoveAll(subscription => subscription.Subscriber.Equals(subscriber)) > 0;
            }
            else
            {
                foreach (var subscription in _channels.Where(wider => wider.Key.IsAssignableFrom(channel)).SelectMany(wider => wider.Value))
                {
                    if (subscription.Subscriber.Equals(subscriber))
                        found |= subscription.Except.Add(channel);
                }
            }
            _receivers = new ConcurrentDictionary<Type, IActorRef[]>();
            return found;
        }
    }

    public virtual bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_gate)
        {
            var found = false;
            foreach (var subscriptions in _channels.Values)
                found |= subscriptions.RemoveAll(subscription => subscription.Subscriber.Equals(subscriber)) > 0;
            _receivers = new ConcurrentDictionary<Type, IActorRef[]>();
            return found;
        }
    }

    private protected override void Deliver(object @event)
    {
        if (!_receivers.TryGetValue(@event.GetType(), out var subscribers))
            subscribers = FindSubscribers(@event.GetType());
        foreach (var subscriber in subscribers)
            subscriber.Tell(@event);
    }

    private IActorRef[] FindSubscribers(Type type)
    {
        lock (_gate)
        {
            return _receivers[type] = [.. _channels
                .Where(channel => channel.Key.IsAssignableFrom(type))
                .SelectMany(channel => channel.Value)
                .Where(subscription => !subscription.Except.Any(except => except.IsAssignableFrom(type)))
                .Select(subscription => subscription.Subscriber)
                .Distinct()];
        }
    }

    private sealed record Subscription(IActorRef Subscriber, HashSet<Type> Except);
}

public static class EventStreamExtensions
{
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) => eventStream.Subscribe(subscriber, typeof(TChannel));

    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Unsubscribe(subscriber, typeof(TChannel));
}
