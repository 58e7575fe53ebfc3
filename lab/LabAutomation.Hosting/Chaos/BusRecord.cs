using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Chaos;

/// <summary>What was promised over the bus, written down by an onlooker.</summary>
internal sealed class BusRecord
{
    private readonly List<HeardState> _states = [];
    private readonly Dictionary<string, Birth> _births = new(StringComparer.Ordinal);
    private readonly HashSet<ActionId> _commanded = [];
    private readonly HashSet<ActionId> _accepted = [];
    private readonly Dictionary<ActionId, ActionStatus> _ended = [];
    private readonly Dictionary<ActionId, ActionStatus> _acknowledged = [];

    public IReadOnlyList<HeardState> States => _states;

    /// <summary>The latest of each instrument.</summary>
    public IReadOnlyDictionary<string, Birth> Births => _births;

    /// <summary>Actions that somebody was told to do.</summary>
    public IReadOnlySet<ActionId> Commanded => _commanded;

    /// <summary>Actions of which a driver said that it will do them.</summary>
    public IReadOnlySet<ActionId> Accepted => _accepted;

    /// <summary>Actions of which a driver told the result.</summary>
    public IEnumerable<ActionId> Ended => _ended.Keys;

    /// <summary>Actions of which the agents said that they have the result, whether or not their driver has heard it, and the result that was told last before they did.</summary>
    public IReadOnlyDictionary<ActionId, ActionStatus> Acknowledged => _acknowledged;

    public void Hear(BusMessage message)
    {
        var isOfInstrument = Topics.TrySplit(message.Topic, out _, out var instrument, out var rest);
        if (isOfInstrument && rest.Split('/') is ["exec", var acknowledged, "ack"]) Acknowledge(ActionId.Parse(acknowledged));
        if (message.Payload.IsEmpty) return;
        try
        {
            if (isOfInstrument) Hear(instrument, rest, message);
            else if (message.Topic.Contains("/reply/", StringComparison.Ordinal) && FrameCodec.Decode<ReplyFrame>(message.Payload) is { Status: ActionStatus.Accepted } reply) _accepted.Add(reply.Action);
        }
        catch (FrameException)
        {
            // An answer to something else than a command.
        }
    }

    /// <summary>Whoever says so of what nobody has told has the end that is no end.</summary>
    private void Acknowledge(ActionId action) => _acknowledged[action] = _ended.GetValueOrDefault(action, ActionStatus.UnknownOutcome);

    private void Hear(string instrument, string rest, BusMessage message)
    {
        switch (rest.Split('/'))
        {
            case ["state"]:
                _states.Add(new HeardState(instrument, FrameCodec.Decode<StateFrame>(message.Payload)));
                break;
            case ["birth"]:
                _births[instrument] = FrameCodec.Decode<Birth>(message.Payload);
                break;
            case ["cmd", _] when message.CorrelationData.Length == 16:
                _commanded.Add(ActionId.FromBytes(message.CorrelationData.Span));
                break;
            case ["exec", var id, "result"]:
                _ended[ActionId.Parse(id)] = FrameCodec.Decode<ResultFrame>(message.Payload).Status;
                break;
        }
    }
}
