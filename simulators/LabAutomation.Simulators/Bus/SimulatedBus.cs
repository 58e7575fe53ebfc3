using System.Collections.Immutable;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging;

namespace LabAutomation.Simulators;

/// <summary>
/// One client of a <see cref="SimulatedBroker"/>. Handlers run one at a time on the synchronization context of whoever called
/// <see cref="StartAsync"/>, or on the thread pool where there was none, and never inside a call to the bus.
/// </summary>
public sealed class SimulatedBus : ILabBus
{
    /// <summary>How many of this client's messages may be on their way to connected readers; further ones wait.</summary>
    public const int MaximumInFlight = 64;

    /// <summary>How many messages a broken link's session keeps; the oldest goes when there are more.</summary>
    private const int MaximumMissed = 100_000;

    private readonly SimulatedBroker _broker;
    private readonly BusMessage? _will;
    private readonly Queue<Action> _turns = new();
    private readonly Queue<SimulatedBroker.Stored> _missed = new();
    private readonly TopicMemo<bool> _published = new();
    private readonly TopicMemo<(string Filter, Action<BusMessage> Handler)[]> _heard = new();
    private readonly Func<string, bool> _mayPublish;
    private readonly Func<string, (string Filter, Action<BusMessage> Handler)[]> _handlers;
    private readonly SendOrPostCallback _takeTurn;
    private readonly FaultyLink _link;

    /// <summary>Those of which <see cref="_heard"/> tells.</summary>
    private ImmutableArray<(string Filter, Action<BusMessage> Handler)> _known = [];
    private Queue<Letter> _waiting = new();

    /// <summary>The broker has them, and its answers did not get through.</summary>
    private readonly Queue<Letter> _unanswered = new();
    private readonly List<TaskCompletionSource> _comeback = [];
    private ImmutableArray<(string Filter, Action<BusMessage> Handler)> _subscriptions = [];
    private SynchronizationContext? _context;
    private State _state = State.New;
    private int _inFlight;
    private bool _turning;
    private bool _publishing;
    private bool _hasSession;

    internal SimulatedBus(SimulatedBroker broker, string clientId, BusMessage? will, BrokerAccess access)
    {
        if (!Topics.IsName(clientId)) throw new ArgumentException($"'{clientId}' is not a client id: it has 1 to 64 letters, digits, '-', '_' or '.'");
        (_broker, ClientId, _will, Access) = (broker, clientId, will, access);
        _link = broker.LinkTo(Hand);
        _mayPublish = topic => Access.MayPublish(topic);
        _handlers = topic => [.. _known.Where(subscription => TopicFilter.Matches(subscription.Filter, topic))];
        _takeTurn = _ => TakeTurn();
    }

    private enum State
    {
        New,
        Connected,
        Lost,
        Disposed,
    }

    public event Action<bool>? ConnectionChanged;

    public string ClientId { get; }

    public bool IsConnected => _state == State.Connected;

    /// <summary>Never: the broker turns a second client under an id away.</summary>
    public Task TakenOver { get; } = new TaskCompletionSource().Task;

    internal BusMessage? Will => _will;

    internal BrokerAccess Access { get; }

    /// <summary>Whether it was severed, and not mended since.</summary>
    internal bool StaysAway { get; set; }

    /// <summary>Null where it is not cut off.</summary>
    internal Partition? Partition { get; set; }

    private bool CanHear => IsConnected && Partition?.Cut.HasFlag(CutDirections.Hears) is not true;

    private bool CanSpeak => IsConnected && _broker.IsUp && Partition?.Cut.HasFlag(CutDirections.Speaks) is not true;

