using System.Collections.Immutable;
using LabAutomation.Protocol;
using LabAutomation.Simulators;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>Sends a command under one id until it has its end, and acknowledges every result that it hears: what a caller owes by the wire's rules.</summary>
internal sealed class StubbornCaller
{
    public const string Client = "lab";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Dictionary<ActionId, TaskCompletionSource<ActionStatus>> _open = [];
    private readonly SimulatedBus _bus;
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset _deadline;

    private StubbornCaller(SimulatedBus bus, TimeProvider clock) => (_bus, _clock, _deadline) = (bus, clock, clock.GetUtcNow().AddYears(1));

    /// <summary>How each action ended.</summary>
    public Dictionary<ActionId, ActionStatus> Ends { get; } = [];

    /// <summary>Actions that were told to have ended in two ways.</summary>
    public List<ActionId> Contradicted { get; } = [];

    public static async Task<StubbornCaller> StartAsync(SimulatedBus bus, TimeProvider clock)
    {
        var caller = new StubbornCaller(bus, clock);
        await bus.StartAsync(CancellationToken.None);
        await bus.SubscribeAsync($"{Topics.Replies(Client)}/#", caller.HearReply, CancellationToken.None);
        await bus.SubscribeAsync($"{Topics.Root}/site/tea/exec/+/result", caller.HearResult, CancellationToken.None);
        return caller;
    }

    public async Task<ActionStatus> PourAsync(int n)
    {
        var action = TeaKitchen.Id(n);
        var frame = new CommandFrame(ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(200, "mL")), _deadline);
        var command = new CommandMessage(action, "pour", frame, $"{Topics.Replies(Client)}/tea", Client, null, null).ToBusMessage(TeaKitchen.Topics, 3600);
        var ended = _open[action] = new TaskCompletionSource<ActionStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        Send(command);
        await using var again = _clock.CreateTimer(_ => Send(command), null, Patience, Patience);
        return await ended.Task;
    }

    public void Clear() => Send(BusMessage.Of(TeaKitchen.Topics.Control("clear"), new ControlFrame(null, "Ada", "looked at it", _clock.GetUtcNow())));

    private void HearReply(BusMessage message)
    {
        var reply = FrameCodec.Decode<ReplyFrame>(message.Payload);
        if (reply.Status != ActionStatus.Accepted) End(reply.Action, reply.Status);
    }

    private void HearResult(BusMessage message)
    {
        if (message.Payload.IsEmpty) return;
        var result = FrameCodec.Decode<ResultFrame>(message.Payload);
        End(result.Action, result.Status);
        Send(new BusMessage(TeaKitchen.Topics.Acknowledge(result.Action), ReadOnlyMemory<byte>.Empty));
    }

    private void End(ActionId action, ActionStatus status)
    {
        if (!Ends.TryAdd(action, status))
        {
            if (Ends[action] != status) Contradicted.Add(action);
            return;
        }

        _open[action].TrySetResult(status);
    }

    /// <summary>Does not wait: while the link is down the message waits by itself.</summary>
    private void Send(BusMessage message) => _ = _bus.PublishAsync(message, CancellationToken.None);
}
