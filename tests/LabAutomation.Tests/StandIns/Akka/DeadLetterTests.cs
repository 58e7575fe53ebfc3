using Akka.Actor;
using Akka.Event;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class DeadLetterTests : ActorSystemTest
{
    [Fact]
    public async Task A_message_to_a_stopped_actor_is_published_with_sender_and_receiver()
    {
        var probe = Probe();
        Actors.EventStream.Subscribe<DeadLetter>(probe.Ref);
        var actor = Actors.ActorOf(Props.Create(() => new Quiet()));
        await actor.GracefulStop(Patience);

        actor.Tell("too late", probe.Ref);
        actor.Tell("from nobody", ActorRefs.NoSender);

        var letter = await probe.Next<DeadLetter>();
        (letter.Message, letter.Sender, letter.Recipient).Should().Be(("too late", probe.Ref, actor));
        (await probe.Next<DeadLetter>()).Sender.Should().Be(Actors.DeadLetters);
    }

    [Fact]
    public async Task What_is_in_the_mailbox_of_an_actor_that_stops_is_published_in_order()
    {
        var probe = Probe();
        Actors.EventStream.Subscribe<DeadLetter>(probe.Ref);
        var actor = Actors.ActorOf(Props.Create(() => new Quiet()));

        actor.Tell(PoisonPill.Instance);
        for (var i = 0; i < 100; i++)
            actor.Tell(i);

        for (var i = 0; i < 100; i++)
            (await probe.Next<DeadLetter>()).Message.Should().Be(i);
    }

    [Fact]
    public async Task Suppressed_messages_are_published_apart()
    {
        var (letters, suppressed) = (Probe(), Probe());
        Actors.EventStream.Subscribe<DeadLetter>(letters.Ref);
        Actors.EventStream.Subscribe<SuppressedDeadLetter>(suppressed.Ref);
        var actor = Actors.ActorOf(Props.Create(() => new Quiet()));
        await actor.GracefulStop(Patience);

        actor.Tell(PoisonPill.Instance);

        (await suppressed.Next<SuppressedDeadLetter>()).Message.Should().Be(PoisonPill.Instance);
        await letters.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task A_subscriber_that_has_ended_hears_nothing_and_makes_no_dead_letters_of_dead_letters()
    {
        var probe = Probe();
        var subscriber = Actors.ActorOf(Props.Create(() => new Clogged()));
        Actors.EventStream.Subscribe(subscriber, typeof(DeadLetter));
        subscriber.Tell("stop");
        for (var i = 0; i < 100; i++)
            Actors.DeadLetters.Tell("lost");
        (await subscriber.GracefulStop(Patience)).Should().BeTrue();
        Actors.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));

        Actors.DeadLetters.Tell("last");

        (await probe.Next<DeadLetter>()).Message.Should().Be("last");
    }

    [Fact]
    public async Task The_dead_letters_can_be_told_directly()
    {
        var probe = Probe();
        Actors.EventStream.Subscribe<DeadLetter>(probe.Ref);

        Actors.DeadLetters.Tell("nowhere to go");

        (await probe.Next<DeadLetter>()).Message.Should().Be("nowhere to go");
    }

    [Fact]
    public async Task No_message_is_lost_between_a_stopping_actor_and_the_dead_letters()
    {
        const int count = 20_000;
        var received = 0;
        var letters = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var counter = Actors.ActorOf(Props.Create(() => new Counter(() => Interlocked.Increment(ref received) == count, letters)));
        Actors.EventStream.Subscribe<DeadLetter>(counter);
        var actor = Actors.ActorOf(Props.Create(() => new Counter(() => Interlocked.Increment(ref received) == count, letters)));

        var half = Task.Run(() =>
        {
            for (var i = 0; i < count / 2; i++)
                actor.Tell(i);
        });
        for (var i = 0; i < count / 2; i++)
        {
            if (i == count / 4)
                Actors.Stop(actor);
            actor.Tell(i);
        }
        await half;

        await letters.Task.WaitAsync(Patience);
    }

    private sealed class Quiet : ReceiveActor
    {
        public Quiet() => ReceiveAny(_ => { });
    }

    private sealed class Counter : ReceiveActor
    {
        public Counter(Func<bool> last, TaskCompletionSource done) => ReceiveAny(_ =>
        {
            if (last())
                done.TrySetResult();
        });
    }

    private sealed class Clogged : ReceiveActor
    {
        public Clogged() => Receive<string>(_ => Context.Stop(Self));
    }
}
