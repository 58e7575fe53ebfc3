using LabAutomation.Protocol;

namespace LabAutomation.Interlock;

/// <summary>
/// Whether the lab is tripped, by the file, by the retained message and by the rules. It only latches: a reset that names a person and a
/// reason, and comes after the trip on the broker, is the one way back. One that comes before the interlock has heard its own trip there lay
/// on the broker while nobody was here to judge it.
/// </summary>
internal sealed class TripLatch
{
    private readonly TripRecord _record;
    private readonly TimeProvider _clock;
    private readonly Action<string> _say;
    private TripFrame? _unheard;

    /// <exception cref="InterlockException">The state file cannot be written, so that a trip could not be kept.</exception>
    public TripLatch(TripRecord record, TimeProvider clock, Action<string> say)
    {
        (_record, _clock, _say) = (record, clock, say);
        Standing = record.Read(clock.GetUtcNow());
        try
        {
            record.Write(Standing ?? new TripFrame(false, "", TripFrame.Interlock, clock.GetUtcNow()));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InterlockException($"the interlock's state file cannot be written: {error.Message}", error);
        }
    }

    /// <summary>The trip that stands; null where none does.</summary>
    public TripFrame? Standing { get; private set; }

    /// <summary>The trip that stands and was not heard back from the broker yet; null where none is.</summary>
    public TripFrame? Untold => Standing is null ? null : _unheard;

    /// <summary>A rule does not hold.</summary>
    /// <returns>The trip to publish, or null where one stands already.</returns>
    public TripFrame? Trip(string reason)
    {
        if (Standing is not null) return null;
        return Latch(new TripFrame(true, reason, TripFrame.Interlock, _clock.GetUtcNow()));
    }

    /// <summary>The broker is away. What it says when it is back is older than what stands, until it has been told.</summary>
    public void Lose() => _unheard = Standing;

    /// <summary>The broker is there, and has to be told what stands.</summary>
    /// <returns>The trip to publish; null where none stands.</returns>
    public TripFrame? Tell() => Standing is { } standing ? Told(standing) : null;

    /// <summary>Keeps a trip in the file. It is called after the trip was sent, since a stop does not wait for a disk.</summary>
    public void Keep() => Write(Standing ?? new TripFrame(false, "", TripFrame.Interlock, _clock.GetUtcNow()));

    /// <returns>What to publish instead of it, or null where it stands as it is.</returns>
    public TripFrame? Hear(BusMessage message)
    {
        TripFrame? heard;
        try
        {
            heard = message.Payload.IsEmpty ? null : FrameCodec.Decode<TripFrame>(message.Payload);
        }
        catch (FrameException error)
        {
            return Latch(new TripFrame(true, $"somebody sent a trip that cannot be read: {error.Message}", TripFrame.Interlock, _clock.GetUtcNow()));
        }

        if (heard is { Tripped: true })
        {
            if (heard == _unheard) _unheard = null;
            var isNew = Standing is null;
            Standing ??= heard with { By = ForeignText.Cut(heard.By), Reason = ForeignText.Cut(heard.Reason) };
            if (isNew)
            {
                _say($"tripped by {heard.By}: {heard.Reason}");
                Keep();
            }

            return null;
        }

        if (Standing is not { } standing) return null;
        if (_unheard is not null)
        {
            _say("the broker says that nothing is tripped, and the state file says otherwise: the trip stands");
            return Told(standing);
        }

        if (heard is null || heard.RefusedAsReset() is { })
        {
            _say($"{ForeignText.Cut(heard?.RefusedAsReset() ?? "the trip was taken off its topic, which takes no trip back")}: the trip stands");
            return Told(standing);
        }

        Standing = null;
        Write(heard with { By = ForeignText.Cut(heard.By), Reason = ForeignText.Cut(heard.Reason) });
        _say($"reset by {heard.By}: {heard.Reason}");
        return null;
    }

    private TripFrame Latch(TripFrame trip)
    {
        trip = trip with { Reason = ForeignText.Cut(trip.Reason) };
        Standing = trip;
        _say($"TRIPPED: {trip.Reason}");
        return Told(trip);
    }

    private TripFrame Told(TripFrame trip) => _unheard = trip;

    private void Write(TripFrame frame)
    {
        try
        {
            _record.Write(frame);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _say($"the state file cannot be written: {error.Message}; the trip is kept by the broker alone");
        }
    }
}
