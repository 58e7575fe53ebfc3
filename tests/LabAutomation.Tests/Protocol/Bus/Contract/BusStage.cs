using LabAutomation.Conformance;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol.Bus;

/// <summary>A broker with four clients known to it, and those of the conformance kit, whose links a test can cut one by one.</summary>
public abstract class BusStage : IAsyncDisposable
{
    public const string Narrow = "narrow";

    /// <summary>One, two and three may do everything. Narrow may publish its own state and read what its neighbour says.</summary>
    public static readonly IReadOnlyDictionary<string, BrokerAccess> Accounts = new Dictionary<string, BrokerAccess>(ConformanceBroker.Accounts)
    {
        ["one"] = BrokerAccess.Everything,
        ["two"] = BrokerAccess.Everything,
        ["three"] = BrokerAccess.Everything,
        [Narrow] = new(["lab/1/s/narrow/state"], ["lab/1/s/neighbour/+"]),
    };

    public abstract ILabBus Create(string clientId, BusMessage? will = null);

    /// <summary>Breaks a client's link without a farewell and keeps it broken.</summary>
    public abstract void Cut(string clientId);

    public abstract void Restore(string clientId);

    public abstract ValueTask DisposeAsync();

    public async Task<ILabBus> StartAsync(string clientId, BusMessage? will = null)
    {
        var bus = Create(clientId, will);
        await bus.StartAsync(CancellationToken.None).Soon();
        return bus;
    }

    /// <summary>Cuts and returns when the client has noticed.</summary>
    public async Task CutAsync(ILabBus bus)
    {
        var noticed = Change(bus, false);
        Cut(bus.ClientId);
        await noticed.Soon();
    }

    /// <summary>Restores and returns when the client is connected again.</summary>
    public async Task RestoreAsync(ILabBus bus)
    {
        var noticed = Change(bus, true);
        Restore(bus.ClientId);
        await noticed.Soon();
    }

    public static Task Change(ILabBus bus, bool to)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bus.ConnectionChanged += connected =>
        {
            if (connected == to) changed.TrySetResult();
        };
        return changed.Task;
    }
}
