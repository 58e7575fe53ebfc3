using System.Globalization;
using LabAutomation.Conformance;
using LabAutomation.Hosting.Broker;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.Benchmarks.House;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>
/// A driver host in a process of its own, killed by SIGKILL before and after every write of its journal, around its answers and results, and
/// between bytes of its device, then started again and asked again by its caller.
/// </summary>
[Trait("Length", "long")]
[Trait("Faults", "real")]
public sealed class KilledDriverTests(ITestOutputHelper output)
{
    /// <summary>200 kills by default; LONG_DRIVER_KILLS asks for more.</summary>
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("LONG_DRIVER_KILLS"), out var kills) ? kills : 200;

    /// <summary>Kills of two hundred that each instrument gets.</summary>
    private static readonly (Doom Doom, int Share)[] Dooms =
    [
        (new("pump", "new-era-ne1000", Effect.Consume, _ => SampleCommand.Of("dispense", ("volume", "0.02 mL"), ("rate", "2 mL/min"))), 40),
        (new("robot", "opentrons-http", Effect.Consume, Transfer), 30),
        (new("doser", "quantos-mtsics", Effect.Consume, _ => SampleOf("quantos-mtsics")), 30),
        (new("furnace", "eurotherm-furnace", Effect.Consume, _ => SampleOf("eurotherm-furnace")), 25),
        (new("beamline", "http-beamline", Effect.Consume, _ => SampleOf("http-beamline")), 15),
        (new("arm", "preciseflex-tcs", Effect.Relative, _ => SampleOf("preciseflex-tcs")), 20),
        (new("stirrer", "ika-namur", Effect.Relative, _ => SampleOf("ika-namur")), 20),
        (new("balance", "mettler-mtsics", Effect.Set, _ => SampleCommand.Of("tare")), 10),
        (new("spectrometer", "scpi-spectrometer", Effect.Read, _ => SampleCommand.Of("acquire", ("integration", "20 ms"), ("averages", "2"))), 10),
    ];

    [Fact]
    public async Task Killed_at_every_boundary_nothing_is_done_twice_by_the_devices_own_lists()
    {
        var table = new KillTable();
        await using var broker = new EmbeddedBroker(NullLogger<EmbeddedBroker>.Instance);
        await broker.StartAsync();
        var began = TimeProvider.System.GetTimestamp();

        await Task.WhenAll(Dooms.Select(async doom =>
        {
            await using var instrument = new DoomedInstrument(doom.Doom, broker, table);
            await instrument.RunAsync(doom.Share * Kills / 200);
        }));

        output.WriteLine(table.ToString());
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s"));
        var all = KillRow.Sum("all", table.Rows);
        FaultTable.Tell(1, "kills of a driver host", all.Kills);
        all.Kills.Should().Be(Kills);
        all.Twice.Should().Be(0, table.ToString());
        all.Wrong.Should().BeEmpty(table.ToString());
        table.Rows.Select(row => row.Name.Split(',')[0]).Distinct().Should().Contain(["nothing", "accepted", "started", "marked", "ended"], "every stage of an action was hit");
    }

    [Fact]
    public void Every_family_with_a_command_that_may_be_done_once_only_is_killed()
    {
        var onceOnly = ConformingFamilies.Names.Where(family => ConformingFamilies.Undriven(family).Commands.Any(command => !LedgerAgreement.MayRepeat(command.Effect)));

        Dooms.Where(doom => !LedgerAgreement.MayRepeat(doom.Doom.Effect)).Select(doom => doom.Doom.Family).Should().BeEquivalentTo(onceOnly);
    }

    private static SampleCommand SampleOf(string family) => ConformingFamilies.SampleOf(family).Brief!;

    private static SampleCommand Transfer(int n) => SampleCommand.Of(
        "transfer", ("volume", "20 uL"), ("source-slot", "2"), ("source-well", "1"), ("target-slot", "3"), ("target-well", Text(1 + (n % 96))), ("tip", Text(1 + (n % 96))));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
