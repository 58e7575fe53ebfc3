namespace Akka.Actor;

/// <summary>A message with its sender, as it lies in a mailbox or a stash.</summary>
public readonly struct Envelope
{
    internal Envelope(object message, IActorRef sender)
    {
        Message = message;
        Sender = sender;
    }

    public object Message { get; }

    /// <summary>Null where the message was sent without a sender.</summary>
    public IActorRef Sender { get; }

    public override string ToString() => $"<{Message ?? "null"}> from {(Sender is null ? "NoSender" : Sender.ToString())}";
}