    public Task StartAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_broker.Sync)
        {
            ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
            if (_state != State.New) throw new InvalidOperationException("the bus is started once");
            _context = SynchronizationContext.Current;
            _broker.Connect(this);
            var announced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (IsConnected)
            {
                Turn(announced.SetResult);
                return announced.Task.Here();
            }

            _state = State.Lost;
            _comeback.Add(announced);
            return BeginAsync(announced.Task, cancellation);
        }
    }

    public async Task PublishAsync(BusMessage message, CancellationToken cancellation)
    {
        if (!TopicFilter.IsTopic(message.Topic)) throw new ArgumentException($"'{message.Topic}' is not a topic that one can publish on");
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_broker.Sync)
        {
            RequireStarted();
            _waiting.Enqueue(new Letter(message, taken));
            Publish();
        }

        if (taken.Task.IsCompletedSuccessfully) return;
        try
        {
            await taken.Task.Here().WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            taken.TrySetCanceled(cancellation);
            throw;
        }
    }

    public async Task SubscribeAsync(string filter, Action<BusMessage> handler, CancellationToken cancellation)
    {
        if (!TopicFilter.IsFilter(filter)) throw new ArgumentException($"'{filter}' is not a filter that one can subscribe to");
        while (true)
        {
            Task connected;
            lock (_broker.Sync)
            {
                RequireStarted();
                if (IsConnected && Partition is null)
                {
                    if (!Access.MaySubscribe(filter)) throw new BusRefusedException($"the broker refused the subscription to '{filter}': NotAuthorized");
                    _subscriptions = _subscriptions.Add((filter, handler));
                    _broker.ForgetReaders();
                    _broker.SendRetained(this, filter);
                    return;
                }

                var comeback = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _comeback.Add(comeback);
                connected = comeback.Task;
            }

            await connected.Here().WaitAsync(cancellation);
        }
    }

    /// <summary>Takes leave: the will is not published, the session ends.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_broker.Sync)
        {
            if (_state == State.Disposed) return ValueTask.CompletedTask;
            var wasConnected = IsConnected;
            _broker.Disconnect(this);
            _state = State.Disposed;
            foreach (var letter in _unanswered.Concat(_waiting)) letter.Taken.TrySetException(new ObjectDisposedException(nameof(SimulatedBus)));
            _unanswered.Clear();
            _waiting.Clear();
            ComeBack();
            TakeBack();
            if (wasConnected) Turn(() => Announce(false));
        }

        return ValueTask.CompletedTask;
    }

    // What follows is called by the broker, or by this class, with the broker's lock held.

    internal bool Wants(string topic)
    {
        if (!_hasSession) return false;
        foreach (var (filter, _) in _subscriptions)
        {
            if (TopicFilter.Matches(filter, topic)) return true;
        }

        return false;
    }

    internal void Gain()
    {
        (_state, _hasSession) = (State.Connected, true);
        _broker.ForgetReaders();
        if (_unanswered.Count > 0)
        {
            _waiting = new Queue<Letter>(_unanswered.Concat(_waiting));
            _unanswered.Clear();
        }

        CatchUp();
        foreach (var filter in _subscriptions.Select(subscription => subscription.Filter).Distinct()) _broker.SendRetained(this, filter);
        Turn(() => Announce(true));
        ComeBack();
        Publish();
    }

    internal void Lose()
    {
        _state = State.Lost;
        Turn(() => Announce(false));
        TakeBack();
    }

    /// <summary>A partition has ended before anyone gave the link up: what was held up gets through.</summary>
    internal void Resume()
    {
        while (_unanswered.TryDequeue(out var letter)) letter.Answer();
        CatchUp();
        ComeBack();
        Publish();
    }

    /// <summary>What is under way to a client that does not hear it waits in its session.</summary>
    internal void TakeBack()
    {
        if (CanHear) return;
        var back = _link.Withdraw();
        foreach (var delivery in back) Keep(delivery.Stored);
        foreach (var delivery in back) delivery.Delivered();
    }

    /// <summary>The broker knows nothing of it any more; the client still knows what it is subscribed to.</summary>
    internal void ForgetSession()
    {
        _hasSession = false;
        _broker.ForgetReaders();
        _broker.Happened.Forgotten += _missed.Count;
        _missed.Clear();
    }

    internal void Enqueue(SimulatedBroker.Stored stored, Action delivered)
    {
        if (!CanHear)
        {
            Keep(stored);
            delivered();
        }
        else if (_link.IsClear)
        {
            Hand(stored, delivered);
        }
        else
        {
            _link.Send(stored, delivered);
        }
    }

    private void Keep(SimulatedBroker.Stored stored)
    {
        if (_missed.Count == MaximumMissed) _missed.Dequeue();
        _missed.Enqueue(stored);
    }

    private void CatchUp()
    {
        while (_missed.TryDequeue(out var stored)) Enqueue(stored, () => { });
    }

    private void ComeBack()
    {
        foreach (var comeback in _comeback) comeback.TrySetResult();
        _comeback.Clear();
    }

    /// <summary>The broker was away when the client was started.</summary>
    private async Task BeginAsync(Task connected, CancellationToken cancellation)
    {
        await connected.Here().WaitAsync(cancellation);
        lock (_broker.Sync) RequireStarted();
    }

    private void Hand(SimulatedBroker.Stored stored, Action delivered) => Turn(() =>
    {
        if (_state != State.Disposed && _broker.Fresh(stored) is { } message) Deliver(message);
        lock (_broker.Sync) delivered();
    });

    private void Deliver(BusMessage message)
    {
        // Handlers run one at a time; only whoever subscribes may be on another thread.
        if (_known != _subscriptions)
        {
            _known = _subscriptions;
            _heard.Forget();
        }

        foreach (var (filter, handler) in _heard.Of(message.Topic, _handlers)) Guard(() => handler(message), filter);
    }

    private void Announce(bool connected) => Guard(() => ConnectionChanged?.Invoke(connected), "the connection");

    private void Guard(Action call, string subject)
    {
        try
        {
            call();
        }
        catch (Exception error)
        {
            _broker.Log.LogError(error, "A handler of {Subject} failed at {Client}", subject, ClientId);
        }
    }

    /// <summary>Passes on what waits, oldest first, as far as the link and the bound on messages under way allow.</summary>
    private void Publish()
    {
        // Routing calls back here when nobody reads; the loop goes on where the nested call would have.
        if (_publishing) return;
        _publishing = true;
        while (CanSpeak && _inFlight + _unanswered.Count < MaximumInFlight && _waiting.TryDequeue(out var next))
        {
            if (next.Taken.Task.IsCompleted) continue;
            if (_published.Of(next.Message.Topic, _mayPublish) || (next.Message is { Retain: true, Payload.IsEmpty: true } && Access.MayPublish(next.Message.Topic, clears: true))) Send(next);
            else next.Refusal = new BusRefusedException($"the broker refused a message on '{next.Message.Topic}': NotAuthorized");

            if (CanHear) next.Answer();
            else _unanswered.Enqueue(next);
        }

        _publishing = false;
    }

    private void Send(Letter letter)
    {
        if (letter.WasSent) _broker.Happened.SentAgain++;
        letter.WasSent = true;
        _inFlight++;
        _broker.Take(letter.Message, () =>
        {
            _inFlight--;
            Publish();
        });
    }

    private void RequireStarted()
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        if (_state == State.New) throw new InvalidOperationException("the bus is started first");
    }

    /// <summary>Queues something that calls the owner's code, so that it runs later and after all that was queued before.</summary>
    private void Turn(Action action)
    {
        _turns.Enqueue(action);
        if (_turning) return;
        _turning = true;
        Post();
    }

    private void Post()
    {
        if (_context is { } context) context.Post(_takeTurn, null);
        else ThreadPool.UnsafeQueueUserWorkItem(_ => TakeTurn(), null);
    }

    private void TakeTurn()
    {
        Action action;
        lock (_broker.Sync) action = _turns.Dequeue();
        action();
        lock (_broker.Sync)
        {
            _turning = _turns.Count > 0;
            if (_turning) Post();
        }
    }

    /// <summary>A message of this client, until it knows what became of it.</summary>
    private sealed record Letter(BusMessage Message, TaskCompletionSource Taken)
    {
        public bool WasSent { get; set; }

        public BusRefusedException? Refusal { get; set; }

        public void Answer()
        {
            if (Refusal is { } refusal) Taken.TrySetException(refusal);
            else Taken.TrySetResult();
        }
    }
}
