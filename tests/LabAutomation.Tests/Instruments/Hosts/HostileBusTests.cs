using LabAutomation.Benchmarks.House;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Tests.House;
using Xunit.Abstractions;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A host on a bus that loses, doubles, delays and reorders: never twice, never lost.</summary>
public sealed class HostileBusTests(ITestOutputHelper output)
{
    private const int Callers = 4;

    /// <summary>5,000 messages by default; LONG_BUS_MESSAGES asks for more.</summary>
    private static readonly int Messages = int.TryParse(Environment.GetEnvironmentVariable("LONG_BUS_MESSAGES"), out var messages) ? messages : 5_000;

    [Fact]
    public void Every_command_is_carried_out_once_and_every_result_arrives()
    {
        using var kitchen = Kitchen(8);
        var asked = RunUntil(kitchen, Messages, out var caller);

        var happened = kitchen.Broker.Happened;
        output.WriteLine($"{kitchen.Messages} messages, {asked} actions in {kitchen.Clock.Elapsed.TotalMinutes:0} min of virtual time: {happened}");
        FaultTable.Tell(8, "messages lost, late, doubled or overtaken", happened.Lost + happened.Late + happened.Doubled + happened.Overtaken);
        happened.Delayed.Should().BeGreaterThan(Messages / 4, "some messages have no reader here");
        happened.Doubled.Should().BeGreaterThan(happened.Delayed / 8);
        happened.Overtaken.Should().BeGreaterThan(happened.Delayed / 30);
        (happened.Lost + happened.Late).Should().BeGreaterThan(happened.Delayed / 40);
        kitchen.Poured.Should().HaveCount(asked).And.OnlyHaveUniqueItems();
        caller.Ends.Should().HaveCount(asked);
        caller.Ends.Values.Should().OnlyContain(status => status == ActionStatus.Succeeded);
        caller.Contradicted.Should().BeEmpty();
    }

    [Fact]
    public void A_seed_says_what_happens()
    {
        var first = Trace(5);

        Trace(5).Should().Be(first);
        Trace(6).Should().NotBe(first);

        static (TimeSpan, int, BusFaultCounts) Trace(int seed)
        {
            using var kitchen = Kitchen(seed);
            RunUntil(kitchen, 500, out _);
            return (kitchen.Clock.Elapsed, kitchen.Messages, kitchen.Broker.Happened);
        }
    }

    private static VirtualKitchen Kitchen(int seed) =>
        new(new BusFaults(new Random(seed)) { Latency = TimeSpan.FromMilliseconds(50), Loss = 0.05, Duplicates = 0.2, Reordering = 0.1 });

    /// <returns>How many actions were asked for.</returns>
    private static int RunUntil(VirtualKitchen kitchen, int messages, out StubbornCaller caller)
    {
        var (asked, made) = (0, (StubbornCaller?)null);
        kitchen.Run(async (_, it) =>
        {
            made = it;
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
            {
                while (kitchen.Messages < messages) await it.PourAsync(++asked);
            }));
            await Task.Delay(TimeSpan.FromMinutes(1), kitchen.Clock);
        });
        caller = made!;
        return asked;
    }
}
