using System.Collections.Immutable;
using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Robots;
using LabAutomation.Simulators.Synthesis;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Lab.Conforming;

/// <summary>The driver families that come with the lab, each with a simulated device and commands that the kit may send.</summary>
internal static class ConformingFamilies
{
    private static readonly TimeSpan HttpAnswer = TimeSpan.FromSeconds(10);

    private static readonly SortedDictionary<string, Family> Known = new(StringComparer.Ordinal)
    {
        ["new-era-ne1000"] = new("pump-cyan", [("diameter", "26.59")], new ConformanceSample
        {
            Brief = SampleCommand.Of("dispense", ("volume", "0.02 mL"), ("rate", "2 mL/min")),
            Long = SampleCommand.Of("dispense", ("volume", "1 mL"), ("rate", "0.1 mL/min")),
        }),
        ["ika-namur"] = new("stirrer", [], new ConformanceSample
        {
            // Long enough for the motor to turn at 200.0 rpm: before, the speed told is that of the moment at which it was asked for.
            Brief = SampleCommand.Of("stir", ("speed", "200 rpm"), ("duration", "20 s")),
            Long = SampleCommand.Of("stir", ("speed", "200 rpm"), ("duration", "1 h")),

            // The bench stands at 22 °C, and nothing cools the plate.
            Each = [SampleCommand.Of("stir", ("speed", "200 rpm"), ("duration", "20 s")), SampleCommand.Of("heat", ("temperature", "23 °C"))],
        }),
        ["scpi-spectrometer"] = new("spectrometer", [], new ConformanceSample
        {
            Brief = SampleCommand.Of("acquire", ("integration", "20 ms"), ("averages", "2")),
            Long = SampleCommand.Of("acquire", ("integration", "1000 ms"), ("averages", "1000")),
        }),
        ["mettler-mtsics"] = new(null, [], new ConformanceSample { Brief = SampleCommand.Of("tare"), Each = [SampleCommand.Of("weigh"), SampleCommand.Of("tare")] }),
        ["modbus-thermostat"] = new(null, [("framing", "tcp")], new ConformanceSample
        {
            // Its ledger has a line when control is switched on, and none where it is on already.
            Before = SampleCommand.Of("release"),
            Brief = SampleCommand.Of("hold-temperature", ("temperature", "25 °C"), ("settled", "1 s")),
            Repeatable = SampleCommand.Of("release"),
            Long = SampleCommand.Of("hold-temperature", ("temperature", "80 °C"), ("within", "10 h")),
            Each = [SampleCommand.Of("release"), SampleCommand.Of("hold-temperature", ("temperature", "25 °C"), ("settled", "1 s"))],
        }),
        ["microreactor"] = new(null, [], new ConformanceSample
        {
            Brief = SampleCommand.Of("follow", ("to", "90 %"), ("duration", "2 s")),
            Long = SampleCommand.Of("follow", ("to", "90 %"), ("duration", "4 h")),
            Each = [SampleCommand.Of("follow", ("to", "90 %"), ("duration", "2 s")), SampleCommand.Of("scram")],
        }),
        ["scpi-smu"] = new(null, [], new ConformanceSample
        {
            Brief = SampleCommand.Of("sweep", ("from", "0 V"), ("to", "1 V"), ("points", "2")),
            Long = SampleCommand.Of("sweep", ("from", "0 V"), ("to", "1 V"), ("points", "1001"), ("settle", "60 s")),
            Each = [SampleCommand.Of("sweep", ("from", "0 V"), ("to", "1 V"), ("points", "2")), SampleCommand.Of("source-voltage", ("voltage", "0.2 V")), SampleCommand.Of("output-off")],
        }),
        ["opentrons-http"] = new(
            null,
            [("pipette", "p300_single_gen2"), ("tip-slot", "1"), ("slot-1", "opentrons_96_tiprack_300ul"), ("slot-2", "nest_12_reservoir_15ml"), ("slot-3", "nest_96_wellplate_200ul_flat")],
            new ConformanceSample
            {
                Brief = SampleCommand.Of("transfer", ("volume", "20 uL"), ("source-slot", "2"), ("source-well", "1"), ("target-slot", "3"), ("target-well", "1"), ("tip", "1")),
                Each =
                [
                    SampleCommand.Of("home"),
                    SampleCommand.Of("transfer", ("volume", "20 uL"), ("source-slot", "2"), ("source-well", "1"), ("target-slot", "3"), ("target-well", "1"), ("tip", "1")),
                ],
                LinkTimeout = HttpAnswer,
            })
        {
            // The kit asks for the same tip again and again; each exchange has a line of its own.
            Hand = device => device.Surroundings<RobotDeck>().RenewTips(),
        },
        ["http-beamline"] = new(null, [], new ConformanceSample
        {
            Brief = SampleCommand.Of("expose", ("frames", "1")),
            Each = [SampleCommand.Of("expose", ("frames", "1")), SampleCommand.Of("set-transmission", ("transmission", "0.25"))],
            LinkTimeout = HttpAnswer,
        }),
        ["preciseflex-tcs"] = new(null, [("positions", "1-2")], new ConformanceSample { Brief = SampleCommand.Of("transfer", ("from", "1"), ("to", "2")) })
        {
            Hand = device => Attend(device.Surroundings<RoomFloor>(), supplied: 1, cleared: 2),
        },
        ["eurotherm-furnace"] = new(null, [("positions", "21-28")], new ConformanceSample
        {
            Brief = SampleCommand.Of("heat", ("temperature", "30 °C"), ("duration", "1 s"), ("ramp", "200 K/min")),
            Long = SampleCommand.Of("heat", ("temperature", "900 °C"), ("duration", "4 h")),
        }),
        ["quantos-mtsics"] = new(null, [("position", "1")], new ConformanceSample
        {
            Brief = SampleCommand.Of("dose", ("target", "1"), ("recipe", "1"), ("mass", "5 mg")),
            Long = SampleCommand.Of("dose", ("target", "1"), ("recipe", "1"), ("mass", "5000 mg")),
        })
        {
            Hand = device => device.Surroundings<RoomFloor>().Clear(1),
        },
        ["scpi-diffractometer"] = new(null, [("position", "61")], new ConformanceSample
        {
            Brief = SampleCommand.Of("scan", ("duration", "5 s")),
            Long = SampleCommand.Of("scan", ("duration", "10 h")),
        })
        {
            Hand = device => device.Surroundings<RoomFloor>().Supply(61),
        },
        ["http-imager"] = new(null, [], new ConformanceSample { Brief = SampleCommand.Of("capture"), LinkTimeout = HttpAnswer }),
    };

