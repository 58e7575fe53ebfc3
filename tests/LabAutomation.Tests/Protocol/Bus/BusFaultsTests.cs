using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Simulators.Time;

namespace LabAutomation.Tests.Protocol.Bus;

/// <summary>What a hostile bus does to 200 messages for two readers, fault by fault.</summary>
public sealed class BusFaultsTests
{
    private const int Sent = 200;

    private static readonly string[] All = [.. Enumerable.Range(0, Sent).Select(i => $"lab/{i}")];

    [Fact]
    public void With_all_faults_off_every_turn_is_what_it_is_without_them()
    {
        var with = new Run(new BusFaults(new Random(1)));

        with.Trace.Should().Equal(new Run(null).Trace);
        with.Turns.Should().Be(new Run(null).Turns);
        with.Happened.Should().Be(new BusFaultCounts());
        with.At("one").Should().Equal(All);
    }

    [Fact]
    public void The_same_seed_gives_the_same_deliveries_and_another_seed_others()
    {
        var first = new Run(Everything(3));

        new Run(Everything(3)).Trace.Should().Equal(first.Trace);
        new Run(Everything(3)).Happened.Should().Be(first.Happened);
        new Run(Everything(4)).Trace.Should().NotEqual(first.Trace);
    }

    [Fact]
    public void Latency_delays_and_keeps_the_order()
    {
        var run = new Run(new BusFaults(new Random(1)) { Latency = TimeSpan.FromMilliseconds(40) });

        run.At("one").Should().Equal(All);
        run.At("two").Should().Equal(All);
        run.Happened.Should().Be(new BusFaultCounts { Delayed = run.Happened.Delayed });
        run.Happened.Delayed.Should().BeGreaterThan(Sent);
        run.LongestWait.Should().BeGreaterThan(TimeSpan.FromMilliseconds(30)).And.BeLessThanOrEqualTo(TimeSpan.FromMilliseconds(40));
    }

    [Fact]
    public void Loss_takes_messages_from_one_reader_and_not_from_the_other()
    {
        var run = new Run(new BusFaults(new Random(1)) { Loss = 0.2 });

        run.At("one").Should().BeSubsetOf(All).And.OnlyHaveUniqueItems();
        run.Happened.Lost.Should().BeInRange(40, 120);
        run.Trace.Should().HaveCount((2 * Sent) - run.Happened.Lost);
        run.At("one").Union(run.At("two")).Count().Should().BeGreaterThan(run.At("one").Count());
    }

    [Fact]
    public void What_is_retained_comes_late_instead_of_never_and_what_is_behind_it_waits()
    {
        var run = new Run(new BusFaults(new Random(1)) { Loss = 0.05 }, retain: true);

        run.At("one").Should().Equal(All);
        run.At("two").Should().Equal(All);
        (run.Happened.Lost, run.Happened.Late).Should().Be((0, run.Happened.Late));
        run.Happened.Late.Should().BePositive();
        run.LongestWait.Should().BeGreaterThanOrEqualTo(BusFaults.ResendAfter);
    }

    [Fact]
    public void Duplicates_come_a_second_time_and_nothing_is_missing()
    {
        var run = new Run(new BusFaults(new Random(1)) { Duplicates = 0.2 });

        run.At("one").Distinct().Should().Equal(All);
        run.Happened.Doubled.Should().BeInRange(40, 120);
        run.Trace.Should().HaveCount((2 * Sent) + run.Happened.Doubled);
        run.Happened.Should().Be(new BusFaultCounts { Doubled = run.Happened.Doubled });
    }

    [Fact]
    public void Reordering_holds_messages_back_until_others_have_overtaken_them()
    {
        var run = new Run(new BusFaults(new Random(1)) { Reordering = 0.2 });

        run.At("one").Should().BeEquivalentTo(All).And.NotEqual(All);
        run.Happened.Overtaken.Should().BeInRange(20, 120);
        run.Trace.Should().HaveCount(2 * Sent);
    }

    [Fact]
    public void What_is_under_way_when_a_link_breaks_comes_after_it_in_order()
    {
        var run = new Run(new BusFaults(new Random(1)) { Latency = TimeSpan.FromMilliseconds(40) }, during: (broker, i) =>
        {
            if (i == 100) broker.Drop("one");
        });

        run.At("one").Should().Equal(All);
    }

    [Fact]
    public void Faults_that_are_switched_off_let_nothing_overtake_what_is_under_way()
    {
        var faults = new BusFaults(new Random(1)) { Latency = TimeSpan.FromMilliseconds(40) };
        var run = new Run(faults, during: (_, i) =>
        {
            if (i == 100) faults.Latency = TimeSpan.Zero;
        });

        run.At("one").Should().Equal(All);
        run.Happened.Delayed.Should().BeGreaterThan(100);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void What_is_no_share_is_refused(double value)
    {
        var faults = new BusFaults(new Random(1));

        faults.Invoking(it => it.Loss = value).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*between 0 and 1*");
    }

    private static BusFaults Everything(int seed) => new(new Random(seed)) { Latency = TimeSpan.FromMilliseconds(20), Loss = 0.05, Duplicates = 0.2, Reordering = 0.1 };

    /// <summary>One message each millisecond, and time for all of them to arrive.</summary>
    private sealed class Run
    {
        public Run(BusFaults? faults, bool retain = false, Action<SimulatedBroker, int>? during = null)
        {
            var clock = new VirtualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
            var loop = new VirtualLoop(clock);
            var broker = new SimulatedBroker(clock, faults: faults);
            var sent = new Dictionary<string, TimeSpan>();
            loop.Run(async () =>
            {
                await using var writer = broker.CreateBus("writer");
                await using var one = broker.CreateBus("one");
                await using var two = broker.CreateBus("two");
                await writer.StartAsync(CancellationToken.None);
                foreach (var reader in new[] { one, two })
                {
                    await reader.StartAsync(CancellationToken.None);
                    await reader.SubscribeAsync("lab/+", message => Hear(reader.ClientId, message.Topic), CancellationToken.None);
                }

                for (var i = 0; i < Sent; i++)
                {
                    sent[All[i]] = clock.Elapsed;
                    await writer.PublishAsync(new BusMessage(All[i], new byte[] { 1 }) { Retain = retain }, CancellationToken.None);
                    during?.Invoke(broker, i);
                    await Task.Delay(TimeSpan.FromMilliseconds(1), clock);
                }

                await Task.Delay(TimeSpan.FromMinutes(1), clock);
            });
            loop.FirstFromOutside.Should().BeNull();
            (Turns, Happened) = (loop.Turns, broker.Happened);

            void Hear(string reader, string topic)
            {
                Trace.Add($"{reader} {topic} {clock.Elapsed.TotalMilliseconds}");
                Heard.Add((reader, topic));
                if (clock.Elapsed - sent[topic] is var wait && wait > LongestWait) LongestWait = wait;
            }
        }

        public List<string> Trace { get; } = [];

        public long Turns { get; }

        public BusFaultCounts Happened { get; }

        public TimeSpan LongestWait { get; private set; }

        private List<(string Reader, string Topic)> Heard { get; } = [];

        public IEnumerable<string> At(string reader) => Heard.Where(heard => heard.Reader == reader).Select(heard => heard.Topic);
    }
}
