using LabAutomation.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.Simulators;

/// <summary>
/// A broker without sockets, for the virtual lab: retained messages, wildcards, wills, sessions that outlive a broken link, expiry in the
/// time of its clock, access lists where they are given. The same calls in the same order give the same deliveries, also with faults,
/// which are drawn from a seed.
/// </summary>
/// <param name="log">Told of handlers that fail; silent where null.</param>
/// <param name="faults">What happens to deliveries; nothing where null.</param>
public sealed class SimulatedBroker(TimeProvider clock, ILogger<SimulatedBroker>? log = null, BusFaults? faults = null)
{
    /// <summary>How long a dropped client takes to come back by itself, in the time of the broker's clock.</summary>
    public static readonly TimeSpan ReconnectAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a partition lasts before client and broker give the link up. An MQTT broker does so after one and a half keep-alives, of a
    /// second here (MQTT 5, section 3.1.2.10).
    /// </summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(1.5);

    private const int MostTopics = 1000;

    private readonly Lock _sync = new();
    private readonly SortedDictionary<string, Stored> _retained = new(StringComparer.Ordinal);
    private readonly List<SimulatedBus> _clients = [];

    /// <summary>Who reads a topic, until somebody comes, goes or subscribes: the same topics come again and again.</summary>
    private readonly Dictionary<string, SimulatedBus[]> _readers = new(StringComparer.Ordinal);

    /// <summary>
    /// A message of a client reached the broker, which has not looked at it yet. Called with the broker's lock held; a handler returns at
    /// once and does not throw. It may cut, drop and restart: a broker that is restarted here has not taken the message.
    /// </summary>
    public event Action<BusMessage>? Arriving;

    /// <summary>A message was given to all who read it, a will too. Called as <see cref="Arriving"/>; a broker that is restarted here has taken it without having said so.</summary>
    public event Action<BusMessage>? Routed;

    /// <summary>The faults that really happened.</summary>
    public BusFaultCounts Happened { get; } = new();

    /// <summary>A client that is not yet connected.</summary>
    /// <param name="access">What it may do; everything where null.</param>
    /// <exception cref="ArgumentException">The client id is not a name.</exception>
    public SimulatedBus CreateBus(string clientId, BusMessage? will = null, BrokerAccess? access = null) =>
        new(this, clientId, will, access ?? BrokerAccess.Everything);

    /// <summary>Breaks a client's link without a farewell. Its will is published; it connects again after <see cref="ReconnectAfter"/>.</summary>
    /// <exception cref="ArgumentException">No such client is connected.</exception>
    public void Drop(string clientId)
    {
        lock (_sync)
        {
            var bus = Connected(clientId);
            Break(bus);
            After(ReconnectAfter, () => Restore(bus));
        }
    }

    /// <summary>As <see cref="Drop"/>, but the client stays away until <see cref="Mend"/>.</summary>
    /// <exception cref="ArgumentException">No such client is connected.</exception>
    public SimulatedBus Sever(string clientId)
    {
        lock (_sync)
        {
            var bus = Connected(clientId);
            bus.StaysAway = true;
            Break(bus);
            return bus;
        }
    }

    /// <summary>Lets a severed client connect again.</summary>
    /// <exception cref="ArgumentException">No such client is severed.</exception>
    public void Mend(string clientId)
    {
        lock (_sync)
        {
            var bus = _clients.Find(client => client.ClientId == clientId && !client.IsConnected)
                ?? throw new ArgumentException($"no client '{clientId}' is severed");
            bus.StaysAway = false;
            Restore(bus);
        }
    }

    /// <summary>
    /// Cuts a client off for a time. What it says waits at the client, or arrives without its hearing so; what is said to it waits in its
    /// session. After <see cref="GiveUpAfter"/> the link is given up on both sides: the client hears that it is broken, its will is published, and
    /// it connects again <see cref="ReconnectAfter"/> after the cut. What it has not heard to be taken it then sends again. A shorter cut only delays.
    /// </summary>
    /// <param name="directions">One cut before this one ends joins it.</param>
    /// <returns>Whether it cuts what was not cut already for as long.</returns>
    /// <exception cref="ArgumentException">There is no such client, nothing is cut, or for no time.</exception>
    public bool Cut(string clientId, CutDirections directions, TimeSpan duration)
    {
        if (directions is CutDirections.None or > CutDirections.Both) throw new ArgumentException($"{directions} is nothing that can be cut");
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        lock (_sync)
        {
            var bus = _clients.Find(client => client.ClientId == clientId) ?? throw new ArgumentException($"there is no client '{clientId}'");
            if (bus.Partition is not { } partition)
            {
                partition = bus.Partition = new Partition(clock, _sync, _ => End(bus));
                Happened.Cuts++;
                After(GiveUpAfter, () => GiveUp(bus, partition));
            }

            var makesADifference = partition.Widen(directions, duration);
            bus.TakeBack();
            return makesADifference;
        }
    }

