using Akka.Actor;

namespace Akka.Pattern;

/// <summary>An actor in front of a child that it starts again after growing pauses. Passes on to the child what it is told.</summary>
public sealed class BackoffSupervisor
{
    private BackoffSupervisor()
    {
    }

    /// <exception cref="ArgumentException">A pause or the random factor is out of its range.</exception>
    public static Props Props(BackoffOptions options) => options.Props;

    /// <summary>Asks for <see cref="CurrentChild"/>.</summary>
    public sealed class GetCurrentChild
    {
        public static readonly GetCurrentChild Instance = new();

        private GetCurrentChild()
        {
        }
    }

    /// <summary>The child, or null during a pause.</summary>
    public sealed class CurrentChild
    {
        public CurrentChild(IActorRef @ref) => Ref = @ref;

        public IActorRef Ref { get; }
    }

    /// <summary>Asks for <see cref="RestartCount"/>.</summary>
    public sealed class GetRestartCount
    {
        public static readonly GetRestartCount Instance = new();

        private GetRestartCount()
        {
        }
    }

    /// <summary>How often the child has been started again since the count was last reset.</summary>
    public sealed class RestartCount
    {
        public RestartCount(int count) => Count = count;

        public int Count { get; }
    }
}
