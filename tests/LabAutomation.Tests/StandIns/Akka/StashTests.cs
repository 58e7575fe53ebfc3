using Akka.Actor;
using Akka.Event;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class StashTests : ActorSystemTest
{
    [Fact]
    public async Task Stashed_messages_come_back_in_their_order_before_later_ones()
    {
        var probe = Probe();
        var actor = Actors.ActorOf(Props.Create(() => new Door(probe.Ref)));

        Tell(actor, "one", "two", "open", "three");

        await probe.Expect("one", "two", "three");
    }

    [Fact]
    public async Task A_stashed_message_keeps_its_sender()
    {
        var probe = Probe();
        var actor = Actors.ActorOf(Props.Create(() => new Door(probe.Ref)));

        actor.Tell("one", Actors.DeadLetters);
        actor.Tell("two", probe.Ref);
        actor.Tell("open");

        await probe.Expect("one");
        probe.LastSender.Should().Be(Actors.DeadLetters);
        await probe.Expect("two");
        probe.LastSender.Should().Be(probe.Ref);
    }

    [Fact]
    public async Task A_restart_puts_the_stash_back_before_what_waits_in_the_mailbox()
    {
        var probe = Probe();
        var actor = Actors.ActorOf(Props.Create(() => new Door(probe.Ref)));

        Tell(actor, "one", "two", "fail", "three", "open");

        await probe.Expect("one", "two", "three");
    }

    [Fact]
    public async Task Unstash_brings_back_the_oldest_alone()
    {
        var probe = Probe();
        var actor = Actors.ActorOf(Props.Create(() => new Door(probe.Ref)));

        Tell(actor, "one", "two", "ajar", "ajar");

        await probe.Expect("through one", "through two");
    }

    [Fact]
    public async Task What_is_stashed_when_the_actor_stops_is_a_dead_letter()
    {
        var probe = Probe();
        Actors.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        var actor = Actors.ActorOf(Props.Create(() => new Door(probe.Ref)));

        Tell(actor, "one", "two");
        await actor.GracefulStop(Patience);

        (await probe.Next<DeadLetter>()).Message.Should().Be("one");
        (await probe.Next<DeadLetter>()).Message.Should().Be("two");
    }

    [Fact]
    public async Task The_same_message_cannot_be_stashed_twice()
    {
        var probe = Probe();
        var actor = Actors.ActorOf(Props.Create(() => new Door(probe.Ref)));

        actor.Tell("twice");

        await probe.Next<IllegalActorStateException>();
    }

    private static void Tell(IActorRef actor, params string[] messages)
    {
        foreach (var message in messages)
            actor.Tell(message);
    }

    private sealed class Door : ReceiveActor, IWithUnboundedStash
    {
        private readonly IActorRef _probe;

        public Door(IActorRef probe)
        {
            _probe = probe;
            Closed();
        }

        public IStash Stash { get; set; } = null!;

        private void Closed()
        {
            Receive<string>(text => text == "open", _ =>
            {
                Become(Open);
                Stash.UnstashAll();
            });
            Receive<string>(text => text == "ajar", _ =>
            {
                BecomeStacked(Ajar);
                Stash.Unstash();
            });
            Receive<string>(text => text == "fail", text => throw new InvalidOperationException(text));
            Receive<string>(text => text == "twice", _ =>
            {
                Stash.Stash();
                try
                {
                    Stash.Stash();
                }
                catch (IllegalActorStateException e)
                {
                    _probe.Tell(e);
                }
            });
            ReceiveAny(_ => Stash.Stash());
        }

        private void Open() => ReceiveAny(_probe.Forward);

        private void Ajar() => ReceiveAny(text =>
        {
            _probe.Tell($"through {text}");
            UnbecomeStacked();
        });
    }
}
