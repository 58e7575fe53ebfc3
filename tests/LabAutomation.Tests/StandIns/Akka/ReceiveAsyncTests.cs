using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class ReceiveAsyncTests : ActorSystemTest
{
    [Fact]
    public async Task No_message_is_processed_until_the_handler_has_ended()
    {
        var probe = Probe();
        var gate = new TaskCompletionSource();
        var actor = Actors.ActorOf(Props.Create(() => new Waiting(probe.Ref)));

        actor.Tell(gate.Task);
        actor.Tell("next");

        await probe.Expect("begin");
        await probe.ExpectNothingBefore("still waiting");
        gate.SetResult();
        await probe.Expect("end", "next");
    }

    [Fact]
    public async Task What_takes_anything_can_wait_too_and_a_predicate_chooses()
    {
        var probe = Probe();
        var actor = Actors.ActorOf(Props.Create(() => new Choosing(probe.Ref)));

        actor.Tell("short");
        actor.Tell("a longer one");
        actor.Tell(3);

        await probe.Expect("text short", "anything a longer one", "anything 3");
    }

    [Fact]
    public async Task Self_Sender_and_Context_hold_after_each_await()
    {
        var (asker, other) = (Probe(), Probe());
        var gate = new TaskCompletionSource();
        var actor = Actors.ActorOf(Props.Create(() => new Remembering()), "remembering");

        actor.Tell(gate.Task, asker.Ref);
        actor.Tell(Task.CompletedTask, other.Ref);
        gate.SetResult();

        foreach (var probe in new[] { asker, other })
        {
            await probe.Expect("akka://bench/user/remembering", "akka://bench/user");
            probe.LastSender.Should().Be(actor);
        }
    }

    [Fact]
    public async Task A_failed_handler_goes_to_the_supervisor_with_its_message_and_the_mailbox_goes_on()
    {
        var probe = Probe();
        var gate = new TaskCompletionSource();
        var actor = Actors.ActorOf(Props.Create(() => new Waiting(probe.Ref)));

        actor.Tell(gate.Task);
        actor.Tell("next");
        await probe.Expect("begin");
        gate.SetException(new InvalidOperationException("lost"));

        await probe.Expect("restarting after lost", gate.Task, "next");
    }

    [Fact]
    public async Task A_handler_that_throws_before_its_first_await_fails_the_same_way()
    {
        var probe = Probe();
        var actor = Actors.ActorOf(Props.Create(() => new Waiting(probe.Ref)));

        actor.Tell(13);
        actor.Tell("next");

        await probe.Expect("restarting after at once", 13, "next");
    }

    [Fact]
    public async Task Many_asynchronous_messages_are_all_processed_in_order()
    {
        var probe = Probe();
        var actor = Actors.ActorOf(Props.Create(() => new Waiting(probe.Ref)));

        for (var i = 0; i < 500; i++)
            actor.Tell((long)i);

        for (var i = 0; i < 500; i++)
            await probe.Expect((long)i);
    }

    [Fact]
    public async Task A_stop_gets_through_while_the_handler_waits()
    {
        var probe = Probe();
        var gate = new TaskCompletionSource();
        var actor = Actors.ActorOf(Props.Create(() => new Waiting(probe.Ref)));
        actor.Tell(gate.Task);
        await probe.Expect("begin");
        var ended = Probe();
        var watcher = Actors.ActorOf(Props.Create(() => new Watcher(actor, ended.Ref)));
        await watcher.Ask<string>("watching?", Patience);

        Actors.Stop(actor);

        await ended.Expect(actor);
        gate.SetResult();
        await probe.ExpectNothingBefore("nothing came after");
    }

    private sealed class Waiting : ReceiveActor
    {
        private readonly IActorRef _probe;

        public Waiting(IActorRef probe)
        {
            _probe = probe;
            ReceiveAsync<Task>(async task =>
            {
                probe.Tell("begin");
                await task;
                probe.Tell("end");
            });
            ReceiveAsync<int>(_ => throw new InvalidOperationException("at once"));
            ReceiveAsync<long>(async number =>
            {
                await Task.Yield();
                await Task.Run(() => { });
                probe.Tell(number);
            });
            Receive<string>(probe.Tell);
        }

        protected override void PreRestart(Exception reason, object message)
        {
            _probe.Tell($"restarting after {reason.Message}");
            _probe.Tell(message);
        }
    }

    private sealed class Remembering : ReceiveActor
    {
        public Remembering() => ReceiveAsync<Task>(async task =>
        {
            await task;
            await Task.Yield();
            Sender.Tell(Self.Path.ToString());
            await Task.Run(() => { });
            Sender.Tell(Context.Parent.Path.ToString());
        });
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef subject, IActorRef probe)
        {
            Context.Watch(subject);
            Receive<Terminated>(terminated => probe.Tell(terminated.ActorRef));
            Receive<string>(_ => Sender.Tell("yes"));
        }
    }

    private sealed class Choosing : ReceiveActor
    {
        public Choosing(IActorRef probe)
        {
            ReceiveAsync<string>(text => text.Length < 6, async text =>
            {
                await Task.Yield();
                probe.Tell($"text {text}");
            });
            ReceiveAnyAsync(async message =>
            {
                await Task.Yield();
                probe.Tell($"anything {message}");
            });
        }
    }
}
