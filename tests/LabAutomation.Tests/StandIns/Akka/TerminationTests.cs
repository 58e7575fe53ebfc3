using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class TerminationTests : ActorSystemTest
{
    [Fact]
    public async Task Children_stop_before_their_parents_and_all_before_the_system()
    {
        var order = new List<string>();
        var ready = Probe();
        Actors.ActorOf(Props.Create(() => new Node(order, ready.Ref, 3)), "top");
        for (var i = 0; i < 4; i++)
            await ready.Next();

        await Actors.Terminate().WaitAsync(Patience);

        order.Should().Equal("depth 0", "depth 1", "depth 2", "depth 3");
        Actors.WhenTerminated.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public async Task What_is_registered_runs_after_the_actors_have_stopped()
    {
        var order = new List<string>();
        var ready = Probe();
        Actors.ActorOf(Props.Create(() => new Node(order, ready.Ref, 0)));
        await ready.Next();
        var last = new TaskCompletionSource();
        Actors.RegisterOnTermination(() =>
        {
            order.Add("second");
            last.SetResult();
        });
        Actors.RegisterOnTermination(() => order.Add("first"));

        await Actors.Terminate().WaitAsync(Patience);
        await last.Task.WaitAsync(Patience);

        order.Should().Equal("depth 0", "first", "second");
    }

    [Fact]
    public async Task A_terminated_system_makes_no_actors()
    {
        await Actors.Terminate().WaitAsync(Patience);

        var create = () => Actors.ActorOf(Props.Create(() => new Node(new List<string>(), ActorRefs.Nobody, 0)));

        create.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public async Task An_actor_made_while_the_system_terminates_is_refused_or_stopped()
    {
        for (var round = 0; round < 200; round++)
        {
            var system = ActorSystem.Create("race");
            var count = new Count();
            using var go = new ManualResetEventSlim();
            var making = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(() => Make(system, count, go), TaskCreationOptions.LongRunning)).ToArray();
            go.Set();
            Thread.SpinWait(round * 100);

            var end = system.Terminate();
            await Task.WhenAll(making).WaitAsync(Patience);
            await end.WaitAsync(Patience);

            SpinWait.SpinUntil(() => Volatile.Read(ref count.Running) == 0, Patience).Should().BeTrue($"none runs on (round {round})");
        }

        static void Make(ActorSystem system, Count count, ManualResetEventSlim go)
        {
            go.Wait();
            try
            {
                while (true) system.ActorOf(Props.Create(() => new Counted(count)));
            }
            catch (InvalidOperationException)
            {
                // The system has ended, or is about to.
            }
        }
    }

    [Fact]
    public void Dispose_waits_for_the_end()
    {
        var system = ActorSystem.Create("disposable");

        system.Dispose();

        system.WhenTerminated.IsCompleted.Should().BeTrue();
    }

    [Fact]
    public async Task Terminating_twice_is_terminating_once()
    {
        var first = Actors.Terminate();
        var second = Actors.Terminate();

        await Task.WhenAll(first, second).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_poison_pill_and_a_stop_let_nothing_through_that_came_after_them()
    {
        var probe = Probe();
        using var gate = new ManualResetEventSlim();
        var swallowing = Actors.ActorOf(Props.Create(() => new Blocked(gate, probe.Ref)));
        var stopped = Actors.ActorOf(Props.Create(() => new Blocked(gate, probe.Ref)));

        swallowing.Tell("block");
        swallowing.Tell("after block");
        swallowing.Tell(PoisonPill.Instance);
        swallowing.Tell("never");
        stopped.Tell("block");
        stopped.Tell("stop");
        stopped.Tell("never");
        gate.Set();
        await Task.WhenAll(swallowing.GracefulStop(Patience), stopped.GracefulStop(Patience));

        await probe.Expect("after block");
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task A_graceful_stop_that_takes_too_long_is_false()
    {
        using var gate = new ManualResetEventSlim();
        var actor = Actors.ActorOf(Props.Create(() => new Blocked(gate, ActorRefs.Nobody)));
        actor.Tell("block");

        (await actor.GracefulStop(TimeSpan.FromMilliseconds(20))).Should().BeFalse();
        gate.Set();
    }

    [Fact]
    public async Task A_disposable_actor_is_disposed_after_it_has_stopped()
    {
        var probe = Probe();
        var actor = Actors.ActorOf(Props.Create(() => new Disposable(probe.Ref)));

        await actor.GracefulStop(Patience);

        await probe.Expect("PostStop", "Dispose");
    }

    private sealed class Node : ReceiveActor
    {
        private readonly List<string> _order;
        private readonly int _depth;

        public Node(List<string> order, IActorRef ready, int depth)
        {
            _order = order;
            _depth = depth;
            if (depth > 0)
                Context.ActorOf(Props.Create(() => new Node(order, ready, depth - 1)));
            ready.Tell(depth);
        }

        protected override void PostStop() => _order.Add($"depth {_depth}");
    }

    private sealed class Blocked : ReceiveActor
    {
        public Blocked(ManualResetEventSlim gate, IActorRef probe)
        {
            Receive<string>(text => text == "block", _ => gate.Wait(Patience));
            Receive<string>(text => text == "stop", _ => Context.Stop(Self));
            ReceiveAny(probe.Tell);
        }
    }

    private sealed class Disposable(IActorRef probe) : ReceiveActor, IDisposable
    {
        public void Dispose() => probe.Tell("Dispose");

        protected override void PostStop() => probe.Tell("PostStop");
    }

    private sealed class Count
    {
        public int Running;
    }

    private sealed class Counted : ReceiveActor
    {
        private readonly Count _count;

        public Counted(Count count)
        {
            _count = count;
            Interlocked.Increment(ref count.Running);
        }

        protected override void PostStop() => Interlocked.Decrement(ref _count.Running);
    }
}
