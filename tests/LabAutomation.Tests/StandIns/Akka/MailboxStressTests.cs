using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

/// <summary>The two things a mailbox can get wrong only now and then: going idle over a message, and showing a thread old state.</summary>
public sealed class MailboxStressTests : ActorSystemTest
{
    [Fact]
    public async Task A_message_that_meets_a_mailbox_going_idle_is_not_left_there()
    {
        const int rounds = 15_000;
        var acknowledged = new int[2];
        var actor = Actors.ActorOf(Props.Create(() => new Acknowledging(acknowledged)));

        // Each sender waits for its acknowledgement, so that the mailbox runs empty again and again, with the other sender at its heels.
        var senders = Enumerable.Range(0, 2).Select(sender => Task.Run(() =>
        {
            for (var round = 1; round <= rounds; round++)
            {
                actor.Tell(sender, ActorRefs.NoSender);
                if (!SpinWait.SpinUntil(() => Volatile.Read(ref acknowledged[sender]) == round, Patience)) return round;
            }
            return 0;
        }));

        (await Task.WhenAll(senders)).Should().OnlyContain(leftInRound => leftInRound == 0);
    }

    [Fact]
    public async Task Each_turn_sees_all_that_the_turns_before_it_left()
    {
        const int senders = 4, each = 50_000;
        var actors = Enumerable.Range(0, 3).Select(_ => Actors.ActorOf(Props.Create(() => new Consistent()))).ToArray();

        await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < each; i++) actors[i % actors.Length].Tell(i, ActorRefs.NoSender);
        })));

        var states = await Task.WhenAll(actors.Select(actor => actor.Ask<(int Count, int Torn)>("state", Patience)));
        states.Sum(state => state.Count).Should().Be(senders * each);
        states.Should().OnlyContain(state => state.Torn == 0);
    }

    [Fact]
    public async Task Stops_suspensions_and_messages_from_everywhere_leave_nothing_behind()
    {
        const int senders = 3, each = 3_000;
        var handled = 0;
        var parent = Actors.ActorOf(Props.Create(() => new Restarting(() => Interlocked.Increment(ref handled))));
        var child = await parent.Ask<IActorRef>("child", Patience);

        await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < each; i++) child.Tell(i, ActorRefs.NoSender);
        })));

        (await child.GracefulStop(Patience)).Should().BeTrue();
        handled.Should().Be(senders * each);
    }

    private sealed class Acknowledging : ReceiveActor
    {
        public Acknowledging(int[] acknowledged) => Receive<int>(sender => Volatile.Write(ref acknowledged[sender], acknowledged[sender] + 1));
    }

    /// <summary>Plain fields that agree between messages.</summary>
    private sealed class Consistent : ReceiveActor
    {
        private readonly int[] _counts = new int[16];
        private int _torn;

        public Consistent()
        {
            Receive<int>(_ =>
            {
                if (_counts.Distinct().Count() != 1) _torn++;
                for (var i = 0; i < _counts.Length; i++) _counts[i]++;
            });
            Receive<string>(_ => Sender.Tell((_counts[0], _torn)));
        }
    }

    private sealed class Restarting : ReceiveActor
    {
        public Restarting(Action handled)
        {
            var child = Context.ActorOf(Props.Create(() => new Failing(handled)));
            ReceiveAny(_ => Sender.Tell(child));
        }

        protected override SupervisorStrategy SupervisorStrategy() =>
            new OneForOneStrategy(cause => cause is TimeoutException ? Directive.Resume : Directive.Restart);

        private sealed class Failing : ReceiveActor
        {
            public Failing(Action handled) => Receive<int>(number =>
            {
                handled();
                if (number % 10 == 3) throw new TimeoutException();
                if (number % 10 == 7) throw new InvalidOperationException();
            });
        }
    }
}
