using Akka.Actor;
using Akka.Event;

namespace LabAutomation.Benchmarks;

/// <summary>Actors that tell each other numbered messages and fail on some. What became of each message is counted by its receiver.</summary>
internal sealed class Crowd(int actors, int messagesEach, int failureIn, int seed)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int[,] _lastNumber = new int[actors, actors];   // by receiver, sender: written on the receiver's turns only
    private long _sent;
    private long _handled;
    private long _failed;
    private long _restarts;
    private long _planned;
    private long _outOfOrder;
    private long _deadLetters;

    public Task Ended => _ended.Task;

    public long Sent => _sent;

    public long Handled => _handled;

    public long Failed => _failed;

    public long Restarts => _restarts;

    public long FailuresPlanned => _planned;

    public long OutOfOrder => _outOfOrder;

    public long DeadLetters => _deadLetters;

    public int Actors => actors;

    public int MessagesEach => messagesEach;

    public IActorRef[] Members { get; } = new IActorRef[actors];

    public Random RandomOf(int member) => new(seed * actors + member);

    public CrowdMessage Send(int from, int number, Random random)
    {
        var fails = random.Next(failureIn) == 0;
        if (fails) Interlocked.Increment(ref _planned);
        Interlocked.Increment(ref _sent);
        return new CrowdMessage(from, number, fails);
    }

    public void Receive(int receiver, CrowdMessage message)
    {
        if (message.Number <= _lastNumber[receiver, message.From]) Interlocked.Increment(ref _outOfOrder);
        _lastNumber[receiver, message.From] = message.Number;
        Interlocked.Increment(ref message.Fails ? ref _failed : ref _handled);
        if (message.Fails) throw new InvalidOperationException("planned");
        EndIfComplete();
    }

    public void Restarted()
    {
        Interlocked.Increment(ref _restarts);
        EndIfComplete();
    }

    public void LostOne() => Interlocked.Increment(ref _deadLetters);

    private void EndIfComplete()
    {
        if (Interlocked.Read(ref _handled) + Interlocked.Read(ref _restarts) == (long)actors * messagesEach) _ended.TrySetResult();
    }
}

internal sealed record CrowdMessage(int From, int Number, bool Fails);

internal sealed class CrowdSupervisor : ReceiveActor
{
    public CrowdSupervisor(Crowd crowd)
    {
        for (var i = 0; i < crowd.Actors; i++)
        {
            var member = i;
            crowd.Members[i] = Context.ActorOf(Props.Create(() => new CrowdMember(crowd, member)));
        }
        foreach (var member in crowd.Members) member.Tell(new CrowdMember.Speak(1, crowd.RandomOf(Array.IndexOf(crowd.Members, member))));
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
        Receive<DeadLetter>(_ => crowd.LostOne());
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);
}

internal sealed class CrowdMember : ReceiveActor
{
    private readonly Crowd _crowd;

    public CrowdMember(Crowd crowd, int member)
    {
        _crowd = crowd;
        Receive<CrowdMessage>(message => crowd.Receive(member, message));
        Receive<Speak>(speak =>
        {
            const int atOnce = 20;
            var end = Math.Min(speak.Number + atOnce, crowd.MessagesEach + 1);
            for (var number = speak.Number; number < end; number++)
                crowd.Members[speak.Random.Next(crowd.Actors)].Tell(crowd.Send(member, number, speak.Random), Self);
            if (end <= crowd.MessagesEach) Self.Tell(speak with { Number = end });
        });
    }

    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        _crowd.Restarted();
    }

    /// <summary>Goes on from that number: it waits in the mailbox, so it outlives its actor's restarts.</summary>
    internal sealed record Speak(int Number, Random Random);
}
