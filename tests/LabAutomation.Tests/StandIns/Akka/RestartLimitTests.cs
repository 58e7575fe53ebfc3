using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class RestartLimitTests : ActorSystemTest
{
    [Fact]
    public async Task A_child_is_stopped_by_the_failure_after_its_last_retry()
    {
        var probe = Probe();
        var child = await Child(probe, new OneForOneStrategy(2, TimeSpan.FromMinutes(5), _ => Directive.Restart));

        for (var i = 0; i < 3; i++)
            child.Tell("fail");

        await probe.Expect("started", "stopped", "started", "stopped", "started", "stopped");
        (await child.GracefulStop(Patience)).Should().BeTrue();
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task No_retries_means_that_the_first_failure_stops()
    {
        var probe = Probe();
        var child = await Child(probe, new OneForOneStrategy(0, TimeSpan.FromMinutes(5), _ => Directive.Restart));

        child.Tell("fail");

        await probe.Expect("started", "stopped");
        (await child.GracefulStop(Patience)).Should().BeTrue();
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task Without_limits_a_child_is_restarted_for_ever()
    {
        var probe = Probe();
        var child = await Child(probe, new OneForOneStrategy(null, null, _ => Directive.Restart));

        for (var i = 0; i < 50; i++)
            child.Tell("fail");

        await probe.Expect("started");
        for (var i = 0; i < 50; i++)
            await probe.Expect("stopped", "started");
    }

    [Fact]
    public async Task Failures_before_the_time_range_do_not_count()
    {
        var probe = Probe();
        var child = await Child(probe, new OneForOneStrategy(1, TimeSpan.FromMilliseconds(40), _ => Directive.Restart));

        await probe.Expect("started");
        for (var i = 0; i < 3; i++)
        {
            Actors.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(100), child, "fail", ActorRefs.NoSender);
            await probe.Expect("stopped", "started");
        }
    }

    [Fact]
    public async Task A_limit_without_a_time_range_counts_for_ever()
    {
        var probe = Probe();
        var child = await Child(probe, new OneForOneStrategy(2, null, _ => Directive.Restart));

        for (var i = 0; i < 3; i++)
            child.Tell("fail");

        await probe.Expect("started", "stopped", "started", "stopped", "started", "stopped");
        (await child.GracefulStop(Patience)).Should().BeTrue();
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task A_time_range_without_a_limit_allows_one_restart_in_it()
    {
        var probe = Probe();
        var child = await Child(probe, new OneForOneStrategy(-1, 60_000, _ => Directive.Restart));

        child.Tell("fail");
        child.Tell("fail");

        await probe.Expect("started", "stopped", "started", "stopped");
        (await child.GracefulStop(Patience)).Should().BeTrue();
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task Resumptions_do_not_count()
    {
        var probe = Probe();
        var child = await Child(probe, new OneForOneStrategy(1, null, cause => cause.Message == "slip" ? Directive.Resume : Directive.Restart));

        for (var i = 0; i < 5; i++)
            child.Tell("slip");
        child.Tell("fail");
        child.Tell("slip");

        await probe.Expect("started", "stopped", "started");
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task Under_all_for_one_the_failure_after_a_childs_last_retry_stops_the_siblings_too()
    {
        var probe = Probe();
        var parent = Actors.ActorOf(Props.Create(() => new Parent()).WithSupervisorStrategy(
            new AllForOneStrategy(1, TimeSpan.FromMinutes(5), _ => Directive.Restart)));
        var one = await parent.Ask<IActorRef>(Props.Create(() => new Frail(probe.Ref)), Patience);
        var other = await parent.Ask<IActorRef>(Props.Create(() => new Frail(probe.Ref)), Patience);
        await probe.Expect("started", "started");

        // A restart counts for every child, whichever failed.
        one.Tell("fail");
        var next = new[] { await probe.Next(), await probe.Next(), await probe.Next(), await probe.Next() };
        next.Should().BeEquivalentTo(["stopped", "stopped", "started", "started"]);
        other.Tell("fail");

        await probe.Expect("stopped", "stopped");
        (await one.GracefulStop(Patience) && await other.GracefulStop(Patience)).Should().BeTrue();
        await probe.ExpectNothingBefore("end");
    }

    private async Task<IActorRef> Child(Probe probe, SupervisorStrategy strategy)
    {
        var parent = Actors.ActorOf(Props.Create(() => new Parent()).WithSupervisorStrategy(strategy));
        return await parent.Ask<IActorRef>(Props.Create(() => new Frail(probe.Ref)), Patience);
    }

    private sealed class Parent : ReceiveActor
    {
        public Parent() => Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
    }

    private sealed class Frail : ReceiveActor
    {
        private readonly IActorRef _probe;

        public Frail(IActorRef probe)
        {
            _probe = probe;
            Receive<string>(text => throw new InvalidOperationException(text));
        }

        protected override void PreStart() => _probe.Tell("started");

        protected override void PostStop() => _probe.Tell("stopped");
    }
}
