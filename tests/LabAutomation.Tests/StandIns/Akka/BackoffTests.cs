using Akka.Actor;
using Akka.Event;
using Akka.Pattern;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class BackoffTests : ActorSystemTest
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_failed_child_is_made_anew_after_the_pause()
    {
        var probe = Probe();
        var supervisor = Supervise(OnFailure(probe, Short).WithAutoReset(Long));
        await probe.Expect("started");
        var first = await Child(supervisor);
        var start = TimeProvider.System.GetTimestamp();

        supervisor.Tell("fail");

        await probe.Expect("stopped", "started");
        TimeProvider.System.GetElapsedTime(start).Should().BeGreaterThan(Short / 2);
        var second = await Child(supervisor);
        second.Should().NotBe(first);
        second!.Path.Should().Be(first!.Path);
        (await Restarts(supervisor)).Should().Be(1);
    }

    [Fact]
    public async Task During_the_pause_there_is_no_child_and_messages_are_dead_letters()
    {
        var probe = Probe();
        var lost = Probe();
        Actors.EventStream.Subscribe<DeadLetter>(lost.Ref);
        var supervisor = Supervise(OnFailure(probe, Long));
        supervisor.Tell("fail");
        await probe.Expect("started", "stopped");
        await Until(async () => await Child(supervisor) is null);

        supervisor.Tell("anyone?", probe.Ref);

        var letter = await lost.Next<DeadLetter>();
        (letter.Message, letter.Sender).Should().Be(("anyone?", probe.Ref));
        (await Restarts(supervisor)).Should().Be(1);
    }

    [Fact]
    public async Task Each_pause_is_twice_as_long_as_the_one_before_up_to_the_longest()
    {
        var probe = Probe();
        var supervisor = Supervise(Backoff.OnFailure(Child(probe), "child", Short, Short * 3, 0, -1).WithAutoReset(Long));
        await probe.Expect("started");
        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 4; i++)
        {
            var start = TimeProvider.System.GetTimestamp();
            supervisor.Tell("fail");
            await probe.Expect("stopped", "started");
            pauses.Add(TimeProvider.System.GetElapsedTime(start));
        }

        // Timers may be late, never early; the clocks tick apart by up to 16 ms.
        foreach (var (pause, times) in pauses.Zip([1, 2, 3, 3]))
            pause.Should().BeGreaterThan(Short * times - TimeSpan.FromMilliseconds(16));
        (await Restarts(supervisor)).Should().Be(4);
    }

    [Fact]
    public async Task After_the_last_retry_the_supervisor_stops()
    {
        var probe = Probe();
        var supervisor = Supervise(Backoff.OnFailure(Child(probe), "child", Short, Short, 0.2, 2).WithAutoReset(Long));
        var watcher = Actors.ActorOf(Props.Create(() => new Watcher(supervisor, probe.Ref)));
        await watcher.Ask("watching?", Patience);

        for (var i = 0; i < 3; i++)
        {
            await probe.Expect("started");
            supervisor.Tell("fail");
            await probe.Expect("stopped");
        }

        await probe.Expect(new Ended(supervisor));
    }

    [Fact]
    public async Task The_count_starts_anew_when_the_child_has_lived_long_enough()
    {
        var probe = Probe();
        var supervisor = Supervise(OnFailure(probe, Short).WithAutoReset(Short));
        supervisor.Tell("fail");
        await probe.Expect("started", "stopped", "started");

        await Until(async () => await Restarts(supervisor) == 0);
    }

    [Fact]
    public async Task The_strategy_says_which_failures_are_followed_by_a_new_start()
    {
        var probe = Probe();
        var supervisor = Supervise(OnFailure(probe, Short).WithSupervisorStrategy(
            new OneForOneStrategy(cause => cause is TimeoutException ? Directive.Resume : Directive.Stop)));
        var watcher = Actors.ActorOf(Props.Create(() => new Watcher(supervisor, probe.Ref)));
        await watcher.Ask("watching?", Patience);
        await probe.Expect("started");
        var child = await Child(supervisor);

        supervisor.Tell("time out");
        (await Child(supervisor)).Should().Be(child);
        supervisor.Tell("fail");

        await probe.Expect("stopped");
        await probe.Expect(new Ended(supervisor));
    }

    [Fact]
    public async Task A_child_that_stops_of_itself_takes_its_supervisor_along_unless_stops_are_what_counts()
    {
        var probe = Probe();
        var onFailure = Supervise(OnFailure(probe, Short));
        var watcher = Actors.ActorOf(Props.Create(() => new Watcher(onFailure, probe.Ref)));
        await watcher.Ask("watching?", Patience);
        onFailure.Tell("stop");
        await probe.Expect("started", "stopped");
        await probe.Expect(new Ended(onFailure));

        var onStop = Supervise(Backoff.OnStop(Child(probe), "child", Short, Short, 0, -1).WithAutoReset(Long));
        onStop.Tell("stop");
        await probe.Expect("started", "stopped", "started");
        (await Restarts(onStop)).Should().Be(1);
    }

    [Fact]
    public async Task Where_stops_count_a_failure_is_restarted_at_once_and_not_counted()
    {
        var probe = Probe();
        var supervisor = Supervise(Backoff.OnStop(Child(probe), "child", Long, Long, 0, -1));
        await probe.Expect("started");
        var child = await Child(supervisor);

        supervisor.Tell("fail");

        await probe.Expect("stopped", "started");
        (await Child(supervisor)).Should().Be(child);
        (await Restarts(supervisor)).Should().Be(0);
    }

    [Fact]
    public async Task Where_stops_count_their_limit_holds_too()
    {
        var probe = Probe();
        var supervisor = Supervise(Backoff.OnStop(Child(probe), "child", Short, Short, 0, 1).WithAutoReset(Long));
        var watcher = Actors.ActorOf(Props.Create(() => new Watcher(supervisor, probe.Ref)));
        await watcher.Ask("watching?", Patience);

        supervisor.Tell("stop");
        await probe.Expect("started", "stopped", "started");
        supervisor.Tell("stop");

        await probe.Expect("stopped");
        await probe.Expect(new Ended(supervisor));
    }

    [Fact]
    public async Task Messages_pass_through_with_their_sender_and_the_childs_own_go_to_the_supervisors_parent()
    {
        var probe = Probe();
        var parent = Actors.ActorOf(Props.Create(() => new Parent(OnFailure(probe, Short), probe.Ref)));
        await probe.Expect("started");

        parent.Tell("who asks?", probe.Ref);
        await probe.Expect("you");
        parent.Tell("tell your parent", probe.Ref);

        await probe.Expect(("told", "supervisor"));
    }

    [Fact]
    public void Pauses_and_factors_out_of_range_are_refused()
    {
        var props = Child(Probe());
        foreach (var options in new[]
        {
            Backoff.OnFailure(props, "child", TimeSpan.Zero, Short, 0, -1),
            Backoff.OnStop(props, "child", Short, Short / 2, 0, -1),
            Backoff.OnStop(props, "child", Short, Short, 1.5, -1),
        })
        {
            var make = () => BackoffSupervisor.Props(options);
            make.Should().Throw<ArgumentException>();
        }
    }

    private static BackoffOptions OnFailure(Probe probe, TimeSpan pause) => Backoff.OnFailure(Child(probe), "child", pause, pause, 0, -1);

    private static Props Child(Probe probe) => Props.Create<Patient>(probe.Ref);

    private IActorRef Supervise(BackoffOptions options) => Actors.ActorOf(BackoffSupervisor.Props(options));

    private static async Task<IActorRef?> Child(IActorRef supervisor) =>
        (await supervisor.Ask<BackoffSupervisor.CurrentChild>(BackoffSupervisor.GetCurrentChild.Instance, Patience)).Ref;

    private static async Task<int> Restarts(IActorRef supervisor) =>
        (await supervisor.Ask<BackoffSupervisor.RestartCount>(BackoffSupervisor.GetRestartCount.Instance, Patience)).Count;

    private static async Task Until(Func<Task<bool>> reached)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await reached())
            TimeProvider.System.GetElapsedTime(start).Should().BeLessThan(Patience);
    }

    private sealed record Ended(IActorRef Actor);

    private sealed class Patient : ReceiveActor
    {
        private readonly IActorRef _probe;

        public Patient(IActorRef probe)
        {
            _probe = probe;
            Receive<string>(text => text == "fail", _ => throw new InvalidOperationException("failed"));
            Receive<string>(text => text == "time out", _ => throw new TimeoutException());
            Receive<string>(text => text == "stop", _ => Context.Stop(Self));
            Receive<string>(text => text == "who asks?", _ => probe.Tell(Sender.Equals(probe) ? "you" : "someone else"));
            Receive<string>(text => text == "tell your parent", _ => Context.Parent.Tell("told"));
        }

        protected override void PreStart() => _probe.Tell("started");

        protected override void PostStop() => _probe.Tell("stopped");
    }

    private sealed class Parent : ReceiveActor
    {
        public Parent(BackoffOptions options, IActorRef probe)
        {
            var supervisor = Context.ActorOf(BackoffSupervisor.Props(options), "supervisor");
            Receive<string>(text => text == "told", text => probe.Tell((text, Sender.Path.Name)));
            ReceiveAny(supervisor.Forward);
        }
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef subject, IActorRef probe)
        {
            Context.Watch(subject);
            Receive<Terminated>(terminated => probe.Tell(new Ended(terminated.ActorRef)));
            ReceiveAny(_ => Sender.Tell("watching"));
        }
    }
}