    public static IReadOnlyCollection<string> Names => Known.Keys;

    public static ConformanceSample SampleOf(string family) => Known[family].Sample;

    public static ImmutableSortedDictionary<string, string> SettingsOf(string family) =>
        Known[family].Settings.ToImmutableSortedDictionary(setting => setting.Key, setting => setting.Value, StringComparer.Ordinal);

    public static IDriver Driver(string family, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock) =>
        DriverFamilies.BuiltIn.Create(new DriverSettings(family, SettingsOf(family)), connect, labClock, linkClock);

    /// <summary>A driver that tells what it offers, and has no device.</summary>
    public static IDriver Undriven(string family) => Driver(family, _ => throw new NotSupportedException("a description needs no device"), TimeProvider.System, TimeProvider.System);

    /// <param name="broker">A simulated one where null.</param>
    public static InProcessSetup Setup(string family, Func<TimeProvider, Task<(ConformanceBroker Broker, IAsyncDisposable? Lifetime)>>? broker = null)
    {
        var known = Known[family];
        var values = SettingsOf(family);
        return ConformingWorld.Setup(
            family,
            values,
            DriverFamilies.BuiltIn,
            known.Sample.LinkTimeout,
            clock => known.OnBench is { } name ? OnBench(name, clock) : ConformingWorld.Alone(SimulatedFamilies.BuiltIn.Maker(family), family, values, clock, known.Hand),
            broker);
    }

    /// <summary>The kit asks for the same carriage again and again.</summary>
    private static void Attend(RoomFloor floor, int supplied, int cleared)
    {
        floor.Supply(supplied);
        floor.Clear(cleared);
    }

    private static ConformanceDevice OnBench(string name, TimeProvider clock)
    {
        var bench = new ColourBench(ConformingWorld.Seed, clock);
        return new ConformanceDevice(() => bench.Connect(name), () => ConformingWorld.Texts(bench.Effects, name), bench) { IsAtRest = () => bench.IsAtRest(name) };
    }

    /// <param name="OnBench">The device's name on the colour bench; null where it stands alone.</param>
    private sealed record Family(string? OnBench, (string Key, string Value)[] Settings, ConformanceSample Sample)
    {
        /// <summary>What somebody does at the device whenever a line to it is opened.</summary>
        public Action<SimulatedDevice>? Hand { get; init; }
    }
}
