using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// What must be there for the unit to work: the heartbeat of the interlock, where one is required or was ever heard, and the broker. Where either is away for
/// longer than its lease the unit is aborted, and its return clears nothing. Measured by the host's own monotonic clock; the timestamps
/// of heartbeats are for people. Everything happens where it arrives, so that no lease ends late, or early, because the host is busy.
/// </summary>
internal sealed class SafetyLeases : IDisposable
{
    private const double LongestLease = 3600;

    private readonly HostedInstrument _place;
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly Lease _interlock;
    private readonly Lease _broker;
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<Refusal> _abort = _ => { };
    private HeartbeatFrame? _last;
    private bool _missing;
    private bool _isLinked = true;
    private int _connections;
    private bool _hears = true;
    private bool _isAlone;
    private bool _ranOut;
    private bool _isDeaf;

    public SafetyLeases(HostedInstrument place)
    {
        (_place, _clock) = (place, place.LeaseClock);
        _missing = place.RequiresInterlock;
        _interlock = new Lease(_clock, () => Expire(_interlock!, Silence));
        _broker = new Lease(_clock, () => Expire(_broker!, WhyAlone));
    }

    /// <summary>Completes with the first heartbeat, at once where none is required.</summary>
    public Task Heard => _place.RequiresInterlock ? _heard.Task : Task.CompletedTask;

    /// <summary>
    /// Why the unit cannot be cleared now; null where the leases allow it. Where no interlock is required, a person who clears the unit while none is heard goes on without it, until it is heard again.
    /// </summary>
    public string? KeepsAborted
    {
        get
        {
            lock (_gate)
            {
                return _isDeaf ? FormattableString.Invariant($"{Deaf}; it asks the broker every {BrokerEcho.Within.TotalSeconds:0.###} s, and can be cleared when that has come back to it")
                    : !_missing || !_place.RequiresInterlock ? null
                    : _last is null ? "no heartbeat of the interlock was heard yet, and this unit requires one"
                    : "the heartbeat of the interlock is missing, and this unit requires it";
            }
        }
    }

    /// <summary>Why the unit begins Aborted; null where it need not.</summary>
    public Refusal? Trouble => KeepsAborted is { } why ? Stop(why) : null;

    /// <summary>From now on a lease that ends aborts the unit.</summary>
    /// <param name="abort">Called on any thread, and must not wait.</param>
    public void Guard(Action<Refusal> abort)
    {
        lock (_gate) _abort = abort;
    }

    public Refusal Away() => Stop(FormattableString.Invariant($"the broker was away for longer than {_place.BrokerLease.TotalSeconds:0.###} s, in which nobody could have stopped this unit"));

    /// <summary>A broker may grant a subscription and deliver nothing, on each connection. Until the host has heard what it said itself, the broker counts as away.</summary>
    public async Task HearAsync(Task echo)
    {
        int connection;
        lock (_gate)
        {
            connection = _connections;
            _hears = false;
            CountTime(_clock.GetTimestamp());
        }

        await echo;
        var at = _clock.GetTimestamp();
        lock (_gate)
        {
            // Of a connection that is lost it says nothing.
            if (connection != _connections) return;
            _hears = true;
            CountTime(at);
        }
    }

    /// <summary>A heartbeat.</summary>
    public void Hear(BusMessage message)
    {
        var at = _clock.GetTimestamp();
        if (message.Retain || !TryRead(message, out var frame)) return;
        lock (_gate) Renew(frame, at);
        _heard.TrySetResult();
    }

    /// <summary>The link to the broker was lost or stands again.</summary>
    public void Connection(bool stands)
    {
        var at = _clock.GetTimestamp();
        lock (_gate)
        {
            _isLinked = stands;
            _hears = false;
            _connections++;
            if (stands) Begin(at);
            CountTime(at);
        }
    }

    public void Dispose()
    {
        _interlock.Dispose();
        _broker.Dispose();
    }

    /// <summary>The time without a broker, from its loss until it is there and heard. One that ran out meanwhile does not count as mended.</summary>
    private void CountTime(long at)
    {
        var isAlone = !_isLinked || !_hears;
        if (isAlone == _isAlone) return;
        _isAlone = isAlone;
        if (isAlone)
        {
            _broker.Start(_place.BrokerLease, at);
            return;
        }

        if (_broker.IsOver(at)) _abort(Away());
        _broker.End();
        (_ranOut, _isDeaf) = (false, false);
    }

    /// <summary>A connection after the time ran out without one has a time of its own in which it must be heard, since the unit may be cleared at once.</summary>
    private void Begin(long at)
    {
        if (_isDeaf) return;
        if (_broker.IsOver(at)) _abort(Away());
        else if (!_ranOut) return;
        _ranOut = false;
        _broker.Start(_place.BrokerLease, at);
    }

    private Refusal WhyAlone() => _isLinked ? Stop(Deaf) : Away();

    private string Deaf => FormattableString.Invariant(
        $"the broker delivered nothing for longer than {_place.BrokerLease.TotalSeconds:0.###} s, not even this driver's own event, so nobody could have stopped this unit; its account has to be allowed to read what the wire contract names for a driver");

    /// <summary>A heartbeat that comes too late does not undo that it was missing.</summary>
    private void Renew(HeartbeatFrame frame, long at)
    {
        if (_last is { } last && IsOld(frame, last)) return;
        if (_interlock.IsOver(at)) _abort(Silence());
        _last = frame;
        _missing = false;
        _interlock.Start(TimeSpan.FromSeconds(frame.Lease), at);
    }

    /// <summary>
    /// A copy, or one that was overtaken: it says nothing of now. An interlock that was started anew counts from 1 again, at a later time; where its clock
    /// went back, it is heard again once the lease has run out.
    /// </summary>
    private bool IsOld(HeartbeatFrame frame, HeartbeatFrame last) => frame.Seq == last.Seq
        ? frame.Configuration == last.Configuration
        : !_missing && frame.Seq < last.Seq && frame.At <= last.At;

    private void Expire(Lease lease, Func<Refusal> why)
    {
        lock (_gate)
        {
            if (!lease.IsOver())
            {
                lease.Arm();
                return;
            }

            lease.End();
            if (lease == _interlock) _missing = true;
            else (_ranOut, _isDeaf) = (true, _isLinked);
            _abort(why());
        }
    }

    private Refusal Silence() => Stop(FormattableString.Invariant($"the heartbeat of the interlock was missing for longer than its lease of {_last?.Lease:0.###} s"));

    private static bool TryRead(BusMessage message, out HeartbeatFrame frame)
    {
        try
        {
            frame = FrameCodec.Decode<HeartbeatFrame>(message.Payload);
            return frame.Lease is > 0 and <= LongestLease;
        }
        catch (FrameException)
        {
            // What cannot be read renews nothing, and the lease runs out.
            frame = new HeartbeatFrame(0, 0, "", default);
            return false;
        }
    }

    /// <summary>A person has to look before the unit works again, so that no planner clears it.</summary>
    private static Refusal Stop(string why) => new(CauseCode.EmergencyStop, why);
}
