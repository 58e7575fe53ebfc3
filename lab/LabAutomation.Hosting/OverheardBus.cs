using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>The bus of one driver, overheard as it speaks: what it tells the lab of its trouble is told on its own machine too.</summary>
/// <param name="tell">Called before the message goes out; returns at once.</param>
internal sealed class OverheardBus(ILabBus bus, string instrument, Action<StationNotice> tell) : ILabBus
{
    private readonly HashSet<ActionId> _unknown = [];

    public string ClientId => bus.ClientId;

    public bool IsConnected => bus.IsConnected;

    public event Action<bool>? ConnectionChanged
    {
        add => bus.ConnectionChanged += value;
        remove => bus.ConnectionChanged -= value;
    }

    public Task StartAsync(CancellationToken cancellation) => bus.StartAsync(cancellation);

    public Task PublishAsync(BusMessage message, CancellationToken cancellation)
    {
        if (Heard(message) is { } notice) tell(notice);
        return bus.PublishAsync(message, cancellation);
    }

    public Task SubscribeAsync(string filter, Action<BusMessage> handler, CancellationToken cancellation) => bus.SubscribeAsync(filter, handler, cancellation);

    public ValueTask DisposeAsync() => bus.DisposeAsync();

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
        "journal" => Trouble(said.Message),
        "cleared" => new StationNotice(instrument, false, said.Message),
        _ => null,
    };

    /// <summary>A result is told again after each connection, and here once.</summary>
    private StationNotice? Of(ResultFrame result) => result.Status == ActionStatus.UnknownOutcome && _unknown.Add(result.Action)
        ? Trouble($"nobody knows what became of action {result.Action}: {result.Message}; 'lab reconcile {result.Action} --instrument {instrument}' tells what a person found")
        : null;

    private StationNotice Trouble(string text) => new(instrument, true, text);
}
