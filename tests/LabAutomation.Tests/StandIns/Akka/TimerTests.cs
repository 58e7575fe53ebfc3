using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class TimerTests : ActorSystemTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Later = TimeSpan.FromMilliseconds(120);

    [Fact]
    public async Task A_single_timer_fires_once_and_is_inactive_then()
    {
        var probe = Probe();
        var actor = Start(probe);

        actor.Tell(new Act(timers => timers.StartSingleTimer("key", "fired", Soon)));
        (await Ask(actor, timers => timers.IsTimerActive("key"))).Should().Be(true);

        await probe.Expect("fired");
        (await Ask(actor, timers => timers.IsTimerActive("key"))).Should().Be(false);
        await Pass(Later);
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task A_periodic_timer_fires_until_it_is_cancelled()
    {
        var probe = Probe();
        var actor = Start(probe);

        actor.Tell(new Act(timers => timers.StartPeriodicTimer("key", "tick", TimeSpan.FromMilliseconds(5))));
        await probe.Expect("tick", "tick", "tick");
        var stopped = await Ask(actor, timers =>
        {
            timers.Cancel("key");
            return "stopped";
        });
        stopped.Should().Be("stopped");
        probe.Ref.Tell("mark");
        while (!"mark".Equals(await probe.Next()))
        {
        }

        await Pass(Later);
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task Starting_a_timer_again_replaces_it_even_if_its_message_is_in_the_mailbox()
    {
        var probe = Probe();
        var actor = Start(probe);
        using var passed = new ManualResetEventSlim();
        using var timer = new Timer(_ => passed.Set(), null, Later, Timeout.InfiniteTimeSpan);

        actor.Tell(new Act(timers =>
        {
            timers.StartSingleTimer("key", "old", TimeSpan.FromMilliseconds(1));
            passed.Wait(Patience);
            timers.StartSingleTimer("key", "new", Soon);
        }));

        await probe.Expect("new");
    }

    [Fact]
    public async Task Timers_do_not_outlive_the_instance_that_started_them()
    {
        var probe = Probe();
        var actor = Start(probe);

        actor.Tell(new Act(timers =>
        {
            timers.StartSingleTimer("single", "of the old instance", Soon);
            timers.StartPeriodicTimer("periodic", "of the old instance", Soon);
        }));
        actor.Tell(new Act(_ => throw new InvalidOperationException("restart")));
        (await Ask(actor, timers => timers.ActiveTimers.Count)).Should().Be(0);

        await Pass(Later);
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task A_timer_started_in_the_constructor_fires()
    {
        var probe = Probe();
        Actors.ActorOf(Props.Create(() => new StartsInConstructor(probe.Ref)));

        await probe.Expect("from the constructor");
    }

    [Fact]
    public async Task A_receive_timeout_comes_when_nothing_else_does()
    {
        var probe = Probe();
        Actors.ActorOf(Props.Create(() => new Impatient(probe.Ref)));

        await probe.Next<ReceiveTimeout>();
        await probe.Next<ReceiveTimeout>();
    }

    [Fact]
    public async Task Messages_marked_so_do_not_put_the_receive_timeout_off()
    {
        var probe = Probe();
        var actor = Actors.ActorOf(Props.Create(() => new Impatient(probe.Ref)));
        Actors.Scheduler.ScheduleTellRepeatedly(
            TimeSpan.Zero, TimeSpan.FromMilliseconds(5), actor, new Background(), ActorRefs.NoSender);

        await probe.Next<ReceiveTimeout>();
    }

    [Fact]
    public async Task A_stash_keeps_what_a_timer_brought()
    {
        var probe = Probe();
        Actors.ActorOf(Props.Create(() => new StashesTimer(probe.Ref)));

        await probe.Expect("from the timer");
    }

    private IActorRef Start(Probe probe) => Actors.ActorOf(Props.Create(() => new Timed(probe.Ref)));

    private async Task Pass(TimeSpan time)
    {
        var passed = Probe();
        Actors.Scheduler.ScheduleTellOnce(time, passed.Ref, "passed", ActorRefs.NoSender);
        await passed.Next();
    }

    private static Task<object> Ask(IActorRef actor, Func<ITimerScheduler, object> question) => actor.Ask(new Question(question), Patience);

    private sealed record Act(Action<ITimerScheduler> Do);

    private sealed record Question(Func<ITimerScheduler, object> Answer);

    private sealed record Background : INotInfluenceReceiveTimeout;

    private sealed class Timed : ReceiveActor, IWithTimers
    {
        public Timed(IActorRef probe)
        {
            Receive<Act>(act => act.Do(Timers));
            Receive<Question>(question => Sender.Tell(question.Answer(Timers)));
            ReceiveAny(probe.Tell);
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }

    private sealed class StartsInConstructor : UntypedActor, IWithTimers
    {
        private readonly IActorRef _probe;

        public StartsInConstructor(IActorRef probe)
        {
            _probe = probe;
            Timers.StartSingleTimer("key", "from the constructor", TimeSpan.Zero);
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void OnReceive(object message) => _probe.Tell(message);
    }

    private sealed class Impatient : ReceiveActor
    {
        public Impatient(IActorRef probe)
        {
            SetReceiveTimeout(TimeSpan.FromMilliseconds(30));
            Receive<ReceiveTimeout>(probe.Tell);
            ReceiveAny(_ => { });
        }
    }

    private sealed class StashesTimer : ReceiveActor, IWithTimers, IWithStash
    {
        public StashesTimer(IActorRef probe)
        {
            Receive<string>(text => text == "open", _ =>
            {
                Become(() => ReceiveAny(probe.Tell));
                Stash.UnstashAll();
            });
            ReceiveAny(_ =>
            {
                Stash.Stash();
                Self.Tell("open");
            });
        }

        public ITimerScheduler Timers { get; set; } = null!;

        public IStash Stash { get; set; } = null!;

        protected override void PreStart() => Timers.StartSingleTimer("key", "from the timer", TimeSpan.Zero);
    }
}
