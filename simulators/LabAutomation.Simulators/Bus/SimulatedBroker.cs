using LabAutomation.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.Simulators;

/// <summary>
/// A broker without sockets, for the virtual lab: retained messages, wildcards, wills, sessions that outlive a broken link, expiry in the
/// time of its clock, access lists where they are given. Nothing is random: the same calls in the same order give the same deliveries.
/// </summary>
/// <param name="log">Told of handlers that fail; silent where null.</param>
public sealed class SimulatedBroker(TimeProvider clock, ILogger<SimulatedBroker>? log = null)
{
    /// <summary>How long a dropped client takes to come back by itself, in the time of the broker's clock.</summary>
    public static readonly TimeSpan ReconnectAfter = TimeSpan.FromMilliseconds(100);

    private readonly Lock _sync = new();
    private readonly SortedDictionary<string, Stored> _retained = new(StringComparer.Ordinal);
    private readonly List<SimulatedBus> _clients = [];

    /// <summary>A client that is not yet connected.</summary>
    /// <param name="access">What it may do; everything where null.</param>
    /// <exception cref="ArgumentException">The client id is not a name.</exception>
    public SimulatedBus CreateBus(string clientId, BusMessage? will = null, BrokerAccess? access = null) =>
        new(this, clientId, will, access ?? BrokerAccess.Everything);

    /// <summary>Breaks a client's link without a farewell. Its will is published; it connects again after <see cref="ReconnectAfter"/>.</summary>
    /// <exception cref="ArgumentException">No such client is connected.</exception>
    public void Drop(string clientId)
    {
        var bus = Sever(clientId);
        ITimer? timer = null;
        timer = clock.CreateTimer(_ => { Restore(bus); timer?.Dispose(); }, null, ReconnectAfter, Timeout.InfiniteTimeSpan);
    }

    /// <summary>As <see cref="Drop"/>, but the client stays away until <see cref="Mend"/>.</summary>
    /// <exception cref="ArgumentException">No such client is connected.</exception>
    public SimulatedBus Sever(string clientId)
    {
        lock (_sync)
        {
            var bus = _clients.Find(client => client.ClientId == clientId && client.IsConnected)
                ?? throw new ArgumentException($"no client '{clientId}' is connected");
            bus.Lose();
            if (bus.Will is { } will && bus.Access.MayPublish(will.Topic)) Route(will);
            return bus;
        }
    }

    /// <summary>Lets a severed client connect again.</summary>
    /// <exception cref="ArgumentException">No such client is severed.</exception>
    public void Mend(string clientId)
    {
        SimulatedBus bus;
        lock (_sync)
        {
            bus = _clients.Find(client => client.ClientId == clientId && !client.IsConnected)
                ?? throw new ArgumentException($"no client '{clientId}' is severed");
        }

        Restore(bus);
    }

    internal Lock Sync => _sync;

    internal ILogger Log { get; } = log ?? NullLogger<SimulatedBroker>.Instance;

    /// <exception cref="BusRefusedException">Another client with this id is connected.</exception>
    internal void Connect(SimulatedBus bus)
    {
        lock (_sync)
        {
            var other = _clients.Find(client => client.ClientId == bus.ClientId);
            if (other is { IsConnected: true }) throw new BusRefusedException($"a client '{bus.ClientId}' is connected already");
            if (other is not null) _clients.Remove(other);
            _clients.Add(bus);
            bus.Gain();
        }
    }

    internal void Disconnect(SimulatedBus bus)
    {
        lock (_sync) _clients.Remove(bus);
    }

    /// <summary>Call it with <see cref="Sync"/> held.</summary>
    internal void Route(BusMessage message, Action? delivered = null)
    {
        var stored = new Stored(message, clock.GetUtcNow());
        if (message.Retain && message.Payload.IsEmpty) _retained.Remove(message.Topic);
        else if (message.Retain) _retained[message.Topic] = stored;

        var readers = _clients.FindAll(client => client.Wants(message.Topic));
        var open = readers.Count + 1;
        foreach (var reader in readers) reader.Enqueue(stored, Done);
        Done();

        void Done()
        {
            if (Interlocked.Decrement(ref open) == 0) delivered?.Invoke();
        }
    }

    /// <summary>Call it with <see cref="Sync"/> held.</summary>
    internal void SendRetained(SimulatedBus bus, string filter)
    {
        foreach (var (topic, stored) in _retained)
        {
            if (TopicFilter.Matches(filter, topic)) bus.Enqueue(stored, () => { });
        }
    }

    /// <summary>The message with what is left of its time, or null when there is none.</summary>
    internal BusMessage? Fresh(Stored stored)
    {
        if (stored.Message.ExpirySeconds is not { } seconds) return stored.Message;
        var age = (clock.GetUtcNow() - stored.At).TotalSeconds;
        return age < seconds ? stored.Message with { ExpirySeconds = seconds - (uint)Math.Max(0, age) } : null;
    }

    private void Restore(SimulatedBus bus)
    {
        lock (_sync)
        {
            if (_clients.Contains(bus) && !bus.IsConnected) bus.Gain();
        }
    }

    internal readonly record struct Stored(BusMessage Message, DateTimeOffset At);
}
