using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>What a message on the interlock's trip topic means to a driver host.</summary>
internal abstract record TripReading
{
    /// <remarks>
    /// A trip that cannot be read may be one. A reset names a person and a reason; a topic that was merely emptied names nobody, and
    /// takes no trip back.
    /// </remarks>
    public static TripReading Of(BusMessage message, DateTimeOffset now)
    {
        if (message.Payload.IsEmpty) return new Nothing("the trip was taken off its topic without a name and a reason; that resets nothing");
        try
        {
            var frame = FrameCodec.Decode<TripFrame>(message.Payload);
            if (frame.Tripped) return new Stop(frame);
            return frame.RefusedAsReset() is { } why ? new Nothing(why) : new Reset(frame);
        }
        catch (FrameException error)
        {
            return new Stop(new TripFrame(true, $"the interlock sent what cannot be read: {error.Message}", "a message nobody can read", now));
        }
    }

    internal sealed record Stop(TripFrame Frame) : TripReading;

    internal sealed record Reset(TripFrame Frame) : TripReading;

    internal sealed record Nothing(string Why) : TripReading;
}
