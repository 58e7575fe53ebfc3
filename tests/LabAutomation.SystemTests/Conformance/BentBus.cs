using System.Text;
using LabAutomation.Protocol;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>A good host's bus on which a broken driver says and hears something else than it should.</summary>
/// <param name="outgoing">What becomes of a message that the host publishes.</param>
/// <param name="incoming">What becomes of a message that it hears; null drops it.</param>
internal sealed class BentBus(ILabBus bus, Func<BusMessage, IEnumerable<BusMessage>> outgoing, Func<BusMessage, BusMessage?> incoming) : ILabBus
{
    public event Action<bool>? ConnectionChanged
    {
        add => bus.ConnectionChanged += value;
        remove => bus.ConnectionChanged -= value;
    }

    public string ClientId => bus.ClientId;

    public bool IsConnected => bus.IsConnected;

    public Task TakenOver => bus.TakenOver;

    public Task StartAsync(CancellationToken cancellation) => bus.StartAsync(cancellation);

    public async Task PublishAsync(BusMessage message, CancellationToken cancellation)
    {
        foreach (var bent in outgoing(message)) await bus.PublishAsync(bent, cancellation);
    }

    public Task SubscribeAsync(string filter, Action<BusMessage> handler, CancellationToken cancellation) => bus.SubscribeAsync(
        filter,
        message =>
        {
            if (incoming(message) is { } bent) handler(bent);
        },
        cancellation);

    public ValueTask DisposeAsync() => bus.DisposeAsync();

    /// <summary>The same message with a text replaced in its payload.</summary>
    public static BusMessage Replace(BusMessage message, string text, string by) =>
        message with { Payload = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(message.Payload.Span).Replace(text, by, StringComparison.Ordinal)) };
}
