using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>A host's bus that can be left without a farewell, as by a program that was killed.</summary>
internal sealed class MortalBus(ILabBus bus, Func<bool> alive) : ILabBus
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

    public Task PublishAsync(BusMessage message, CancellationToken cancellation) =>
        alive() ? bus.PublishAsync(message, cancellation) : Task.FromException(new OperationCanceledException("the program is gone"));

    public Task SubscribeAsync(string filter, Action<BusMessage> handler, CancellationToken cancellation) => bus.SubscribeAsync(
        filter,
        message =>
        {
            if (alive()) handler(message);
        },
        cancellation);

    public ValueTask DisposeAsync() => alive() ? bus.DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>After the link was severed.</summary>
    public ValueTask BuryAsync() => bus.DisposeAsync();
}
