using System.Threading.Channels;

namespace LabAutomation.Instruments;

/// <summary>What happens to one instrument, one thing after the other: bus messages, ends of actions, timers. Whoever posts does not wait.</summary>
internal sealed class Mailbox
{
    private readonly Channel<Action> _items = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>After <see cref="Close"/> nothing is taken any more.</summary>
    public void Post(Action item) => _items.Writer.TryWrite(item);

    /// <summary>Runs until closed, and faults with the first item that throws.</summary>
    public async Task RunAsync(CancellationToken halt)
    {
        await foreach (var item in _items.Reader.ReadAllAsync(halt))
        {
            if (halt.IsCancellationRequested) return;
            item();
        }
    }

    public void Close() => _items.Writer.TryComplete();
}
