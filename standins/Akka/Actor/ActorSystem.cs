using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>A tree of actors with its event stream and scheduler. Make one for the program, and terminate it at the end.</summary>
public abstract class ActorSystem : IActorRefFactory, IDisposable
{
    private bool _disposed;

    internal ActorSystem()
    {
    }

    public abstract string Name { get; }

    public abstract EventStream EventStream { get; }

    public abstract IScheduler Scheduler { get; }

    /// <summary>Where messages go whose receiver has stopped.</summary>
    public abstract IActorRef DeadLetters { get; }

    /// <summary>Ends when every actor has stopped.</summary>
    public abstract Task WhenTerminated { get; }

    /// <param name="name">Letters, digits and hyphens; no hyphen in front.</param>
    public static ActorSystem Create(string name) => new LocalActorSystem(name, TimeProvider.System);

    /// <exception cref="ConfigurationException">The settings hold one that is not known here, or a value that it cannot have here.</exception>
    public static ActorSystem Create(string name, Config config)
    {
        config.Check();
        return Create(name);
    }

    public abstract IActorRef ActorOf(Props props, string name = null);

    public abstract void Stop(IActorRef actor);

    /// <summary>Stops all actors, children before their parents. The task is <see cref="WhenTerminated"/>.</summary>
    public abstract Task Terminate();

    /// <summary>Registers what shall run once, after the last actor has stopped; the last registered runs first.</summary>
    public abstract void RegisterOnTermination(Action code);

    /// <summary>Terminates and waits for the end: not to be called from an actor.</summary>
    public void Dispose()
    {
        if (!_disposed)
            Terminate().Wait();
        _disposed = true;
        GC.SuppressFinalize(this);
    }
}
