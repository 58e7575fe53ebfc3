using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>The dispatchers that props can name.</summary>
public sealed class Dispatchers
{
    internal const string DefaultDispatcherId = "akka.actor.default-dispatcher";

    /// <summary>Runs the actor on the SynchronizationContext.Current of the thread that calls ActorOf.</summary>
    public const string SynchronizedDispatcherId = "akka.actor.synchronized-dispatcher";

    internal Dispatchers()
    {
    }

    internal Dispatcher Default { get; } = new ThreadPoolDispatcher();

    /// <exception cref="ConfigurationException">The id is unknown, or the calling thread has no synchronization context to run on.</exception>
    internal Dispatcher For(Props props, ActorPath path)
    {
        switch (props.Dispatcher)
        {
            case null or "" or DefaultDispatcherId:
                return Default;
            case SynchronizedDispatcherId:
                try
                {
                    return new CurrentContextDispatcher();
                }
                catch (InvalidOperationException e)
                {
                    throw new ConfigurationException(
                        $"Configuration problem while creating [{path}] with dispatcher [{props.Dispatcher}] and mailbox []", e);
                }
            default:
                throw new ConfigurationException($"Dispatcher [{props.Dispatcher}] not configured for path {path}");
        }
    }
}
