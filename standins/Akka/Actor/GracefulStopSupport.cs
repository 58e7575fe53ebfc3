using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

public static class GracefulStopSupport
{
    /// <summary>Sends <see cref="PoisonPill"/> and waits for the actor's end.</summary>
    /// <returns>False if it had not stopped when the time was over.</returns>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => target.GracefulStop(timeout, PoisonPill.Instance);

    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        if (target is not ActorRefBase { System: { } system } watched)
            throw new InvalidOperationException($"{target} cannot be watched");

        var watcher = new TerminationWatcherRef(system);
        watched.SendSystemMessage(new Watch(watched, watcher));
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            await watcher.Ended.WaitAsync(timeout == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : timeout, system.Clock);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            watched.SendSystemMessage(new Unwatch(watcher));
        }
    }

    private sealed class TerminationWatcherRef(LocalActorSystem system) : ActorRefBase
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public override ActorPath Path { get; } = system.NextTempPath();

        internal override LocalActorSystem System { get; } = system;

        internal override void SendSystemMessage(SystemMessage message)
        {
            if (message is DeathWatchNotification)
                _ended.TrySetResult();
        }

        protected override void TellInternal(object message, IActorRef sender) => System.DeadLetterRef.Publish(message, sender, this);
    }
}
