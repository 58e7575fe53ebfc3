using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>Asks whether the broker delivers: what this host says on a topic of its instrument must come back to it. Asked at the start and after each new connection, and until it has come back.</summary>
/// <param name="clock">Of the leases.</param>
internal sealed class BrokerEcho(RivalWatch rivals, SafetyLeases leases, InstrumentTopics topics, TimeProvider clock, CancellationToken halt)
{
    /// <summary>Given to the broker to bring back the question, before it is asked again.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromSeconds(5);

    private int _round;

    /// <summary>Returns when the broker has taken the question.</summary>
    /// <returns>Completes when it has come back, or another one is asked.</returns>
    /// <exception cref="BusRefusedException">The driver may not speak on its own topic.</exception>
    public async Task<Task> AskAsync(ILabBus bus, CancellationToken cancellation)
    {
        var (knock, echo) = rivals.Ask();
        var round = Interlocked.Increment(ref _round);
        var message = BusMessage.Of(topics.Event, knock);
        var heard = leases.HearAsync(echo);
        await bus.PublishAsync(message, cancellation);
        return AgainAsync();

        async Task AgainAsync()
        {
            while (!await IsBackAsync(echo))
            {
                if (Volatile.Read(ref _round) != round) return;
                await bus.PublishAsync(message, halt);
            }

            await heard;
        }
    }

    private async Task<bool> IsBackAsync(Task echo)
    {
        try
        {
            await echo.WaitAsync(Within, clock, halt);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
