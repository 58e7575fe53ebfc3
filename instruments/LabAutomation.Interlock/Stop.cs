using System.Collections.Immutable;
using System.Threading.Channels;
using LabAutomation.Protocol;

namespace LabAutomation.Interlock;

/// <summary>What one instrument answered to a stop.</summary>
/// <param name="Instrument">Its name; SITE/NAME where the broker knows more than one of the name.</param>
/// <param name="SafeAfter">From the moment the trip was handed to the broker until its host said that it is safe; null where it did not.</param>
/// <param name="Why">Why it did not.</param>
public sealed record StopAnswer(string Instrument, TimeSpan? SafeAfter, string Why);

/// <summary>
/// A person's stop and its way back: trips the lab, or takes the trip back, and hears what the instruments say. All are told at once by the
/// one retained topic, so that one that does not answer keeps nobody waiting.
/// </summary>
/// <param name="clock">Real time.</param>
public sealed class Stop(ILabBus bus, TimeProvider clock)
{
    /// <summary>Given beyond an instrument's own time, for the way there and back.</summary>
    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(1);

    /// <summary>An interlock whose reason still holds trips anew within this time of a reset.</summary>
    private static readonly TimeSpan TripsAgainWithin = TimeSpan.FromMilliseconds(1500);

    private static readonly TimeSpan ListenFirst = TimeSpan.FromMilliseconds(100);

    /// <summary>A broker that has not handed out what it stored by now will not.</summary>
    private static readonly TimeSpan StoredWithin = TimeSpan.FromSeconds(10);

    /// <summary>With the moment at which each came: what this program makes of it takes a while the first time.</summary>
    private readonly Channel<(BusMessage Message, long At)> _heard = Channel.CreateUnbounded<(BusMessage, long)>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SortedDictionary<(string Instrument, string Site), Seen> _seen = new(Comparer<(string Instrument, string Site)>.Create((one, other) =>
        string.CompareOrdinal(one.Instrument, other.Instrument) is var order and not 0 ? order : string.CompareOrdinal(one.Site, other.Site)));
    private TripFrame? _standing;
    private bool _isAllTold;

