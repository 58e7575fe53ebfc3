using Akka.Actor;
using Akka.Event;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class DeathWatchTests : ActorSystemTest
{
    [Fact]
    public async Task A_watcher_is_told_after_what_the_actor_still_processed()
    {
        var probe = Probe();
        var subject = Actors.ActorOf(Props.Create(() => new Subject(probe.Ref)), "subject");
        await Watcher(probe).Ask<IActorRef>(new Watch(subject), Patience);

        subject.Tell("last words");
        subject.Tell(PoisonPill.Instance);

        await probe.Expect("last words");
        await probe.Expect(new Told(subject, true));
    }

    [Fact]
    public async Task Watching_an_actor_that_is_gone_answers_at_once()
    {
        var probe = Probe();
        var subject = Actors.ActorOf(Props.Create(() => new Subject(probe.Ref)));
        await subject.GracefulStop(Patience);

        await Watcher(probe).Ask<IActorRef>(new Watch(subject), Patience);

        await probe.Expect(new Told(subject, false));
    }

    [Fact]
    public async Task WatchWith_sends_the_message_in_place_of_Terminated()
    {
        var probe = Probe();
        var subject = Actors.ActorOf(Props.Create(() => new Subject(probe.Ref)));
        await Watcher(probe).Ask<IActorRef>(new Watch(subject, "the subject is gone"), Patience);

        Actors.Stop(subject);

        await probe.Expect("the subject is gone");
    }

    [Theory]
    [InlineData("first", "second", "first")]
    [InlineData("first", null, "first")]
    [InlineData(null, "second", null)]
    public async Task Of_two_watches_the_first_decides_what_is_told(string? first, string? second, string? told)
    {
        var probe = Probe();
        var subject = Actors.ActorOf(Props.Create(() => new Subject(probe.Ref)));
        var watcher = Watcher(probe);
        await watcher.Ask<IActorRef>(new Watch(subject, first), Patience);
        await watcher.Ask<IActorRef>(new Watch(subject, second), Patience);

        Actors.Stop(subject);

        await probe.Expect((object?)told ?? new Told(subject, true));
        await watcher.Ask<IActorRef>(new Unwatch(subject), Patience);
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task After_Unwatch_nothing_is_told()
    {
        var probe = Probe();
        var subject = Actors.ActorOf(Props.Create(() => new Subject(probe.Ref)));
        var watcher = Watcher(probe);
        await watcher.Ask<IActorRef>(new Watch(subject), Patience);
        await watcher.Ask<IActorRef>(new Unwatch(subject), Patience);

        await subject.GracefulStop(Patience);
        await watcher.Ask<IActorRef>(new Unwatch(subject), Patience);

        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task Watching_twice_tells_once()
    {
        var probe = Probe();
        var subject = Actors.ActorOf(Props.Create(() => new Subject(probe.Ref)));
        var watcher = Watcher(probe);
        await watcher.Ask<IActorRef>(new Watch(subject), Patience);
        await watcher.Ask<IActorRef>(new Watch(subject), Patience);

        await subject.GracefulStop(Patience);
        await probe.Next<Told>();

        await watcher.Ask<IActorRef>(new Unwatch(subject), Patience);
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task A_watcher_without_a_handler_for_Terminated_dies_with_the_actor()
    {
        var probe = Probe();
        var errors = Probe();
        Actors.EventStream.Subscribe(errors.Ref, typeof(Error));
        var subject = Actors.ActorOf(Props.Create(() => new Subject(probe.Ref)));
        var pact = Actors.ActorOf(Props.Create(() => new PactMaker()));
        await pact.Ask<IActorRef>(new Watch(subject), Patience);
        await Watcher(probe).Ask<IActorRef>(new Watch(pact), Patience);

        Actors.Stop(subject);

        (await probe.Next<Told>()).Actor.Should().Be(pact);
        (await errors.Next<Error>()).Cause.Should().BeOfType<DeathPactException>().Which.DeadActor.Should().Be(subject);
    }

    [Fact]
    public async Task A_parent_that_watches_its_child_is_told_when_the_name_is_free_again()
    {
        var probe = Probe();
        var parent = Actors.ActorOf(Props.Create(() => new Replacer(probe.Ref)));

        parent.Tell("start");
        parent.Tell("stop");

        var ended = await probe.Next<IActorRef>();
        var replacement = await probe.Next<IActorRef>();
        replacement.Path.Should().Be(ended.Path);
        replacement.Should().NotBe(ended);
    }

    private IActorRef Watcher(Probe probe) => Actors.ActorOf(Props.Create(() => new WatchingActor(probe.Ref)));

    private sealed record Watch(IActorRef Subject, object? With = null);

    // A Terminated told as such would be taken for one about an actor that the probe watches.
    private sealed record Told(IActorRef Actor, bool Existed);

    private sealed record Unwatch(IActorRef Subject);

    private sealed class Subject : ReceiveActor
    {
        public Subject(IActorRef probe) => ReceiveAny(probe.Tell);
    }

    private sealed class WatchingActor : ReceiveActor
    {
        public WatchingActor(IActorRef probe)
        {
            Receive<Watch>(watch => Sender.Tell(
                watch.With is null ? Context.Watch(watch.Subject) : Context.WatchWith(watch.Subject, watch.With)));
            Receive<Unwatch>(unwatch => Sender.Tell(Context.Unwatch(unwatch.Subject)));
            Receive<Terminated>(terminated => probe.Tell(new Told(terminated.ActorRef, terminated.ExistenceConfirmed)));
            ReceiveAny(probe.Tell);
        }
    }

    private sealed class PactMaker : ReceiveActor
    {
        public PactMaker() => Receive<Watch>(watch => Sender.Tell(Context.Watch(watch.Subject)));
    }

    private sealed class Replacer : ReceiveActor
    {
        public Replacer(IActorRef probe)
        {
            Receive<string>(text => text == "start", _ => Context.Watch(Context.ActorOf(Props.Create(() => new Subject(probe)), "child")));
            Receive<string>(text => text == "stop", _ => Context.Stop(Context.Child("child")));
            Receive<Terminated>(terminated =>
            {
                probe.Tell(terminated.ActorRef);
                probe.Tell(Context.ActorOf(Props.Create(() => new Subject(probe)), "child"));
            });
        }
    }
}
