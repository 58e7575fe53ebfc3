namespace Akka.Actor;

/// <summary>The stash of one actor instance. Only on the actor's own turn.</summary>
internal sealed class ActorStash(ActorCell cell) : IStash
{
    private LinkedList<Envelope> _envelopes = new();
    private long _lastStashed;

    public int Count => _envelopes.Count;

    public void Stash()
    {
        if (cell.CurrentEnvelopeId == _lastStashed)
            throw new IllegalActorStateException($"Can't stash the same message {cell.CurrentMessage} more than once");
        _lastStashed = cell.CurrentEnvelopeId;
        _envelopes.AddLast(new Envelope(cell.CurrentMessage, cell.Sender));
    }

    public void Unstash()
    {
        if (_envelopes.First is not { } oldest)
            return;
        _envelopes.RemoveFirst();
        PutBack(oldest.Value);
    }

    public void UnstashAll() => UnstashAll(_ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        var envelopes = _envelopes;
        _envelopes = new LinkedList<Envelope>();
        for (var node = envelopes.Last; node is not null; node = node.Previous)
        {
            if (predicate(node.Value))
                PutBack(node.Value);
        }
    }

    private void PutBack(Envelope envelope)
    {
        cell.Mailbox.PostFirst(envelope);
        if (envelope.Message is Terminated terminated)
            cell.Announce(terminated.ActorRef, null);
    }
}
