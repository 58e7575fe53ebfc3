namespace Akka.Event;

/// <summary>What all buses have in common: things are published on them.</summary>
public abstract class EventBus<TEvent, TClassifier, TSubscriber>
{
    private protected EventBus()
    {
    }

    /// <summary>Tells the event to all subscribers of its type, of its base types and of its interfaces.</summary>
    public virtual void Publish(TEvent @event) => Deliver(@event);

    private protected abstract void Deliver(TEvent @event);
}
