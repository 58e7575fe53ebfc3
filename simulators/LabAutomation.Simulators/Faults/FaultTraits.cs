using System.Collections.Frozen;
using System.Collections.Immutable;

namespace LabAutomation.Simulators.Faults;

/// <summary>What a kind of fault strikes and which figures it needs.</summary>
/// <param name="Name">In fault files.</param>
/// <param name="Longest">The longest a drawn one lasts; zero for one that is over at once.</param>
/// <param name="Amount">What the amount is and between which bounds it is drawn; null where there is none.</param>
/// <param name="AtWrite">Whether it may also strike at a write, counted from the start.</param>
/// <param name="Families">The families of instruments it can strike; all where null.</param>
/// <param name="AtMessage">Whether it may also strike at a message that reaches the broker, counted from the start.</param>
/// <param name="IsOrder">Whether it is what people do to the queue. It is drawn where several campaigns share a lab.</param>
public sealed record FaultTraits(FaultKind Kind, string Name, FaultTarget Target, TimeSpan Longest, FaultAmount? Amount = null, bool AtWrite = false, bool AtMessage = false, string[]? Families = null, bool IsOrder = false)
{
    private static readonly string[] Measuring = ["scpi-spectrometer", "mettler-mtsics", "modbus-thermostat", "eurotherm-furnace"];

    /// <summary>In the order of <see cref="FaultKind"/>.</summary>
    public static ImmutableArray<FaultTraits> All { get; } =
    [
        new(FaultKind.Silence, "silence", FaultTarget.Instrument, Minutes(10)),
        new(FaultKind.Garbage, "garbage", FaultTarget.Instrument, Minutes(2)),
        new(FaultKind.Echo, "echo", FaultTarget.Instrument, Minutes(2)),
        new(FaultKind.CutShort, "cut-short", FaultTarget.Instrument, Minutes(2), new("bytes of each answer that come", 0, 1000, 0, 12, IsWhole: true)),
        new(FaultKind.WrongChecksum, "wrong-checksum", FaultTarget.Instrument, Minutes(10), Families: ["modbus-thermostat"]),
        new(FaultKind.Late, "late", FaultTarget.Instrument, Minutes(2), new("seconds", 0.001, 3600, 0.1, 20)),
        new(FaultKind.Stuck, "stuck", FaultTarget.Instrument, Minutes(20), Families: Measuring),
        new(FaultKind.Drift, "drift", FaultTarget.Instrument, Minutes(60), new("share of the value per hour", -10, 10, -0.5, 0.5), Families: Measuring),
        new(FaultKind.Empty, "empty", FaultTarget.Instrument, Minutes(30), new("mL that still come", 0, 1000, 0, 0.5), Families: ["new-era-ne1000"]),
        new(FaultKind.DriverCrash, "driver-crash", FaultTarget.Instrument, Minutes(2)),
        new(FaultKind.Crash, "crash", FaultTarget.Lab, Minutes(240), AtWrite: true, AtMessage: true),
        new(FaultKind.PowerCut, "power-cut", FaultTarget.Lab, Minutes(240), AtWrite: true, AtMessage: true),
        new(FaultKind.TornWrite, "torn-write", FaultTarget.Lab, Minutes(30), new("share of the write that is there", 0, 1, 0, 1), AtWrite: true),
        new(FaultKind.Freeze, "freeze", FaultTarget.Lab, Minutes(10)),
        new(FaultKind.FullDisk, "full-disk", FaultTarget.Lab, Minutes(5)),
        new(FaultKind.FailingSync, "failing-sync", FaultTarget.Lab, Minutes(1)),
        new(FaultKind.SlowDisk, "slow-disk", FaultTarget.Lab, Minutes(5), new("seconds for each write", 0.0001, 60, 0.01, 3)),
        new(FaultKind.Latency, "latency", FaultTarget.Lab, Minutes(10), new("seconds at most", 0.0001, 60, 0.01, 2)),
        new(FaultKind.Loss, "loss", FaultTarget.Lab, Minutes(10), new("share of the messages", 0.001, 1, 0.01, 0.3)),
        new(FaultKind.Duplicates, "duplicates", FaultTarget.Lab, Minutes(10), new("share of the messages", 0.001, 1, 0.05, 0.5)),
        new(FaultKind.Reordering, "reordering", FaultTarget.Lab, Minutes(10), new("share of the messages", 0.001, 1, 0.05, 0.5)),
        new(FaultKind.Partition, "partition", FaultTarget.Client, Minutes(5)),
        new(FaultKind.Deaf, "deaf", FaultTarget.Client, Minutes(5)),
        new(FaultKind.Mute, "mute", FaultTarget.Client, Minutes(5)),
        new(FaultKind.BrokerRestart, "broker-restart", FaultTarget.Lab, Minutes(2)),
        new(FaultKind.BrokerLoss, "broker-loss", FaultTarget.Lab, Minutes(2)),
        new(FaultKind.ClockStep, "clock-step", FaultTarget.Lab, TimeSpan.Zero, new("seconds", -86_400, 86_400, -3600, 3600)),
        new(FaultKind.Absence, "absence", FaultTarget.Lab, Minutes(600)),
        new(FaultKind.Hold, "hold", FaultTarget.Campaign, Minutes(60), IsOrder: true),
        new(FaultKind.Move, "move", FaultTarget.Campaign, TimeSpan.Zero, new("priority", 0, 9, 0, 9, IsWhole: true), IsOrder: true),
        new(FaultKind.Remove, "remove", FaultTarget.Campaign, Minutes(60), IsOrder: true),
        new(FaultKind.Pause, "pause", FaultTarget.Lab, TimeSpan.Zero, IsOrder: true),
    ];

    private static readonly FrozenDictionary<string, FaultTraits> ByName = All.ToFrozenDictionary(traits => traits.Name, StringComparer.Ordinal);

    public bool Lasts => Longest > TimeSpan.Zero;

    public static FaultTraits Of(FaultKind kind) => All[(int)kind];

    public static FaultTraits? Find(string name) => ByName.GetValueOrDefault(name);

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);
}

/// <summary>The amount of a fault.</summary>
/// <param name="Meaning">With its unit.</param>
/// <param name="Least">The least that makes sense.</param>
/// <param name="Most">The most that makes sense.</param>
/// <param name="From">The least that is drawn.</param>
/// <param name="To">The most that is drawn.</param>
public sealed record FaultAmount(string Meaning, double Least, double Most, double From, double To, bool IsWhole = false);
