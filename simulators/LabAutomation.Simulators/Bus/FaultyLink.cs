namespace LabAutomation.Simulators;

/// <summary>The way from the broker to one reader while there are <see cref="BusFaults"/>. Used with the broker's lock held.</summary>
/// <param name="arrive">Takes what has arrived, and what to call when it has been handled.</param>
internal sealed class FaultyLink(BusFaults? faults, BusFaultCounts counts, TimeProvider clock, Lock sync, Action<SimulatedBroker.Stored, Action> arrive)
{
    private readonly PriorityQueue<Delivery, (TimeSpan At, long Order)> _underWay = new();
    private readonly long _begin = clock.GetTimestamp();
    private ITimer? _timer;
    private TimeSpan _latest;
    private long _sent;
    private long _lastArrived;

    /// <summary>Whether messages pass as if it were not there. What is under way is not overtaken when the faults are switched off.</summary>
    public bool IsClear => faults is not { IsOn: true } && _underWay.Count == 0;

    private TimeSpan Now => clock.GetElapsedTime(_begin);

    /// <param name="delivered">Called when the message is handled, lost or withdrawn.</param>
    public void Send(SimulatedBroker.Stored stored, Action delivered)
    {
        var fate = faults!.Draw();
        var wait = fate.Wait;
        if (fate.IsLost && !stored.Message.Retain)
        {
            counts.Lost++;
            delivered();
            return;
        }

        if (fate.IsLost)
        {
            counts.Late++;
            wait += BusFaults.ResendAfter;
        }

        var now = Now;
        var at = now + wait > _latest ? now + wait : _latest;
        if (fate.HeldBack is { } held) at += held;
        else _latest = at;
        _underWay.Enqueue(new Delivery(stored, delivered, ++_sent, now, IsCopy: false), (at, _sent));
        if (fate.CopyAfter is { } after) _underWay.Enqueue(new Delivery(stored, () => { }, ++_sent, now, IsCopy: true), (at + after, _sent));
        Release();
    }

    /// <summary>Takes back what is under way, in the order in which it was sent; copies are no more.</summary>
    public IReadOnlyList<Delivery> Withdraw()
    {
        Delivery[] back = [.. _underWay.UnorderedItems.Select(item => item.Element).Where(delivery => !delivery.IsCopy).OrderBy(delivery => delivery.Order)];
        _underWay.Clear();
        _latest = TimeSpan.Zero;
        _timer?.Dispose();
        _timer = null;
        return back;
    }

    private void Release()
    {
        var now = Now;
        while (_underWay.TryPeek(out var next, out var due) && due.At <= now)
        {
            _underWay.Dequeue();
            Count(next, now);
            arrive(next.Stored, next.Delivered);
        }

        if (!_underWay.TryPeek(out _, out var rest)) return;
        _timer ??= clock.CreateTimer(_ => { lock (sync) Release(); }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(rest.At - now, Timeout.InfiniteTimeSpan);
    }

    private void Count(Delivery delivery, TimeSpan now)
    {
        if (delivery.IsCopy)
        {
            counts.Doubled++;
            return;
        }

        if (now > delivery.Sent) counts.Delayed++;
        if (delivery.Order < _lastArrived) counts.Overtaken++;
        else _lastArrived = delivery.Order;
    }

    internal sealed record Delivery(SimulatedBroker.Stored Stored, Action Delivered, long Order, TimeSpan Sent, bool IsCopy);
}
