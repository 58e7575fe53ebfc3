using System.Collections.Immutable;
using LabAutomation.Models;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns;

/// <summary>What the instruments of the example bench offer, written by hand.</summary>
internal static class Births
{
    public static ImmutableArray<Birth> Bench { get; } =
    [
        Pump("pump-cyan"), Pump("pump-magenta"), Pump("pump-yellow"), Pump("pump-water"), Pump("pump-waste"),
        Of("stirrer",
            new CommandDescription("stir", "Stirs.", Effect.Set, [Parameter("speed", "rpm", 50, 1700), Parameter("duration", "s", 1, 3600)], [], 2),
            new CommandDescription("heat", "Heats.", Effect.Set, [Parameter("temperature", "°C", 20, 310)],
                [new OutputDescription("temperature", "Reached.", Unit.Parse("°C"))], 2),
            new CommandDescription("cool", "Stops heating.", Effect.Set, [], [], 2)),
        Of("spectrometer",
            new CommandDescription("acquire", "Measures.", Effect.Read,
                [Parameter("integration", "ms", 1, 1000), Parameter("averages", "1", 1, 100, 1)],
                [
                    new OutputDescription("spectrum", "Wavelength and absorbance.", Unit.Parse("AU"), Series: true, Columns: [new("wavelength", Unit.Parse("nm")), new("absorbance", Unit.Parse("AU"))]),
                    new OutputDescription("raw", "Of which it says nothing.", Unit.Parse("AU"), Series: true),
                    new OutputDescription("trace", "Over time.", Unit.Parse("AU"), Series: true, Columns: [new("time", Unit.Parse("s")), new("wavelength", Unit.Parse("s"))]),
                ], 2)),
    ];

    /// <summary>What the instrument of campaigns/beamline.lab.json offers.</summary>
    public static ImmutableArray<Birth> Beamline { get; } =
    [
        Of("beamline",
            new CommandDescription("set-transmission", "Attenuates.", Effect.Set, [Parameter("transmission", "1", 0.001, 1)], [], 2),
            new CommandDescription("move-stage", "Moves.", Effect.Set, [Parameter("position", "um", -50, 50)], [], 2),
            new CommandDescription("expose", "Takes frames.", Effect.Consume, [Parameter("frames", "1", 1, 24, 16)],
                [new OutputDescription("frames", "Taken.", Unit.One, Media: "image"), new OutputDescription("taken", "How many.", Unit.One)], 2)),
    ];

    /// <summary>For campaigns that name no model: they must not open any.</summary>
    public static Lazy<ModelRegistry> NoModels { get; } = new(() => throw new InvalidOperationException("a campaign without a model opened the models"));

    public static Birth Reactor { get; } = Of("reactor", Run("follow"), Run("schedule", Parameter("turn", "deg", 0, 60), Parameter("follow-up", "deg", 0, 90), Parameter("relax", "s", 5, 600)));

    private static CommandDescription Run(string name, params ImmutableArray<ParameterDescription> more) =>
        new(name, "Runs.", Effect.Set,
            [
                Parameter("from", "%", 55, 100, 100), Parameter("to", "%", 55, 100), Parameter("then", "%", 55, 100, 100), Parameter("ramp", "%/min", 0.5, 6000, 10),
                Parameter("lead", "s", 0, 600, 20), Parameter("hold", "s", 0, 7200, 60), Parameter("duration", "s", 2, 14400, 300), .. more,
            ],
            [new OutputDescription("track", "Second by second.", Unit.Parse("%"), Series: true)], 10);

    private static Birth Pump(string name) => Of(name, Move("dispense"), Move("withdraw"));

    private static CommandDescription Move(string name) =>
        new(name, "Moves liquid.", Effect.Consume, [Parameter("volume", "mL", 0.01, 60), Parameter("rate", "mL/min", 0.01, 60)],
            [new OutputDescription("volume", "Moved.", Unit.Parse("mL"))], 2);

    private static ParameterDescription Parameter(string name, string unit, double low, double high, double? standard = null) =>
        new(name, $"The {name}.", Unit.Parse(unit), low, high, standard);

    private static Birth Of(string name, params ImmutableArray<CommandDescription> commands) => new(
        "1", name, "test", new InstrumentIdentity("Maker", "Model", "1", "1.0"), true, 1, SchemaHashes.Of(commands, []), commands, [], 1,
            DateTimeOffset.UnixEpoch);
}
