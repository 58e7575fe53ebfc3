using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A broker in memory: retained messages, wills, and a record of everything that was published.</summary>
internal sealed class FakeBroker
{
    private readonly Lock _gate = new();
    private readonly List<BusMessage> _published = [];
    private readonly Dictionary<string, BusMessage> _retained = [];
    private readonly List<(FakeBus Bus, string Filter, Action<BusMessage> Handler)> _subscriptions = [];
    private readonly Queue<Action> _late = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whoever calls it waits until its patience is over.</summary>
    public bool IsAway { get; set; }

    /// <summary>Whether it grants and takes everything and tells nobody, as one does whose access list forbids its clients to read.</summary>
    public bool DeliversNothing { get; set; }

    /// <summary>The topic that it takes messages on and tells nobody.</summary>
    public string? Withheld { get; set; }

    /// <summary>The topic of which it hands over what it keeps with the next event, and not with the subscription.</summary>
    public string? Late { get; set; }

    /// <summary>The topic that it takes no messages on, and says so.</summary>
    public string? Refused { get; set; }

    /// <summary>Called with each message before anybody hears it, and after all have.</summary>
    public Action<BusMessage> Coming { get; set; } = _ => { };

    /// <inheritdoc cref="Coming"/>
    public Action<BusMessage> HandedOn { get; set; } = _ => { };

    public FakeBus Connect(BusMessage will) => new(this, will);

    public IReadOnlyList<BusMessage> Published
    {
        get
        {
            lock (_gate) return [.. _published];
        }
    }

    public IReadOnlyDictionary<string, BusMessage> Retained
    {
        get
        {
            lock (_gate) return new Dictionary<string, BusMessage>(_retained);
        }
    }

    public void ForgetRetained()
    {
        lock (_gate) _retained.Clear();
    }

    public void Publish(BusMessage message)
    {
        Coming(message);
        List<Action<BusMessage>> handlers;
        lock (_gate)
        {
            _published.Add(message);
            if (message.Retain && message.Payload.IsEmpty) _retained.Remove(message.Topic);
            else if (message.Retain) _retained[message.Topic] = message;
            handlers = DeliversNothing || message.Topic == Withheld ? [] : [.. _subscriptions.Where(s => s.Bus.IsConnected && Matches(s.Filter, message.Topic)).Select(s => s.Handler)];
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        while (message.Topic.EndsWith("/event", StringComparison.Ordinal) && _late.TryDequeue(out var handOver)) handOver();

        // A broker hands a live message on without the retain flag.
        foreach (var handler in handlers) handler(message with { Retain = false });
        HandedOn(message);
    }

    public void Subscribe(FakeBus bus, string filter, Action<BusMessage> handler)
    {
        List<BusMessage> stored;
        lock (_gate)
        {
            _subscriptions.Add((bus, filter, handler));
            stored = DeliversNothing ? [] : [.. _retained.Values.Where(message => Matches(filter, message.Topic))];
        }

        foreach (var message in stored)
        {
            if (filter == Late) _late.Enqueue(() => handler(message));
            else handler(message);
        }
    }

    /// <summary>As to a client that subscribes again after an outage.</summary>
    public void Retell(FakeBus bus)
    {
        List<(Action<BusMessage> Handler, BusMessage Message)> stored;
        lock (_gate) stored = [.. _subscriptions.Where(s => s.Bus == bus).SelectMany(s => _retained.Values.Where(message => Matches(s.Filter, message.Topic)).Select(message => (s.Handler, message)))];
        foreach (var (handler, message) in stored) handler(message);
    }

    public void Forget(FakeBus bus)
    {
        lock (_gate) _subscriptions.RemoveAll(s => s.Bus == bus);
    }

    /// <summary>Waits until what was published satisfies the look; ten seconds are a safety net, not a measure.</summary>
    public async Task<T> SeeAsync<T>(Func<IReadOnlyList<BusMessage>, T?> look)
        where T : class
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (look(_published) is { } seen) return seen;
                changed = _changed.Task;
            }

            await changed.WaitAsync(TimeSpan.FromSeconds(10));
        }
    }

    private static bool Matches(string filter, string topic)
    {
        var (filters, levels) = (filter.Split('/'), topic.Split('/'));
        for (var i = 0; i < filters.Length; i++)
        {
            if (filters[i] == "#") return true;
            if (i >= levels.Length || (filters[i] != "+" && filters[i] != levels[i])) return false;
        }

        return filters.Length == levels.Length;
    }
}

/// <summary>One client's end of a <see cref="FakeBroker"/>.</summary>
internal sealed class FakeBus(FakeBroker broker, BusMessage will) : ILabBus
{
    private readonly TaskCompletionSource _takenOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string ClientId => "host";

    public bool IsConnected { get; private set; }

    public Task TakenOver => _takenOver.Task;

    public BusMessage Will { get; } = will;

    public event Action<bool>? ConnectionChanged;

    public Task StartAsync(CancellationToken cancellation)
    {
        if (broker.IsAway) return new TaskCompletionSource().Task.WaitAsync(cancellation);
        IsConnected = true;
        _connected.TrySetResult();
        ConnectionChanged?.Invoke(true);
        return Task.CompletedTask;
    }

    public async Task PublishAsync(BusMessage message, CancellationToken cancellation)
    {
        await _connected.Task.WaitAsync(cancellation);
        if (message.Topic == broker.Refused) throw new BusRefusedException("not authorized");
        broker.Publish(message);
    }

    public Task SubscribeAsync(string filter, Action<BusMessage> handler, CancellationToken cancellation)
    {
        broker.Subscribe(this, filter, handler);
        return Task.CompletedTask;
    }

    /// <summary>Another client has connected under the same id.</summary>
    public void PutOut()
    {
        _takenOver.SetResult();
        Lose();
    }

    public void Lose()
    {
        IsConnected = false;
        _connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ConnectionChanged?.Invoke(false);
    }

    /// <summary>What is retained comes before the link is announced, as from <see cref="MqttLabBus"/>.</summary>
    public void Return()
    {
        IsConnected = true;
        broker.Retell(this);
        _connected.TrySetResult();
        ConnectionChanged?.Invoke(true);
    }

    public ValueTask DisposeAsync()
    {
        IsConnected = false;
        broker.Forget(this);
        return ValueTask.CompletedTask;
    }
}
