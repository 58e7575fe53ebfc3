using System.Collections.Concurrent;
using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>
/// Checks a running driver from outside, over the bus, as a caller who has just come. It sends only what must be refused, so that no
/// device moves. The bus client needs what agents may do.
/// </summary>
public sealed class DriverConformance
{
    private readonly ConcurrentDictionary<string, BusMessage> _retained = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ActionId, ReplyFrame> _replies = new();
    private readonly ILabBus _bus;
    private readonly InstrumentTopics _topics;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _patience;

    /// <param name="clock">Lab time, for deadlines.</param>
    /// <param name="patience">Real time to wait for an answer.</param>
    public DriverConformance(ILabBus bus, InstrumentTopics topics, TimeProvider clock, TimeSpan patience) => (_bus, _topics, _clock, _patience) = (bus, topics, clock, patience);

    private string ReplyTopic => $"{Topics.Replies(_bus.ClientId)}/conformance";

    /// <summary>One verdict per assertion, in the order of their ids.</summary>
    public async Task<ImmutableArray<ConformanceVerdict>> CheckAsync(CancellationToken cancellation)
    {
        await _bus.SubscribeAsync(ReplyTopic, message => Keep(FrameCodec.Decode<ReplyFrame>(message.Payload)), cancellation);
        foreach (var topic in new[] { _topics.Birth, _topics.Liveness, _topics.State })
            await _bus.SubscribeAsync(topic, message => _retained.TryAdd(topic, message), cancellation);
        await UntilAsync(() => _retained.Count == 3, cancellation);

        var verdicts = ImmutableArray.CreateBuilder<ConformanceVerdict>();
        foreach (var (id, topic) in new[] { (1, _topics.Birth), (9, _topics.Liveness), (16, _topics.State) })
            verdicts.Add(new(id, $"a late subscriber finds {topic.Split('/')[^1]} retained", _retained.TryGetValue(topic, out var message) && message.Retain ? null : "nothing retained arrived"));
        if (!_retained.TryGetValue(_topics.Birth, out var born)) return verdicts.ToImmutable();

        var birth = FrameCodec.Decode<Birth>(born.Payload);
        verdicts.AddRange(BirthAssertions.Of(birth, _topics));
        verdicts.Add(new(24, "an unknown command is refused", await RefusalAsync("no-such-command", ImmutableSortedDictionary<string, Quantity>.Empty, cancellation)));
        foreach (var command in birth.Commands.Where(command => command.Parameters.Length > 0).Take(1))
        {
            var right = command.Parameters.ToImmutableSortedDictionary(parameter => parameter.Name, parameter => new Quantity(parameter.Low, parameter.Unit), StringComparer.Ordinal);
            var first = command.Parameters[0];
            verdicts.Add(new(22, "a value out of range is refused", await RefusalAsync(command.Name, right.SetItem(first.Name, new Quantity(first.High * 2 + 1, first.Unit)), cancellation)));
            verdicts.Add(new(23, "a unit that does not fit is refused", await RefusalAsync(command.Name, right.SetItem(first.Name, Quantity.Of(1, first.Unit.Fits(Unit.Parse("kg")) ? "s" : "kg")), cancellation)));
        }

        return [.. verdicts.OrderBy(verdict => verdict.Id)];
    }

    private void Keep(ReplyFrame reply) => _replies.TryAdd(reply.Action, reply);

    private async Task<string?> RefusalAsync(string command, IEnumerable<KeyValuePair<string, Quantity>> arguments, CancellationToken cancellation)
    {
        var now = _clock.GetUtcNow();
        var action = ActionId.Derive($"conformance at {now:O}", 0, command, _replies.Count, 1);
        var message = new CommandMessage(action, command, new CommandFrame(arguments.ToImmutableSortedDictionary(StringComparer.Ordinal), now.AddHours(1)), ReplyTopic, _bus.ClientId, null, null);
        await _bus.PublishAsync(message.ToBusMessage(_topics, expirySeconds: 60), cancellation);
        if (!await UntilAsync(() => _replies.ContainsKey(action), cancellation)) return $"no answer within {_patience.TotalSeconds:0.#} s";
        var reply = _replies[action];
        return reply is { Status: ActionStatus.Failed, Cause: CauseCode.InvalidCommand or CauseCode.OutOfRange } && reply.Message.Length > 0
            ? null
            : $"the answer was {reply.Status}, {reply.Cause}: '{reply.Message}'";
    }

    private async Task<bool> UntilAsync(Func<bool> holds, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(began) > _patience) return false;
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellation);
        }

        return true;
    }
}
