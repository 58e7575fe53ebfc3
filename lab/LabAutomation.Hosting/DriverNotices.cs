using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>What one driver tells the lab of its trouble, told on its own machine too, whether or not the broker is there to hear it.</summary>
/// <param name="tell">Called at once, and returns at once.</param>
internal sealed class DriverNotices(string instrument, Action<StationNotice> tell)
{
    private readonly HashSet<ActionId> _unknown = [];

    /// <summary>Something that the driver says.</summary>
    public void Hear(BusMessage message)
    {
        if (Heard(message) is { } notice) tell(notice);
    }

    private StationNotice? Heard(BusMessage message)
    {
        if (message.Payload.IsEmpty || !Topics.TrySplit(message.Topic, out _, out _, out var rest)) return null;
        return rest.Split('/') switch
        {
            ["event"] => Of(FrameCodec.Decode<EventFrame>(message.Payload)),
            ["exec", _, "result"] => Of(FrameCodec.Decode<ResultFrame>(message.Payload)),
            _ => null,
        };
    }

    private StationNotice? Of(EventFrame said) => said.Kind switch
    {
        "aborted" or "emergency_stop" => Trouble($"{UnitState.Aborted}: {said.Message}"),
        "not_safe" => Trouble($"NOT SAFE: {said.Message}"),
        "journal" or "driver_failed" => Trouble(said.Message),
        "cleared" => new StationNotice(instrument, false, said.Message),
        _ => null,
    };

    /// <summary>A result is told again after each connection, and here once.</summary>
    private StationNotice? Of(ResultFrame result) => result.Status == ActionStatus.UnknownOutcome && _unknown.Add(result.Action)
        ? Trouble($"nobody knows what became of action {result.Action}: {result.Message}; 'lab reconcile {result.Action} --instrument {instrument}' tells what a person found")
        : null;

    private StationNotice Trouble(string text) => new(instrument, true, text);
}