    /// <summary>
    /// The broker's process is killed and started again. All links break, and all clients but severed ones come back <see cref="ReconnectAfter"/> after
    /// it. No wills are published: it did not live to see the links break, and a started broker has no connections to lose; mosquitto, too,
    /// keeps none over a restart. A restart during another takes its place.
    /// </summary>
    /// <param name="away">Until it takes connections again.</param>
    /// <param name="keepsSessions">Whether it has what is retained, subscribed and queued on disk. Otherwise all of that is gone, and clients subscribe again by themselves.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public void Restart(TimeSpan away, bool keepsSessions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(away, TimeSpan.Zero);
        lock (_sync)
        {
            var restart = ++Happened.Restarts;
            IsUp = false;
            SimulatedBus[] clients = [.. _clients];
            foreach (var bus in clients.Where(bus => bus.IsConnected)) bus.Lose();
            if (!keepsSessions)
            {
                Happened.Forgotten += _retained.Count;
                _retained.Clear();
                foreach (var bus in clients) bus.ForgetSession();
            }

            After(away, () => IsUp |= restart == Happened.Restarts);
            After(away + ReconnectAfter, () =>
            {
                if (restart != Happened.Restarts) return;
                foreach (var bus in _clients.ToArray()) Restore(bus);
            });
        }
    }

    /// <summary>Whether it takes connections and messages.</summary>
    public bool IsUp { get; private set; } = true;

    internal Lock Sync => _sync;

    internal ILogger Log { get; } = log ?? NullLogger<SimulatedBroker>.Instance;

    internal FaultyLink LinkTo(Action<Stored, Action> arrive) => new(faults, Happened, clock, _sync, arrive);

    /// <summary>At once, or when the broker is back.</summary>
    /// <exception cref="BusRefusedException">Another client with this id is connected.</exception>
    internal void Connect(SimulatedBus bus)
    {
        lock (_sync)
        {
            var other = _clients.Find(client => client.ClientId == bus.ClientId);
            if (other is { IsConnected: true }) throw new BusRefusedException($"a client '{bus.ClientId}' is connected already");
            if (other is not null) _clients.Remove(other);
            _clients.Add(bus);
            ForgetReaders();
            if (IsUp) bus.Gain();
        }
    }

    internal void Disconnect(SimulatedBus bus)
    {
        lock (_sync)
        {
            _clients.Remove(bus);
            ForgetReaders();
        }
    }

    /// <summary>Call it with <see cref="Sync"/> held, when a client wants other topics than before.</summary>
    internal void ForgetReaders() => _readers.Clear();

    /// <summary>A client's message, unless the broker goes down under it. Call it with <see cref="Sync"/> held.</summary>
    internal void Take(BusMessage message, Action delivered)
    {
        Arriving?.Invoke(message);
        if (IsUp) Route(message, delivered);
        else delivered();
    }

    /// <summary>Call it with <see cref="Sync"/> held.</summary>
    internal void Route(BusMessage message, Action? delivered = null)
    {
        var stored = new Stored(message, clock.GetUtcNow());
        if (message.Retain && message.Payload.IsEmpty) _retained.Remove(message.Topic);
        else if (message.Retain) _retained[message.Topic] = stored;

        var readers = ReadersOf(message.Topic);
        var open = readers.Length + 1;
        foreach (var reader in readers) reader.Enqueue(stored, Done);
        Done();
        Routed?.Invoke(message);

        void Done()
        {
            if (Interlocked.Decrement(ref open) == 0) delivered?.Invoke();
        }
    }

    private SimulatedBus[] ReadersOf(string topic)
    {
        if (_readers.TryGetValue(topic, out var known)) return known;
        if (_readers.Count == MostTopics) ForgetReaders();      // those of actions never come again
        return _readers[topic] = [.. _clients.Where(client => client.Wants(topic))];
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

    private SimulatedBus Connected(string clientId) =>
        _clients.Find(client => client.ClientId == clientId && client.IsConnected) ?? throw new ArgumentException($"no client '{clientId}' is connected");

    private void Break(SimulatedBus bus)
    {
        bus.Lose();
        if (bus.Will is { } will && bus.Access.MayPublish(will.Topic)) Route(will);
    }

    private void Restore(SimulatedBus bus)
    {
        if (IsUp && _clients.Contains(bus) && bus is { IsConnected: false, StaysAway: false, Partition: null }) bus.Gain();
    }

    private void GiveUp(SimulatedBus bus, Partition partition)
    {
        if (bus.Partition != partition || !bus.IsConnected) return;
        Happened.GivenUp++;
        Break(bus);
    }

    private void End(SimulatedBus bus)
    {
        bus.Partition = null;
        if (bus.IsConnected) bus.Resume();
        else After(ReconnectAfter, () => Restore(bus));
    }

    /// <summary>Does something later, with the lock held.</summary>
    private void After(TimeSpan wait, Action action)
    {
        ITimer? timer = null;
        timer = clock.CreateTimer(_ =>
        {
            lock (_sync) action();
            timer?.Dispose();
        }, null, wait, Timeout.InfiniteTimeSpan);
    }

    internal readonly record struct Stored(BusMessage Message, DateTimeOffset At);
}
