using LabAutomation.Benchmarks;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>The short form of the benchmark mqtt-fuzz. It counts what nobody caught in the whole process, so it runs alone.</summary>
[Collection(nameof(MemoryMeasured))]
public sealed class FuzzTests
{
    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task Ten_thousand_spoiled_packets_do_not_harm_the_broker() => Require(await new BrokerFuzz(10_000, seed: 11).RunAsync(), 10_000);

    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task Ten_thousand_spoiled_packets_do_not_harm_the_client() => Require(await new ClientFuzz(10_000, seed: 12).RunAsync(), 10_000);

    private static void Require(FuzzReport report, int packets)
    {
        report.Packets.Should().BeGreaterThanOrEqualTo(packets);
        report.UnhandledExceptions.Should().Be(0, report.FirstFault);
        report.Hangs.Should().Be(0);
        report.OpenConnections.Should().Be(0);
    }
}
