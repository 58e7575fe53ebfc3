using Akka.Actor;

namespace LabAutomation.Benchmarks;

internal sealed record TellMessage
{
    public static readonly TellMessage Instance = new();
}

internal sealed record TellAck
{
    public static readonly TellAck Instance = new();
}

/// <summary>Tells in bursts, the next one when the consumer has worked off the last, so that the mailbox stays short.</summary>
internal sealed class TellProducer : ReceiveActor
{
    private const int Burst = 1000;

    public TellProducer(IActorRef consumer, int messages, TaskCompletionSource end)
    {
        var left = messages;
        Receive<TellAck>(_ =>
        {
            if (left == 0) end.SetResult();
            for (var i = 0; i < Burst && left > 0; i++, left--) consumer.Tell(TellMessage.Instance, Self);
            consumer.Tell(TellAck.Instance, Self);
        });
    }
}

internal sealed class TellConsumer : ReceiveActor
{
    private int _received;

    public TellConsumer()
    {
        Receive<TellMessage>(_ => _received++);
        Receive<TellAck>(ack => Sender.Tell(ack, Self));
    }
}

internal sealed class Echo : ReceiveActor
{
    public Echo() => ReceiveAny(message => Sender.Tell(message, Self));
}

internal sealed class Piper : ReceiveActor
{
    public Piper(int count, TaskCompletionSource end) => Receive<int>(i =>
    {
        if (i == count) end.SetResult();
        else Task.FromResult(i + 1).PipeTo(Self, Self);
    });
}

internal sealed class IdleParent : ReceiveActor
{
    public IdleParent(int count)
    {
        var idle = Props.Create(() => new Idle());
        var last = ActorRefs.Nobody as IActorRef;
        for (var i = 0; i < count; i++) last = Context.ActorOf(idle);
        ReceiveAny(last.Forward);
    }

    private sealed class Idle : ReceiveActor
    {
        public Idle() => Receive<string>(_ => Sender.Tell(1, Self));
    }
}
