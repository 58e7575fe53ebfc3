using System.Text;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Protocol.Bus;

public sealed class SimulatedBusTests : BusContract
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_dropped_client_comes_back_by_itself()
    {
        var broker = new SimulatedBroker(_clock);
        await using var bus = broker.CreateBus("one");
        await bus.StartAsync(CancellationToken.None);

        broker.Drop("one");
        bus.IsConnected.Should().BeFalse();
        _clock.Advance(SimulatedBroker.ReconnectAfter);

        bus.IsConnected.Should().BeTrue();
    }

    [Fact]
    public async Task A_retained_message_goes_when_its_time_is_up()
    {
        var broker = new SimulatedBroker(_clock);
        await using var bus = broker.CreateBus("one");
        await bus.StartAsync(CancellationToken.None);
        await bus.PublishAsync(Message("short", 10), CancellationToken.None);
        await bus.PublishAsync(Message("long", 60), CancellationToken.None);

        _clock.Advance(TimeSpan.FromSeconds(15));

        var message = await (await Mailbox.OpenAsync(bus, "lab/#")).NextAsync();
        (message.Topic, message.ExpirySeconds).Should().Be(("lab/long", 45u));
    }

    [Fact]
    public async Task What_a_client_missed_goes_when_its_time_is_up()
    {
        var broker = new SimulatedBroker(_clock);
        await using var one = broker.CreateBus("one");
        await using var two = broker.CreateBus("two");
        await one.StartAsync(CancellationToken.None);
        await two.StartAsync(CancellationToken.None);
        var mailbox = await Mailbox.OpenAsync(two, "lab/#");

        broker.Sever("two");
        await one.PublishAsync(Message("short", 10) with { Retain = false }, CancellationToken.None);
        await one.PublishAsync(Message("long", 60) with { Retain = false }, CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(15));
        broker.Mend("two");

        (await mailbox.NextAsync()).Topic.Should().Be("lab/long");
    }

    [Fact]
    public async Task A_second_client_with_the_same_id_is_refused_while_the_first_is_connected()
    {
        var broker = new SimulatedBroker(_clock);
        await using var first = broker.CreateBus("one");
        await using var second = broker.CreateBus("one");
        await first.StartAsync(CancellationToken.None);

        await second.Awaiting(bus => bus.StartAsync(CancellationToken.None)).Should().ThrowAsync<BusRefusedException>().WithMessage("*one*");
    }

    [Fact]
    public async Task Whoever_takes_the_place_of_a_lost_client_starts_afresh()
    {
        var broker = new SimulatedBroker(_clock);
        await using var lost = broker.CreateBus("one");
        await lost.StartAsync(CancellationToken.None);
        var old = await Mailbox.OpenAsync(lost, "lab/#");
        broker.Drop("one");
        await using var heir = broker.CreateBus("one");
        await heir.StartAsync(CancellationToken.None);

        _clock.Advance(TimeSpan.FromSeconds(1));
        var mailbox = await Mailbox.OpenAsync(heir, "lab/#");
        await heir.PublishAsync(Message("x", 10), CancellationToken.None);

        (await mailbox.NextAsync()).Topic.Should().Be("lab/x");
        lost.IsConnected.Should().BeFalse();
        old.Should().Match<Mailbox>(box => !box.HasMail);
    }

    [Fact]
    public async Task A_reader_that_stands_still_holds_the_writer_back()
    {
        var broker = new SimulatedBroker(_clock);
        await using var one = broker.CreateBus("one");
        await using var two = broker.CreateBus("two");
        await one.StartAsync(CancellationToken.None);
        await two.StartAsync(CancellationToken.None);
        using var gate = new ManualResetEventSlim();
        var mailbox = new Mailbox();
        await two.SubscribeAsync("lab/#", message => { gate.Wait(); mailbox.Put(message); }, CancellationToken.None);

        var publishing = Enumerable.Range(0, 1000).Select(i => one.PublishAsync(Message($"{i}", 10), CancellationToken.None)).ToArray();

        publishing.Count(task => task.IsCompleted).Should().Be(SimulatedBus.MaximumInFlight);
        gate.Set();
        await Task.WhenAll(publishing).Soon();
        for (var i = 0; i < 1000; i++) (await mailbox.NextAsync()).Topic.Should().Be($"lab/{i}");
    }

    [Fact]
    public void On_one_thread_the_same_calls_give_the_same_deliveries()
    {
        var first = Run();

        first.Should().HaveCountGreaterThan(100);
        Run().Should().Equal(first);

        static List<string> Run()
        {
            var thread = new OneThread();
            var trace = new List<string>();
            thread.Run(async () =>
            {
                var broker = new SimulatedBroker(new FakeTimeProvider());
                var buses = Enumerable.Range(0, 3).Select(i => broker.CreateBus($"bus{i}")).ToArray();
                foreach (var bus in buses)
                {
                    await bus.StartAsync(CancellationToken.None);
                    await bus.SubscribeAsync("lab/+", message => trace.Add($"{bus.ClientId} {message.Topic}"), CancellationToken.None);
                }

                await Task.WhenAll(buses.Select(async bus =>
                {
                    for (var i = 0; i < 20; i++) await bus.PublishAsync(new BusMessage($"lab/{bus.ClientId}-{i}", default), CancellationToken.None);
                }));
                broker.Sever("bus1");
                await buses[0].PublishAsync(new BusMessage("lab/last", default), CancellationToken.None);
                broker.Mend("bus1");
            });
            return trace;
        }
    }

    protected override Task<BusStage> OpenAsync() => Task.FromResult<BusStage>(new Stage(new SimulatedBroker(_clock)));

    private static BusMessage Message(string name, uint seconds) =>
        new($"lab/{name}", Encoding.UTF8.GetBytes(name)) { Retain = true, ExpirySeconds = seconds };

    private sealed class Stage(SimulatedBroker broker) : BusStage
    {
        public override ILabBus Create(string clientId, BusMessage? will = null) => broker.CreateBus(clientId, will, Accounts[clientId]);

        public override void Cut(string clientId) => broker.Sever(clientId);

        public override void Restore(string clientId) => broker.Mend(clientId);

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Runs everything that is posted to it, in order, until nothing is left.</summary>
    private sealed class OneThread : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Call, object? State)> _calls = new();

        public override void Post(SendOrPostCallback d, object? state) => _calls.Enqueue((d, state));

        public void Run(Func<Task> main)
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                var task = main();
                while (_calls.TryDequeue(out var next)) next.Call(next.State);
                task.IsCompleted.Should().BeTrue();
                task.GetAwaiter().GetResult();
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }
    }
}
