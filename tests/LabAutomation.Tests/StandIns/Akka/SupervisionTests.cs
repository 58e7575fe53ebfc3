using Akka.Actor;
using Akka.Event;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class SupervisionTests : ActorSystemTest
{
    [Fact]
    public async Task A_restart_calls_the_hooks_in_order_and_keeps_the_mailbox()
    {
        var probe = Probe();
        var child = await Supervised(probe, new OneForOneStrategy(_ => Directive.Restart));
        child.Tell("before");

        child.Tell(new Break("first"));
        child.Tell("after");

        await probe.Expect("PreStart", "before 1", "PreRestart first Break first", "PostStop", "PostRestart first", "PreStart", "after 1");
    }

    [Fact]
    public async Task A_resumed_child_keeps_its_state_and_loses_the_message_that_failed()
    {
        var probe = Probe();
        var child = await Supervised(probe, new OneForOneStrategy(_ => Directive.Resume));

        child.Tell("one");
        child.Tell(new Break("ignored"));
        child.Tell("two");

        await probe.Expect("PreStart", "one 1", "two 2");
    }

    [Fact]
    public async Task A_stopped_child_ends_with_its_mailbox_in_the_dead_letters()
    {
        var probe = Probe();
        var letters = Probe();
        Actors.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var child = await Supervised(probe, new OneForOneStrategy(_ => Directive.Stop));

        child.Tell(new Break("over"));
        child.Tell("never");

        await probe.Expect("PreStart", "PostStop");
        (await letters.Next<DeadLetter>()).Message.Should().Be("never");
    }

    [Fact]
    public async Task An_escalated_failure_restarts_the_parent_and_stops_its_children()
    {
        var probe = Probe();
        var top = Actors.ActorOf(Props.Create(() => new Supervisor(new OneForOneStrategy(_ => Directive.Restart), probe.Ref)));
        var escalating = new OneForOneStrategy(_ => Directive.Escalate);
        var middle = await top.Ask<IActorRef>(Props.Create(() => new Supervisor(escalating, probe.Ref)), Patience);
        var bottom = await middle.Ask<IActorRef>(Props.Create(() => new Counter(probe.Ref)), Patience);

        bottom.Tell(new Break("up"));

        await probe.Expect("PreStart", "Supervisor PreRestart up", "PostStop", "Supervisor PostRestart up");
    }

    [Fact]
    public async Task The_default_decider_restarts_a_failed_child_and_stops_a_killed_one()
    {
        var probe = Probe();
        var child = Actors.ActorOf(Props.Create(() => new Counter(probe.Ref)));

        child.Tell(new Break("x"));
        child.Tell(Kill.Instance);

        await probe.Expect("PreStart", "PreRestart x Break x", "PostStop", "PostRestart x", "PreStart", "PostStop");
    }

    [Fact]
    public async Task An_actor_whose_constructor_throws_is_stopped_and_its_supervisor_sees_why()
    {
        var probe = Probe();
        var strategy = new OneForOneStrategy(cause =>
        {
            probe.Ref.Tell(cause);
            return SupervisorStrategy.DefaultDecider.Decide(cause);
        });
        var child = await Supervised(probe, strategy, Props.Create(() => new Stillborn()));

        var cause = await probe.Next<ActorInitializationException>();

        cause.Actor.Should().Be(child);
        cause.GetBaseException().Should().BeOfType<NotSupportedException>();
        (await child.GracefulStop(Patience)).Should().BeTrue();
    }

    [Fact]
    public async Task All_for_one_restarts_the_siblings_too()
    {
        var (first, second) = (Probe(), Probe());
        var parent = Actors.ActorOf(Props.Create(() => new Supervisor(new AllForOneStrategy(_ => Directive.Restart), first.Ref)));
        var failing = await parent.Ask<IActorRef>(Props.Create(() => new Counter(first.Ref)), Patience);
        var sibling = await parent.Ask<IActorRef>(Props.Create(() => new Counter(second.Ref)), Patience);
        sibling.Tell("one");
        await second.Expect("PreStart", "one 1");

        failing.Tell(new Break("both"));

        await first.Expect("PreStart", "PreRestart both Break both", "PostStop", "PostRestart both", "PreStart");
        await second.Expect("PreRestart both ", "PostStop", "PostRestart both", "PreStart");
    }

    [Fact]
    public async Task Children_of_a_failed_actor_process_nothing_until_the_decision()
    {
        var probe = Probe();
        using var decided = new ManualResetEventSlim();
        IActorRef grandchild = ActorRefs.Nobody;
        var strategy = new OneForOneStrategy(_ =>
        {
            grandchild.Tell("while undecided");
            probe.Ref.Tell("deciding");
            decided.Wait(Patience);
            return Directive.Stop;
        });
        var child = await Supervised(probe, strategy, Props.Create(() => new Supervisor(SupervisorStrategy.DefaultStrategy, probe.Ref)));
        grandchild = await child.Ask<IActorRef>(Props.Create(() => new Counter(probe.Ref)), Patience);

        await probe.Expect("PreStart");
        await Pass(TimeSpan.FromMilliseconds(50));

        child.Tell(new Break("wait"));

        await probe.Expect("deciding");
        await Pass(TimeSpan.FromMilliseconds(50));
        decided.Set();
        await probe.Expect("PostStop");
    }

    [Fact]
    public async Task A_failing_post_restart_stops_the_actor()
    {
        var probe = Probe();
        var child = Actors.ActorOf(Props.Create(() => new BadRestart()));
        probe.Ref.Tell("ready");
        await probe.Expect("ready");
        var watcher = Actors.ActorOf(Props.Create(() => new Watcher(child, probe.Ref)));
        await watcher.Ask<string>("watching?", Patience);

        child.Tell(new Break("x"));

        await probe.Expect(child);
    }

    private async Task Pass(TimeSpan time)
    {
        var passed = Probe();
        Actors.Scheduler.ScheduleTellOnce(time, passed.Ref, "passed", ActorRefs.NoSender);
        await passed.Next();
    }

    private async Task<IActorRef> Supervised(Probe probe, SupervisorStrategy strategy, Props? child = null)
    {
        var parent = Actors.ActorOf(Props.Create(() => new Supervisor(strategy, probe.Ref)));
        return await parent.Ask<IActorRef>(child ?? Props.Create(() => new Counter(probe.Ref)), Patience);
    }

    private sealed record Break(string Reason)
    {
        public override string ToString() => $"Break {Reason}";
    }

    private sealed class Supervisor : ReceiveActor
    {
        private readonly SupervisorStrategy _strategy;
        private readonly IActorRef _probe;

        public Supervisor(SupervisorStrategy strategy, IActorRef probe)
        {
            _strategy = strategy;
            _probe = probe;
            Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
            Receive<Break>(failure => throw new InvalidOperationException(failure.Reason));
        }

        protected override SupervisorStrategy SupervisorStrategy() => _strategy;

        protected override void PreRestart(Exception reason, object message)
        {
            _probe.Tell($"Supervisor PreRestart {reason.Message}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason) => _probe.Tell($"Supervisor PostRestart {reason.Message}");
    }

    private sealed class Counter : ReceiveActor
    {
        private readonly IActorRef _probe;
        private int _count;

        public Counter(IActorRef probe)
        {
            _probe = probe;
            Receive<Break>(failure => throw new InvalidOperationException(failure.Reason));
            Receive<string>(text => _probe.Tell($"{text} {++_count}"));
        }

        protected override void PreStart() => _probe.Tell("PreStart");

        protected override void PostStop() => _probe.Tell("PostStop");

        protected override void PreRestart(Exception reason, object message)
        {
            _probe.Tell($"PreRestart {reason.Message} {message}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason)
        {
            _probe.Tell($"PostRestart {reason.Message}");
            base.PostRestart(reason);
        }
    }

    private sealed class Stillborn : ReceiveActor
    {
        public Stillborn() => throw new NotSupportedException("no");
    }

    private sealed class BadRestart : ReceiveActor
    {
        public BadRestart() => Receive<Break>(failure => throw new InvalidOperationException(failure.Reason));

        protected override void PostRestart(Exception reason) => throw new InvalidOperationException("again");
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
}
