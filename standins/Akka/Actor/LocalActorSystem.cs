using System.Text.RegularExpressions;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The actor system: root, user guardian, and what all cells share.</summary>
internal sealed partial class LocalActorSystem : ActorSystem
{
    private readonly LocalActorRef _guardian;
    private readonly long _start;
    private readonly ActorPath _temp;
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stack<Action> _onTermination = new();
    private bool _terminating;
    private long _lastUid;
    private long _lastTemp;

    public LocalActorSystem(string name, TimeProvider clock)
    {
        if (!ValidName().IsMatch(name))
            throw new ArgumentException(
                $"Invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus non-leading '-')", nameof(name));
        Name = name;
        Clock = clock;
        var root = ActorPath.Root(name);
        _temp = root.WithChild("temp", 0);
        _start = clock.GetTimestamp();
        SystemScheduler = new SystemScheduler(clock);
        EventStream = new EventStream();
        DeadLetterRef = new DeadLetterActorRef(this, root.WithChild("deadLetters", 0));
        Dispatchers = new Dispatchers();
        _guardian = new LocalActorRef(
            this, Props.Create<GuardianActor>(), Dispatchers.Default, new RootActorRef(this, root), root.WithChild("user", NextUid()));
        _guardian.Cell.Start();
    }

    public override string Name { get; }

    public override EventStream EventStream { get; }

    public override IScheduler Scheduler => SystemScheduler;

    public override IActorRef DeadLetters => DeadLetterRef;

    public override Task WhenTerminated => _terminated.Task;

    internal TimeProvider Clock { get; }

    /// <summary>Since the system was made; never goes back.</summary>
    internal TimeSpan Uptime => Clock.GetElapsedTime(_start);

    internal SystemScheduler SystemScheduler { get; }

    internal DeadLetterActorRef DeadLetterRef { get; }

    internal Dispatchers Dispatchers { get; }

    public override IActorRef ActorOf(Props props, string name = null) => _guardian.Cell.ActorOf(props, name);

    public override void Stop(IActorRef actor)
    {
        if (actor.Path.Parent == _guardian.Path)
            _guardian.Tell(new StopChild(actor));
        else
            ((ActorRefBase)actor).Stop();
    }

    public override Task Terminate()
    {
        if (!Interlocked.Exchange(ref _terminating, true))
            EventStream.Publish(new Debug(LogSource, GetType(), "System shutdown initiated"));
        _guardian.Stop();
        return WhenTerminated;
    }

    public override void RegisterOnTermination(Action code)
    {
        lock (_onTermination)
        {
            if (!_terminated.Task.IsCompleted)
            {
                _onTermination.Push(code);
                return;
            }
        }
        throw new InvalidOperationException($"The actor system {Name} has terminated; nothing can be registered on its termination any more.");
    }

    public override string ToString() => $"akka://{Name}";

    internal long NextUid() => Interlocked.Increment(ref _lastUid);

    internal ActorPath NextTempPath() => _temp.WithChild(ActorNames.Generated(Interlocked.Increment(ref _lastTemp)), 0);

    internal void Finish()
    {
        lock (_onTermination)
        {
            while (_onTermination.TryPop(out var code))
            {
                try
                {
                    code();
                }
                catch (Exception e)
                {
                    PublishError(e, "A callback on the system's termination failed");
                }
            }
            SystemScheduler.Dispose();
            _terminated.TrySetResult();
        }
    }

    private string LogSource => $"ActorSystem({Name})";

    private void PublishError(Exception cause, string message) =>
        EventStream.Publish(new Error(cause, LogSource, GetType(), message));

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-]*$")]
    private static partial Regex ValidName();

    /// <summary>Above the guardian there is nobody left to decide: its failure or end is the end of the system.</summary>
    private sealed class RootActorRef(LocalActorSystem system, ActorPath path) : ActorRefBase
    {
        public override ActorPath Path { get; } = path;

        internal override LocalActorSystem System { get; } = system;

        protected override void TellInternal(object message, IActorRef sender) => System.DeadLetterRef.Publish(message, sender, this);

        internal override void SendSystemMessage(SystemMessage message)
        {
            switch (message)
            {
                case Failed failed:
                    System.PublishError(failed.Cause, "Guardian failed. Shutting down system");
                    failed.Child.Stop();
                    break;
                case DeathWatchNotification:
                    System.Finish();
                    break;
            }
        }
    }
}