    /// <summary>Trips. Returns when every instrument has said that it is safe, or its time is over.</summary>
    /// <param name="handedOver">Called when the broker has the trip.</param>
    /// <exception cref="BusRefusedException">The broker did not take the trip: nothing is stopped.</exception>
    /// <exception cref="OperationCanceledException">The trip could not be handed over before the token fired: nothing is known to be stopped.</exception>
    public async Task<IReadOnlyList<StopAnswer>> TripAsync(string by, string why, Action handedOver, CancellationToken handOver)
    {
        // Whoever listens before the trip misses no answer; but a broker that is slow to grant it does not keep the trip waiting.
        var listening = ListenAsync(handOver);
        await Task.WhenAny(listening, Task.Delay(ListenFirst, clock, handOver));
        var began = clock.GetTimestamp();
        await bus.PublishAsync(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, why, by, clock.GetUtcNow())), handOver);
        handedOver();
        await ListenToTripAsync(listening, handOver);
        await HearAsync(began, () => IsAllTold(began) && _seen.Values.All(seen => seen.IsDecided || clock.GetElapsedTime(began) > seen.SafeWithin + Allowance));
        return [.. _seen.Select(pair => pair.Value.Answer(NameOf(pair.Key)))];
    }

    /// <summary>Takes a trip back.</summary>
    /// <returns>The instruments that are still aborted, and the trip that stands again where the interlock tripped anew.</returns>
    /// <exception cref="ArgumentException">The name or the reason is missing, or the name is no person's.</exception>
    /// <exception cref="BusRefusedException">The broker did not take it: the trip stands.</exception>
    /// <exception cref="OperationCanceledException">It could not be handed over before the token fired.</exception>
    public async Task<(IReadOnlyList<string> Aborted, TripFrame? Again)> ResetAsync(string by, string why, CancellationToken handOver)
    {
        var reset = new TripFrame(false, why, by, clock.GetUtcNow());
        if (reset.RefusedAsReset() is { } refusal) throw new ArgumentException(refusal);
        await bus.PublishAsync(BusMessage.Retained(Topics.InterlockTrip, reset), handOver);
        await ListenToTripAsync(ListenAsync(handOver), handOver);
        var began = clock.GetTimestamp();
        await HearAsync(began, () => IsAllTold(began) && clock.GetElapsedTime(began) >= TripsAgainWithin);
        return ([.. _seen.Where(pair => pair.Value.State is UnitState.Aborting or UnitState.Aborted).Select(pair => NameOf(pair.Key))], _standing is { Tripped: true } ? _standing : null);
    }

    /// <summary>
    /// What the broker has stored of instruments comes in the order in which it was asked for. So the stored trip, which is asked for last,
    /// says that no instrument is still to come.
    /// </summary>
    private async Task ListenToTripAsync(Task listening, CancellationToken cancellation)
    {
        await listening;
        try
        {
            await bus.SubscribeAsync(Topics.InterlockTrip, message => _heard.Writer.TryWrite((message, clock.GetTimestamp())), cancellation);
        }
        catch (BusRefusedException)
        {
            // The trip is out already, and who may not read it waits for as long as a broker may take: it must not be said that nothing is stopped.
        }
    }

    /// <summary>With its site where there is more than one of the name.</summary>
    private string NameOf((string Instrument, string Site) one) => _seen.Keys.Count(other => other.Instrument == one.Instrument) > 1 ? $"{one.Site}/{one.Instrument}" : one.Instrument;

    private bool IsAllTold(long began) => _isAllTold || clock.GetElapsedTime(began) > StoredWithin;

    private static T? Read<T>(BusMessage message)
        where T : class
    {
        try
        {
            return message.Payload.IsEmpty ? null : FrameCodec.Decode<T>(message.Payload);
        }
        catch (FrameException)
        {
            // An instrument that cannot be understood has not said that it is safe.
            return null;
        }
    }

    private Task ListenAsync(CancellationToken cancellation) =>
        Task.WhenAll(new[] { Topics.EveryEvent, Topics.EveryState, Topics.EveryLiveness, Topics.EveryBirth }
            .Select(filter => bus.SubscribeAsync(filter, message => _heard.Writer.TryWrite((message, clock.GetTimestamp())), cancellation)));

    private async Task HearAsync(long began, Func<bool> isOver)
    {
        var news = _heard.Reader.WaitToReadAsync().AsTask();
        while (!isOver())
        {
            await Task.WhenAny(news, Task.Delay(TimeSpan.FromMilliseconds(20), clock));
            if (!news.IsCompleted) continue;
            while (_heard.Reader.TryRead(out var heard)) Take(heard.Message, clock.GetElapsedTime(began, heard.At));
            news = _heard.Reader.WaitToReadAsync().AsTask();
        }
    }

    /// <param name="after">Since the trip was handed over.</param>
    private void Take(BusMessage message, TimeSpan after)
    {
        if (message.Topic == Topics.InterlockTrip)
        {
            (_standing, _isAllTold) = (Read<TripFrame>(message), true);
            return;
        }

        if (!Topics.TrySplit(message.Topic, out var site, out var instrument, out var rest)) return;
        if (!_seen.TryGetValue((instrument, site), out var seen)) _seen[(instrument, site)] = seen = new Seen();
        switch (rest)
        {
            case "birth" when Read<Birth>(message) is { } birth: seen.SafeWithin = TimeSpan.FromSeconds(birth.SafeWithin); break;
            case "liveness": seen.Online = Read<Liveness>(message)?.Online ?? false; break;
            case "event" when Read<EventFrame>(message) is { Kind: "not_safe" } trouble: seen.Trouble = trouble.Message; break;
            case "state" when Read<StateFrame>(message) is { } state:
                // The first one lay on the broker; an instrument that was aborted before makes itself safe once more and says so again.
                if (state.Unit == UnitState.Aborted && seen.State is not null) seen.AbortedAfter ??= after;
                seen.State = state.Unit;
                break;
        }
    }

    private sealed class Seen
    {
        public TimeSpan SafeWithin { get; set; } = TimeSpan.FromSeconds(10);

        public bool? Online { get; set; }

        public UnitState? State { get; set; }

        public string? Trouble { get; set; }

        public TimeSpan? AbortedAfter { get; set; }

        public bool IsDecided => Online == false || Trouble is not null || (Online is not null && AbortedAfter is not null);

        public StopAnswer Answer(string instrument) =>
            Trouble is not null ? new StopAnswer(instrument, null, Trouble)
            : AbortedAfter is { } after ? new StopAnswer(instrument, after, "")      // also where its program ended since, as that of a campaign does
            : Online == false ? new StopAnswer(instrument, null, "offline: nobody can say whether it is safe")
            : new StopAnswer(instrument, null, FormattableString.Invariant($"did not say that it is safe within {(SafeWithin + Allowance).TotalSeconds:0.###} s; it was {State?.ToString() ?? "silent"}"));
    }
}
