using Akka.Actor;
using Akka.Event;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class BehaviourTests : ActorSystemTest
{
    [Fact]
    public async Task Handlers_are_tried_in_the_order_of_their_registration()
    {
        var probe = Probe();
        var actor = Actors.ActorOf(Props.Create(() => new Sorting(probe.Ref)));

        foreach (var message in new object[] { 5, 15, 25, "text", 1.5, 'c' })
            actor.Tell(message);

        await probe.Expect("small 5", "medium 15", "int 25", "string text", "double 1.5", "any c");
    }

    [Fact]
    public async Task Become_replaces_and_BecomeStacked_covers()
    {
        var actor = Actors.ActorOf(Props.Create(() => new Moody()));

        (await Ask(actor, "?")).Should().Be("first");
        (await Ask(actor, "become")).Should().Be("first");
        (await Ask(actor, "?")).Should().Be("second");
        (await Ask(actor, "cover")).Should().Be("second");
        (await Ask(actor, "?")).Should().Be("third");
        (await Ask(actor, "uncover")).Should().Be("third");
        (await Ask(actor, "?")).Should().Be("second");
        (await Ask(actor, "uncover")).Should().Be("second");
        (await Ask(actor, "?")).Should().Be("first");
        (await Ask(actor, "uncover")).Should().Be("first");
        (await Ask(actor, "?")).Should().Be("first");
    }

    [Fact]
    public async Task A_restart_brings_back_the_first_behaviour()
    {
        var actor = Actors.ActorOf(Props.Create(() => new Moody()));
        await Ask(actor, "become");
        await Ask(actor, "cover");

        actor.Tell(13);

        (await Ask(actor, "?")).Should().Be("first");
    }

    [Fact]
    public async Task Nothing_can_be_registered_after_a_handler_for_everything_or_outside_of_construction()
    {
        var probe = Probe();
        Actors.ActorOf(Props.Create(() => new TooLate(probe.Ref))).Tell("now");

        await probe.Expect("after any", "outside");
    }

    [Fact]
    public async Task An_untyped_actor_says_itself_what_is_unhandled()
    {
        var probe = Probe();
        Actors.EventStream.Subscribe<UnhandledMessage>(probe.Ref);
        var actor = Actors.ActorOf(Props.Create(() => new Picky(probe.Ref)));

        actor.Tell("good");
        actor.Tell("bad");
        actor.Tell("switch");
        actor.Tell("bad");

        await probe.Expect("good");
        (await probe.Next<UnhandledMessage>()).Message.Should().Be("bad");
        await probe.Expect("all is fine with bad");
    }

    private static Task<string> Ask(IActorRef actor, string message) => actor.Ask<string>(message, Patience);

    private sealed class Sorting : ReceiveActor
    {
        public Sorting(IActorRef probe)
        {
            Receive<int>(number => probe.Tell($"small {number}"), number => number < 10);
            Receive<int>(number =>
            {
                if (number >= 20)
                    return false;
                probe.Tell($"medium {number}");
                return true;
            });
            Receive<int>(number => probe.Tell($"int {number}"));
            Receive<string>(text => probe.Tell($"string {text}"));
            Receive<IFormattable>(number => probe.Tell(FormattableString.Invariant($"double {number}")), value => value is double);
            ReceiveAny(message => probe.Tell($"any {message}"));
        }
    }

    private sealed class Moody : ReceiveActor
    {
        public Moody() => Mood("first");

        private void Mood(string mood)
        {
            Receive<string>(text =>
            {
                switch (text)
                {
                    case "become":
                        Become(() => Mood("second"));
                        break;
                    case "cover":
                        BecomeStacked(() => Mood("third"));
                        break;
                    case "uncover":
                        UnbecomeStacked();
                        break;
                }
                Sender.Tell(mood);
            });
            Receive<int>(_ => throw new InvalidOperationException());
        }
    }

    private sealed class TooLate : ReceiveActor
    {
        public TooLate(IActorRef probe)
        {
            ReceiveAny(_ => Report(probe, "outside"));
            Report(probe, "after any");
        }

        private void Report(IActorRef probe, string when)
        {
            try
            {
                Receive<string>(_ => { });
            }
            catch (InvalidOperationException)
            {
                probe.Tell(when);
            }
        }
    }

    private sealed class Picky(IActorRef probe) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is "good")
                probe.Tell(message);
            else if (message is "switch")
                Become(any => probe.Tell($"all is fine with {any}"));
            else
                Unhandled(message);
        }
    }
}
