using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class DispatcherTests : ActorSystemTest
{
    [Fact]
    public async Task The_synchronized_dispatcher_runs_on_the_context_of_creation()
    {
        using var context = new OneThread();
        var probe = Probe();
        var actor = context.Run(() => Actors.ActorOf(
            Props.Create(() => new Reporter(probe.Ref)).WithDispatcher("akka.actor.synchronized-dispatcher")));

        for (var i = 0; i < 100; i++)
            actor.Tell(i);

        for (var i = 0; i < 100; i++)
            await probe.Expect((i, context.ThreadId));
    }

    [Fact]
    public async Task Children_of_such_an_actor_can_be_on_the_same_context()
    {
        using var context = new OneThread();
        var probe = Probe();
        var parent = context.Run(() => Actors.ActorOf(
            Props.Create(() => new Parent()).WithDispatcher("akka.actor.synchronized-dispatcher")));
        var child = await parent.Ask<IActorRef>(
            Props.Create(() => new Reporter(probe.Ref)).WithDispatcher("akka.actor.synchronized-dispatcher"), Patience);

        child.Tell(1);

        await probe.Expect((1, context.ThreadId));
    }

    [Fact]
    public async Task On_that_context_an_await_leaves_the_actor_but_the_mailbox_still_waits()
    {
        using var context = new OneThread();
        var probe = Probe();
        var actor = context.Run(() => Actors.ActorOf(
            Props.Create(() => new Awaiting(probe.Ref)).WithDispatcher("akka.actor.synchronized-dispatcher")));

        actor.Tell("first");
        actor.Tell(2);

        await probe.Expect("outside of the actor", context.ThreadId, 2);
    }

    [Fact]
    public void Without_a_context_the_synchronized_dispatcher_is_refused()
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var create = () => Actors.ActorOf(Props.Create(() => new Parent()).WithDispatcher("akka.actor.synchronized-dispatcher"), "parent");

            create.Should().Throw<ConfigurationException>().WithInnerException<InvalidOperationException>();
            create.Should().Throw<ConfigurationException>("a refused creation leaves the name free");
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Fact]
    public void An_unknown_dispatcher_is_refused_by_name()
    {
        var create = () => Actors.ActorOf(Props.Create(() => new Parent()).WithDispatcher("no-such-dispatcher"), "parent");

        create.Should().Throw<ConfigurationException>().WithMessage("*no-such-dispatcher*");
    }

    [Fact]
    public async Task The_default_dispatcher_has_its_official_name()
    {
        var probe = Probe();
        var actor = Actors.ActorOf(Props.Create(() => new Reporter(probe.Ref)).WithDispatcher("akka.actor.default-dispatcher"));

        actor.Tell(1);

        (await probe.Next<(int Number, int Thread)>()).Number.Should().Be(1);
    }

    [Fact]
    public async Task A_busy_actor_leaves_turns_to_others()
    {
        var probe = Probe();
        var busy = Enumerable.Range(0, Environment.ProcessorCount * 4).Select(_ => Actors.ActorOf(Props.Create(() => new Busy()))).ToArray();
        foreach (var actor in busy)
            actor.Tell("spin");

        var other = Actors.ActorOf(Props.Create(() => new Reporter(probe.Ref)));
        other.Tell(1);

        (await probe.Next<(int Number, int Thread)>()).Number.Should().Be(1);
        foreach (var actor in busy)
            Actors.Stop(actor);
    }

    private sealed class Parent : ReceiveActor
    {
        public Parent() => Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
    }

    private sealed class Reporter : ReceiveActor
    {
        public Reporter(IActorRef probe) => Receive<int>(number => probe.Tell((number, Environment.CurrentManagedThreadId)));
    }

    private sealed class Awaiting : ReceiveActor
    {
        public Awaiting(IActorRef probe)
        {
            ReceiveAsync<string>(async _ =>
            {
                await Task.Yield();
                try
                {
                    Sender.Tell("inside");
                }
                catch (NotSupportedException)
                {
                    probe.Tell("outside of the actor", ActorRefs.NoSender);
                }
                probe.Tell(Environment.CurrentManagedThreadId, ActorRefs.NoSender);
            });
            Receive<int>(number => probe.Tell(number));
        }
    }

    private sealed class Busy : ReceiveActor
    {
        public Busy() => ReceiveAny(Self.Tell);
    }

    private sealed class OneThread : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _work = [];
        private readonly Thread _thread;

        public OneThread()
        {
            _thread = new Thread(Work) { IsBackground = true };
            _thread.Start();
        }

        public int ThreadId => _thread.ManagedThreadId;

        public override void Post(SendOrPostCallback d, object? state) => _work.TryAdd((d, state));

        public T Run<T>(Func<T> function)
        {
            var result = new TaskCompletionSource<T>();
            Post(_ => result.SetResult(function()), null);
            return result.Task.WaitAsync(Patience).GetAwaiter().GetResult();
        }

        // Left open for what the system posts while it ends after the test.
        public void Dispose() => Post(_ => { }, null);

        private void Work()
        {
            SetSynchronizationContext(this);
            foreach (var (callback, state) in _work.GetConsumingEnumerable())
                callback(state);
        }
    }
}
