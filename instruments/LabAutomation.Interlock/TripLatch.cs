using LabAutomation.Protocol;

namespace LabAutomation.Interlock;

/// <summary>
/// Whether the lab is tripped, by the file, by the retained message and by the rules. It only latches: a reset that names a person and a
/// reason, and arrives while the interlock is there, is the one way back.
/// </summary>
internal sealed class TripLatch
{
    private readonly TripRecord _record;
    private readonly TimeProvider _clock;
    private readonly Action<string> _say;

    /// <exception cref="InterlockException">The state file cannot be written, so that a trip could not be kept.</exception>
    public TripLatch(TripRecord record, TimeProvider clock, Action<string> say)
    {
        (_record, _clock, _say) = (record, clock, say);
        Standing = record.Read(clock.GetUtcNow());
        try
        {
            record.Write(Standing ?? new TripFrame(false, "", "interlock", clock.GetUtcNow()));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InterlockException($"the interlock's state file cannot be written: {error.Message}", error);
        }
    }

    /// <summary>The trip that stands; null where none does.</summary>
    public TripFrame? Standing { get; private set; }

    /// <summary>A rule does not hold.</summary>
    /// <returns>The trip to publish, or null where one stands already.</returns>
    public TripFrame? Trip(string reason)
    {
        if (Standing is not null) return null;
        return Latch(new TripFrame(true, reason, "interlock", _clock.GetUtcNow()));
    }

    /// <summary>Keeps a trip in the file. It is called after the trip was sent, since a stop does not wait for a disk.</summary>
    public void Keep() => Write(Standing ?? new TripFrame(false, "", "interlock", _clock.GetUtcNow()));

    /// <param name="stored">Whether the message may have lain on the broker while nobody was here to judge it.</param>
    /// <returns>What to publish instead of it, or null where it stands as it is.</returns>
    public TripFrame? Hear(BusMessage message, bool stored)
    {
        TripFrame? heard;
        try
        {
            heard = message.Payload.IsEmpty ? null : FrameCodec.Decode<TripFrame>(message.Payload);
        }
        catch (FrameException error)
        {
            return Latch(new TripFrame(true, $"somebody sent a trip that cannot be read: {error.Message}", "interlock", _clock.GetUtcNow()));
        }

        if (heard is { Tripped: true })
        {
            var isNew = Standing is null;
            Standing ??= heard;
            if (isNew)
            {
                _say($"tripped by {heard.By}: {heard.Reason}");
                Keep();
            }

            return null;
        }

        if (Standing is not { } standing) return null;
        if (stored)
        {
            _say("the broker says that nothing is tripped, and the state file says otherwise: the trip stands");
            return standing;
        }

        if (heard is null || string.IsNullOrWhiteSpace(heard.By) || string.IsNullOrWhiteSpace(heard.Reason))
        {
            _say("a reset without a name and a reason was refused: the trip stands");
            return standing;
        }

        Standing = null;
        Write(heard);
        _say($"reset by {heard.By}: {heard.Reason}");
        return null;
    }

    private TripFrame Latch(TripFrame trip)
    {
        Standing = trip;
        _say($"TRIPPED: {trip.Reason}");
        return trip;
    }

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
