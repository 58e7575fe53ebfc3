using Akka.Actor;

namespace Akka.Event;

public static class Logging
{
    /// <summary>A logger whose source is the actor's path.</summary>
    public static ILoggingAdapter GetLogger(this IActorContext context, ILogMessageFormatter logMessageFormatter = null) =>
        Adapter(context.System, context.Self.Path.ToString(), context.Props.Type, logMessageFormatter);

    /// <param name="system">On whose event stream the events appear.</param>
    /// <param name="logSourceObj">An actor reference, a name, a type, or an object whose type names the source.</param>
    /// <param name="logMessageFormatter">Null for the default.</param>
    public static ILoggingAdapter GetLogger(ActorSystem system, object logSourceObj, ILogMessageFormatter logMessageFormatter = null) =>
        logSourceObj switch
        {
            IActorContext context => context.GetLogger(logMessageFormatter),
            IActorRef actor => Adapter(system, actor.Path.ToString(), actor.GetType(), logMessageFormatter),
            string name => Adapter(system, $"{name} ({system})", typeof(string), logMessageFormatter),
            Type type => Adapter(system, $"{type.Name} ({system})", type, logMessageFormatter),
            _ => Adapter(system, $"{logSourceObj.GetType().Name} ({system})", logSourceObj.GetType(), logMessageFormatter),
        };

    private static BusLogging Adapter(ActorSystem system, string source, Type type, ILogMessageFormatter formatter) =>
        new(system.EventStream, source, type, formatter ?? DefaultLogMessageFormatter.Instance);
}
