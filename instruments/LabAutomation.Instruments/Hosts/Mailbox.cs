using System.Collections.Concurrent;
using System.Threading.Channels;

namespace LabAutomation.Instruments;

/// <summary>What happens to one instrument, one thing after the other: bus messages, ends of actions, timers. Whoever posts does not wait.</summary>
internal sealed class Mailbox
{
    private readonly Lock _gate = new();
    private List<Action>? _early = [];
    private readonly ConcurrentQueue<Action> _urgent = new();
    private readonly Channel<Action> _items = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>After <see cref="Close"/> nothing is taken any more.</summary>
    public void Post(Action item) => _items.Writer.TryWrite(item);

    /// <summary>What makes the unit safe, or shuts it out: it comes before everything that waits.</summary>
    public void PostFirst(Action item)
    {
        _urgent.Enqueue(item);
        Post(() => { });
    }

    /// <summary>What a caller asks for. Until <see cref="Admit"/> it is kept, since what an earlier run left unfinished comes first; then it is a post like any other.</summary>
    public void Receive(Action item)
    {
        lock (_gate)
        {
            if (_early is null) Post(item);
            else _early.Add(item);
        }
    }

    /// <summary>Callers are heard from now on, in the order in which they asked.</summary>
    public void Admit()
    {
        lock (_gate)
        {
            _early?.ForEach(Post);
            _early = null;
        }
    }

    /// <summary>Runs until closed, and faults with the first item that throws.</summary>
    public async Task RunAsync(CancellationToken halt)
    {
        while (await _items.Reader.WaitToReadAsync(halt))
        {
            if (!_items.Reader.TryRead(out var item)) continue;
            while (!halt.IsCancellationRequested && _urgent.TryDequeue(out var first)) first();
            if (halt.IsCancellationRequested) return;
            item();
        }
    }

    public void Close() => _items.Writer.TryComplete();
}
