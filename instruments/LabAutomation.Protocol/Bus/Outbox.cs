using System.Threading.Channels;
using MQTTnet;

namespace LabAutomation.Protocol;

/// <summary>
/// Messages on their way to the broker, in the order in which they were given. What a broken link left unacknowledged goes out again,
/// before anything newer, when the next one stands. At most <paramref name="capacity"/> wait here; further callers wait outside.
/// </summary>
internal sealed class Outbox(int capacity)
{
    private readonly Channel<Letter> _waiting =
        Channel.CreateBounded<Letter>(new BoundedChannelOptions(capacity) { SingleReader = true });

    private readonly LinkedList<Letter> _underWay = [];

    /// <exception cref="BusRefusedException">The broker refused the message.</exception>
    /// <exception cref="ObjectDisposedException">The bus was disposed of before the broker took the message.</exception>
    public async Task SendAsync(MqttApplicationMessage message, CancellationToken cancellation)
    {
        var letter = new Letter(message);
        try
        {
            await _waiting.Writer.WriteAsync(letter, cancellation);
            await letter.Done.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            letter.Done.TrySetCanceled(cancellation);
            Forget(letter);
            throw;
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(MqttLabBus));
        }
    }

    /// <summary>Carries messages over the link until it is lost or the bus stops.</summary>
    /// <exception cref="OperationCanceledException">Always, in the end.</exception>
    public async Task CarryAsync(MqttLink link, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(link.Lost, stop);
        foreach (var letter in UnderWay())
        {
            await link.Window.WaitAsync(end.Token);
            _ = CarryAsync(letter, link);
        }

        while (true)
        {
            await link.Window.WaitAsync(end.Token);
            var letter = await _waiting.Reader.ReadAsync(end.Token);
            if (letter.Done.Task.IsCompleted)
            {
                link.Window.Release();
                continue;
            }

            lock (_underWay) _underWay.AddLast(letter);
            _ = CarryAsync(letter, link);
        }
    }

    public void Close()
    {
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var letter)) Fail(letter);
        foreach (var letter in UnderWay()) Fail(letter);

        static void Fail(Letter letter) => letter.Done.TrySetException(new ObjectDisposedException(nameof(MqttLabBus)));
    }

    private async Task CarryAsync(Letter letter, MqttLink link)
    {
        try
        {
            await link.PublishAsync(letter.Message);
            Forget(letter);
            letter.Done.TrySetResult();
        }
        catch (BusRefusedException refusal)
        {
            Forget(letter);
            letter.Done.TrySetException(refusal);
        }
        catch (Exception error) when (MqttLabBus.IsOfTheLink(error))
        {
            link.Dispose();
            return;
        }
        catch (Exception error)
        {
            Forget(letter);
            letter.Done.TrySetException(error);
        }

        link.Window.Release();
    }

    private Letter[] UnderWay()
    {
        lock (_underWay) return [.. _underWay];
    }

    private void Forget(Letter letter)
    {
        lock (_underWay) _underWay.Remove(letter);
    }

    private sealed record Letter(MqttApplicationMessage Message)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
