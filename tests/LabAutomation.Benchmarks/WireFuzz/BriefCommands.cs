using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Robots;
using LabAutomation.Simulators.Weighing;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>A command of each family that is over soon and leaves an effect in the device's ledger each time, and what it needs of the surroundings.</summary>
internal sealed class BriefCommands(string family, IDriver driver, ConformanceDevice device)
{
    /// <summary>Loads that differ, so that no tare is there already: tenths of a gram up to what the balance bears.</summary>
    private const int Loads = 2000;

    private readonly CommandTable _table = new(driver.Commands);

    private readonly SampleCommand _sample = family switch
    {
        // Release leaves no effect; a target that is near is reached soon, and is judged more than once.
        "modbus-thermostat" => SampleCommand.Of("hold-temperature", ("temperature", "25 °C"), ("tolerance", "10 K"), ("settled", "10 s")),

        // Homing leaves no effect.
        "opentrons-http" => SampleCommand.Of("transfer", ("volume", "20 uL"), ("source-slot", "2"), ("source-well", "1"), ("target-slot", "3"), ("target-well", "1"), ("tip", "1"), ("rate", "180 uL/s")),
        _ => ConformingFamilies.SampleOf(family).Brief!,
    };

    /// <summary>Whether one that had its effect must not be said to have had none, since it would be given again.</summary>
    public bool IsCounted => Command(0).Description.Effect is Protocol.Effect.Relative or Protocol.Effect.Consume;

    /// <summary>What is done before a command on a clean line, beside making the device safe.</summary>
    public DriverCommand? Tidying(int number) => family == "opentrons-http" && Deck.HasTip ? Resolve("drop-tip", SampleCommand.Of("drop-tip"), number) : null;

    /// <param name="number">Counts the commands; each has an id of its own.</param>
    public DriverCommand Next(int number)
    {
        if (family == "mettler-mtsics") ((SimulatedDevice)device.Lifetime).Surroundings<BalancePan>().Place(0.1 * (1 + (number % Loads)));
        if (family == "opentrons-http")
        {
            Deck.RenewTips();
            Deck.Fill(2, "A1", 1000);
            Deck.Fill(3, "A1", 0);
        }

        return Command(number);
    }

    private RobotDeck Deck => ((SimulatedDevice)device.Lifetime).Surroundings<RobotDeck>();

    private DriverCommand Command(int number) => Resolve("fuzz", _sample, number);

    private DriverCommand Resolve(string step, SampleCommand sample, int number) =>
        _table.TryResolve(ActionId.Derive(family, 0, step, number, 1), sample.Command, sample.Arguments, out var command, out var refusal)
            ? command
            : throw new InvalidOperationException($"{family}: {refusal.Message}");
}
