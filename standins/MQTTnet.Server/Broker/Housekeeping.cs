using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>Looks in regular intervals for silent clients, expired sessions and messages, and wills that are due.</summary>
internal sealed class Housekeeping : IDisposable
{
    private readonly Broker _broker;
    private readonly ITimer _timer;
    private int _isRunning;

    public Housekeeping(Broker broker)
    {
        _broker = broker;
        var interval = broker.Options.KeepAliveOptions.MonitorInterval;
        _timer = broker.Clock.CreateTimer(_ => _ = RunAsync(), null, interval, interval);
    }

    public void Dispose() => _timer.Dispose();

    private async Task RunAsync()
    {
        // A look that takes longer than the interval is not joined by another.
        if (Interlocked.Exchange(ref _isRunning, 1) == 1) return;

        try
        {
            var now = _broker.Clock.GetUtcNow();
            foreach (var session in _broker.Sessions())
            {
                if (session.Connection is { } connection && connection.IsSilent(now))
                    connection.Close(new DisconnectPacket { ReasonCode = MqttDisconnectReasonCode.KeepAliveTimeout });
            }

            var (wills, ended) = _broker.Expire();
            foreach (var (session, will) in wills) await _broker.SendWillAsync(session, will);
            foreach (var session in ended) await _broker.InformDeletedAsync(session);
            if (_broker.Log is { } log) await log.WrittenAsync();
            foreach (var session in _broker.Sessions()) session.Outbox.Pump();
        }
        catch (IOException)
        {
            // The log could not be written; the next look tries again, and nothing is promised until then.
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }
}
