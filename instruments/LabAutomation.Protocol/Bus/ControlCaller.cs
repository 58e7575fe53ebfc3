using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace LabAutomation.Protocol;

/// <summary>Sends controls to instruments and waits for what they answer.</summary>
/// <param name="clock">By which answers are waited for; the system's unless given.</param>
/// <param name="bus">Started before; its client may publish the controls and read its own reply topic.</param>
public sealed class ControlCaller(ILabBus bus, TimeProvider? clock = null)
{
    /// <summary>Where answers to controls go, of every client: what somebody needs to be allowed who answers people.</summary>
    public const string EveryReply = $"{Topics.Root}/clients/+/reply/{Name}";

    private const string Name = "control";

    private readonly ConcurrentDictionary<long, TaskCompletionSource<ControlReply>> _waiting = new();
    private readonly string _topic = $"{Topics.Replies(bus.ClientId)}/{Name}";
    private Task? _listening;
    private long _asked;

    /// <param name="verb">As in <see cref="InstrumentTopics.Control"/>.</param>
    /// <param name="frame"><see cref="ControlFrame"/>, <see cref="LockFrame"/> or <see cref="ReconcileFrame"/>, as the verb takes it.</param>
    /// <param name="patience">Time until an answer is given up.</param>
    /// <exception cref="TimeoutException">Nobody answered in time.</exception>
    /// <exception cref="FrameException">The answer cannot be read.</exception>
    /// <exception cref="BusRefusedException">The broker does not let this client send it.</exception>
    public async Task<ControlReply> AskAsync<T>(InstrumentTopics topics, string verb, T frame, TimeSpan patience, CancellationToken cancellation)
    {
        await (_listening ??= bus.SubscribeAsync(_topic, Take, cancellation));
        var number = Interlocked.Increment(ref _asked);
        var answer = _waiting.GetOrAdd(number, _ => new TaskCompletionSource<ControlReply>(TaskCreationOptions.RunContinuationsAsynchronously));
        var correlation = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(correlation, number);
        try
        {
            await bus.PublishAsync(BusMessage.Of(topics.Control(verb), frame) with { ResponseTopic = _topic, CorrelationData = correlation }, cancellation);
            return await answer.Task.Here().WaitAsync(patience, clock ?? TimeProvider.System, cancellation);
        }
        finally
        {
            _waiting.TryRemove(number, out _);
        }
    }

    private void Take(BusMessage message)
    {
        if (message.CorrelationData.Length != sizeof(long)) return;
        if (!_waiting.TryGetValue(BinaryPrimitives.ReadInt64BigEndian(message.CorrelationData.Span), out var answer)) return;
        try
        {
            answer.TrySetResult(FrameCodec.Decode<ControlReply>(message.Payload));
        }
        catch (FrameException error)
        {
            answer.TrySetException(error);
        }
    }
}
