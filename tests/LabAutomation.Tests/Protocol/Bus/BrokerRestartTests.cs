using LabAutomation.Protocol;
using LabAutomation.Simulators;

namespace LabAutomation.Tests.Protocol.Bus;

/// <summary>The broker's process is killed, with and without what it had on disk.</summary>
public sealed class BrokerRestartTests
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(2);

    private readonly BusStand _stand = new();
    private readonly HashSet<string> _killed = [];

    [Fact]
    public void With_its_sessions_it_delivers_what_waited_and_publishes_no_will()
    {
        _stand.Run(async () =>
        {
            _stand.Tell(_stand.One, "two", "kept", retain: true);
            await _stand.PassAsync(1);
            _stand.Broker.Sever("two");
            _stand.Tell(_stand.One, "two", "queued");
            await _stand.PassAsync(1);
            _stand.Broker.Restart(Away, keepsSessions: true);
            _stand.Tell(_stand.One, "two", "meanwhile");
            _stand.Broker.Mend("two");
        });

        _stand.Heard("two").Should().Equal("kept 0.0", "lost the link 1.0", "queued 4.1", "meanwhile 4.1", "kept 4.1", "is back 4.1");
        _stand.Broker.Happened.Should().Be(new BusFaultCounts { Restarts = 1 });
    }

    [Fact]
    public void Without_them_what_was_retained_and_queued_is_gone_and_clients_subscribe_again()
    {
        _stand.Run(async () =>
        {
            _stand.Tell(_stand.One, "two", "kept", retain: true);
            await _stand.PassAsync(1);
            _stand.Broker.Sever("two");
            _stand.Tell(_stand.One, "two", "queued");
            _stand.Broker.Restart(Away, keepsSessions: false);
            await _stand.PassAsync(4);
            _stand.Tell(_stand.One, "two", "for nobody");
            await _stand.PassAsync(1);
            _stand.Broker.Mend("two");
            _stand.Tell(_stand.One, "two", "after");
        });

        _stand.Heard("two").Should().Equal("kept 0.0", "lost the link 1.0", "is back 6.0", "after 6.0");
        _stand.Broker.Happened.Should().Be(new BusFaultCounts { Restarts = 1, Forgotten = 2 });
    }

    [Fact]
    public void A_client_that_starts_while_it_is_away_waits_for_it()
    {
        var started = false;
        _stand.Run(async () =>
        {
            _stand.Broker.Restart(Away, keepsSessions: true);
            await using var three = _stand.Broker.CreateBus("three");
            var starting = three.StartAsync(CancellationToken.None);
            await _stand.PassAsync(1.9);
            three.IsConnected.Should().BeFalse();
            await starting;
            started = three.IsConnected;
        });

        started.Should().BeTrue();
    }

    [Fact]
    public void Killed_before_it_has_taken_a_message_it_gets_it_once_and_killed_before_it_says_so_twice()
    {
        _stand.Broker.Arriving += message => KillOn("a", message);
        _stand.Broker.Routed += message => KillOn("b", message);
        _stand.Run(async () =>
        {
            _stand.Tell(_stand.One, "two", "a");
            await _stand.PassAsync(10);
            _stand.Tell(_stand.One, "two", "b");
        });

        _stand.Heard("two").Where(line => line[0] is 'a' or 'b').Should().Equal("a 2.1", "b 10.0", "b 12.1");
        _stand.Broker.Happened.Should().Be(new BusFaultCounts { Restarts = 2, SentAgain = 2 });
    }

    [Fact]
    public void A_tap_sees_every_message_once_and_wills_too()
    {
        var (arrived, routed) = (new List<string>(), new List<string>());
        _stand.Broker.Arriving += message => arrived.Add(Mailbox.Text(message));
        _stand.Broker.Routed += message => routed.Add(Mailbox.Text(message));
        _stand.Run(() =>
        {
            _stand.Tell(_stand.One, "nobody", "unread");
            _stand.Broker.Drop("one");
            return Task.CompletedTask;
        });

        arrived.Should().Equal("unread");
        routed.Should().Equal("unread", "one is gone");
    }

    private void KillOn(string text, BusMessage message)
    {
        if (Mailbox.Text(message) == text && _killed.Add(text)) _stand.Broker.Restart(Away, keepsSessions: true);
    }
}
