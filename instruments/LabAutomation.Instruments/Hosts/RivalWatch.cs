using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// Whether another program drives the same instrument from a journal of its own, of which this one's journal knows nothing: a birth of somebody else under the instrument's name, and the liveness that goes with it. Called on
/// any thread.
/// </summary>
/// <param name="epoch">Of this host, with the time at which it began; its births carry both.</param>
/// <param name="before">The same of the epoch before it in the same journal.</param>
internal sealed class RivalWatch(long epoch, DateTimeOffset at, (long Epoch, DateTimeOffset At) before)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _self = FormattableString.Invariant($"the driver's epoch {epoch}, begun {at:O}, ");
    private TaskCompletionSource _echo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _asked = 1;
    private Birth? _other;

    /// <summary>Of somebody else, who said so last.</summary>
    private long? _online;

    /// <summary>A knock, which a host that is up answers with its liveness; the last one again, where that has not come back.</summary>
    /// <returns>What to tell, and what completes when it has come back: by then the broker has told what it keeps.</returns>
    public (EventFrame Knock, Task Echo) Ask()
    {
        lock (_gate)
        {
            if (_echo.Task.IsCompleted) (_echo, _asked) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), _asked + 1);
            return (new EventFrame(EventFrame.IsAnybodyThere, Words, 0, at), _echo.Task.Here());
        }
    }

    /// <summary>Completes when the rival has said after the knock that it is online.</summary>
    public Task Answer => _answer.Task.Here();

    /// <summary>Whether this host has told its own birth: from then on it answers who knocks, and a liveness in its epoch is its own.</summary>
    public bool IsUp { get; private set; }

    /// <summary>
    /// The birth of a program that is not this one, and is said to be online, as long as this one is not up; null where there is none. Once it is, a birth that took the place of its own is enough: a broker that keeps one link of
    /// an account may take it from the other without a word, mosquitto 2.0.11 does, so that the two would put each other out for ever.
    /// </summary>
    public Birth? Rival
    {
        get
        {
            lock (_gate) return _other is { } other && (IsUp || _online == other.Epoch) ? other : null;
        }
    }

    /// <summary>Whether a rival is the one that stays: whoever came later, by epoch and time.</summary>
    public bool Yields(Birth rival) => (rival.Epoch, rival.At).CompareTo((epoch, at)) > 0;

    /// <summary>What was heard so far is of nobody who is there, or was answered.</summary>
    public void Dismiss()
    {
        lock (_gate) (_other, _online) = (null, null);
    }

    public void Up()
    {
        lock (_gate) (IsUp, _other, _online) = (true, null, null);
    }

    /// <returns>Whether it is somebody else's.</returns>
    public bool HearBirth(BusMessage message)
    {
        if (Read<Birth>(message) is not { } birth || (birth.Epoch, birth.At) == (epoch, at) || (birth.Epoch, birth.At) == before) return false;
        lock (_gate) _other = birth;
        return true;
    }

    /// <returns>Whether it is somebody else's, a late death too.</returns>
    public bool HearLiveness(BusMessage message)
    {
        if (Read<Liveness>(message) is not { } liveness) return false;
        lock (_gate)
        {
            if (IsUp && liveness.Epoch == epoch) return false;
            if (liveness.Online) _online = liveness.Epoch;
            else if (_online == liveness.Epoch) _online = null;
            if (_echo.Task.IsCompleted && _other is { } other && liveness == new Liveness(true, other.Epoch)) _answer.TrySetResult();
            return true;
        }
    }

    /// <returns>Whether somebody else asks: a driver that starts, or the interlock.</returns>
    public bool HearEvent(BusMessage message)
    {
        if (Read<EventFrame>(message) is not { Kind: EventFrame.IsAnybodyThere } knock) return false;
        if (!knock.Message.StartsWith(_self, StringComparison.Ordinal)) return true;
        lock (_gate)
        {
            if (knock.Message == Words) _echo.TrySetResult();
        }

        return false;
    }

    /// <summary>Of the present knock and no other.</summary>
    private string Words => FormattableString.Invariant($"{_self}asks for time {_asked}");

    /// <summary>What cannot be read says nothing of anybody.</summary>
    private static T? Read<T>(BusMessage message)
        where T : class
    {
        try
        {
            return message.Payload.IsEmpty ? null : FrameCodec.Decode<T>(message.Payload);
        }
        catch (FrameException)
        {
            return null;
        }
    }
}
