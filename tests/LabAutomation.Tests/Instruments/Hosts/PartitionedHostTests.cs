using LabAutomation.Benchmarks.House;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Tests.House;
using Xunit.Abstractions;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>Host and caller are cut off from the broker, one way and both, in the middle of their work.</summary>
public sealed class PartitionedHostTests(ITestOutputHelper output)
{
    /// <summary>60 partitions by default; LONG_BUS_PARTITIONS asks for more.</summary>
    private static readonly int Partitions = int.TryParse(Environment.GetEnvironmentVariable("LONG_BUS_PARTITIONS"), out var partitions) ? partitions : 60;

    /// <summary>After the lease.</summary>
    private static readonly TimeSpan SafeWithin = TimeSpan.FromMilliseconds(250);

    [Fact]
    public void Nothing_happens_twice_and_a_unit_that_hears_nobody_is_safe_in_time()
    {
        using var kitchen = new VirtualKitchen { HasInterlock = true, PouringTime = TimeSpan.FromSeconds(1) };
        var (random, asked, stops, late) = (new Random(7), 0, 0, TimeSpan.Zero);
        StubbornCaller caller = null!;
        kitchen.Run(async (host, it) =>
        {
            caller = it;
            var cuts = true;
            var working = WorkAsync();
            for (var i = 0; i < Partitions; i++)
            {
                await AtWorkAsync(host);
                await Task.Delay(TimeSpan.FromSeconds(3 * random.NextDouble()), kitchen.Clock);
                if (await CutAsync(host, i) is { } wait)
                {
                    stops++;
                    if (wait > late) late = wait;
                }
            }

            cuts = false;
            await AtWorkAsync(host);
            await working;

            async Task WorkAsync()
            {
                while (cuts) await it.PourAsync(++asked);
            }
        });

        var happened = kitchen.Broker.Happened;
        output.WriteLine($"{asked} actions, {stops} safe stops, the latest {late.TotalMilliseconds:0} ms after the host went deaf, with a lease of {VirtualKitchen.Lease.TotalMilliseconds:0} ms: {happened}");
        FaultTable.Tell(7, "partitions of a driver host and its caller", happened.Cuts);
        stops.Should().BeGreaterThan(Partitions / 6);
        (happened.Cuts, happened.GivenUp > Partitions / 4, happened.SentAgain > 0).Should().Be((Partitions, true, true));
        late.Should().BeLessThanOrEqualTo(VirtualKitchen.Lease + SafeWithin);
        kitchen.Poured.Should().OnlyHaveUniqueItems();
        caller.Ends.Should().HaveCount(asked, "no result is lost");
        caller.Contradicted.Should().BeEmpty();
        caller.Ends.Where(end => end.Value == ActionStatus.Succeeded).Select(end => end.Key).Should().BeEquivalentTo(kitchen.Poured);

        // A person clears what was stopped, as soon as that is allowed.
        async Task AtWorkAsync(DriverHost host)
        {
            while (host.State is not (UnitState.Idle or UnitState.Execute))
            {
                caller.Clear();
                await Task.Delay(TimeSpan.FromSeconds(1), kitchen.Clock);
            }
        }

        // How long the device took to be safe after the host went deaf, where it was deaf for longer than the lease.
        async Task<TimeSpan?> CutAsync(DriverHost host, int i)
        {
            var directions = (CutDirections)random.Next(1, 4);
            var (client, length) = (i % 3 == 2 ? StubbornCaller.Client : VirtualKitchen.Host, TimeSpan.FromSeconds(0.2 + (8 * random.NextDouble())));
            var begin = kitchen.Clock.Elapsed;
            var deaf = begin + (directions.HasFlag(CutDirections.Hears) ? TimeSpan.Zero : SimulatedBroker.GiveUpAfter);
            TimeSpan? safe = null;
            kitchen.Device.WhenMadeSafe = () => safe ??= kitchen.Clock.Elapsed;
            kitchen.Broker.Cut(client, directions, length);
            await Task.Delay(length + SimulatedBroker.ReconnectAfter, kitchen.Clock);
            kitchen.Device.WhenMadeSafe = () => { };
            if (client != VirtualKitchen.Host || begin + length < deaf + VirtualKitchen.Lease + SafeWithin) return null;
            safe.Should().NotBeNull($"the host was cut off ({directions}) for {length.TotalSeconds:0.0} s");
            return safe!.Value - deaf;
        }
    }
}
