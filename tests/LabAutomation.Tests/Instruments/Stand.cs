using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Cameras;
using LabAutomation.Simulators.Diffraction;
using LabAutomation.Simulators.Liquids;
using LabAutomation.Simulators.Pumps;
using LabAutomation.Simulators.Reactor;
using LabAutomation.Simulators.Robots;
using LabAutomation.Simulators.SourceMeasure;
using LabAutomation.Simulators.Spectra;
using LabAutomation.Simulators.Stirring;
using LabAutomation.Simulators.Synthesis;
using LabAutomation.Simulators.Thermostats;
using LabAutomation.Simulators.Weighing;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Instruments;

/// <summary>A simulated device of a family, and whether one sees that it is at rest.</summary>
/// <param name="IsAtRest">By the device's own state, now.</param>
internal sealed record Stand(World World, Func<Stream> Connect, Func<bool> IsAtRest, IDisposable Lifetime) : IDisposable
{
    private const string Pump = "pump-cyan", Stirrer = "stirrer", Spectrometer = "spectrometer";

    /// <summary>At every moment of their lives these move, heat and emit nothing.</summary>
    public static readonly string[] AlwaysAtRest = ["http-imager", "mettler-mtsics"];

    /// <summary>Where the command that the kit knows is not one in whose midst the device is at work.</summary>
    public SampleCommand? Sample { get; init; }

    /// <summary>Progress at which it is stopped; a motor that has only just begun to turn would be at rest too soon.</summary>
    public double From { get; init; }

    public void Dispose() => Lifetime.Dispose();

    public DriverCommand Command(IDriver driver, string family)
    {
        var sample = Sample ?? ConformingFamilies.SampleOf(family).Long ?? ConformingFamilies.SampleOf(family).Brief!;
        return Commands.Resolve(driver, sample.Command, [.. sample.Arguments.Select(argument => (argument.Key, argument.Value.Value, argument.Value.Unit.Symbol))]);
    }

    public static Stand Of(string family, TimeProvider clock) => family switch
    {
        "new-era-ne1000" => Bench(clock, Pump, bench => bench.State.Pumps[Pump].Run is null),
        "ika-namur" => Bench(clock, Stirrer, bench => bench.State.Stirrer is { Stirs: false, Heats: false } stirrer && stirrer.Rotor.Speed(bench.Now) < 5) with
        {
            Sample = SampleCommand.Of("stir", ("speed", "1500 rpm"), ("duration", "1 h")),
            From = 0.02,
        },
        "scpi-spectrometer" => Bench(clock, Spectrometer, bench => !(bench.State.Spectrometer.Acquisition?.EndsAt > bench.Now)),
        "mettler-mtsics" => Alone<BalanceState>(family, clock, _ => true),
        "http-imager" => Alone<CameraState>(family, clock, _ => true),
        "modbus-thermostat" => Alone<ThermostatState>(family, clock, world => world.State.Heat is { Controls: false, Output: 0 }),
        "microreactor" => Alone<ReactorConsoleState>(family, clock, world => world.State.IsShut),
        "scpi-smu" => Alone<SmuState>(family, clock, world => !world.State.IsOn) with
        {
            Sample = SampleCommand.Of("sweep", ("from", "0 V"), ("to", "1 V"), ("points", "100")),
        },
        "opentrons-http" => Alone<RobotState>(family, clock, world => world.State.Runs.TrueForAll(run => !run.WasPlayed || (run.IsOver && !(run.BusyUntil > world.Now)))) with
        {
            Sample = ConformingFamilies.SampleOf(family).Each.Single(sample => sample.Command == "transfer"),
        },
        "http-beamline" => Alone<BeamlineState>(family, clock, world => world.State.Exposures.TrueForAll(exposure => exposure.WasAborted || exposure.Ends <= world.Now)) with
        {
            Sample = SampleCommand.Of("expose", ("frames", "16")),
        },
        "preciseflex-tcs" => Alone<RoomState>(family, clock, world => !world.State.Arms[family].IsMoving, floor => floor.Supply(1)),
        "eurotherm-furnace" => Alone<RoomState>(family, clock, world => !world.State.Furnaces[family].Heat.IsRunning) with { From = 0.1 },
        "quantos-mtsics" => Alone<RoomState>(family, clock, world => world.State.Dosers[family].Phase != LabAutomation.Simulators.Synthesis.DosePhase.Dosing) with { From = 0.1 },
        "scpi-diffractometer" => Alone<RoomState>(family, clock, world => !(world.State.Diffractometers[family].Scan?.EndsAt > world.Now), floor => floor.Supply(61)),
        _ => throw new ArgumentException($"nobody has said here how one sees that a '{family}' is at rest", nameof(family)),
    };

    private static Stand Bench(TimeProvider clock, string name, Func<Benchtop, bool> isAtRest)
    {
        var bench = new Benchtop(3, clock, null, new Dictionary<string, PumpRole> { [Pump] = new(Liquid.Cyan) });
        IWireDevice device = name switch
        {
            Pump => new NewEraPump(bench, name, new(Liquid.Cyan), new DeviceFaults()),
            Stirrer => new IkaStirrer(bench, name),
            _ => new ScpiSpectrometer(bench, name, new DeviceFaults()),
        };
        return new Stand(bench, new DeviceLine(bench, name, device, new DeviceFaults()).Connect, () => bench.Do(() => isAtRest(bench)), bench);
    }

    private static Stand Alone<TState>(string family, TimeProvider clock, Func<World<TState>, bool> isAtRest, Action<RoomFloor>? prepare = null)
        where TState : WorldState, new()
    {
        var setup = SimulatedFamilies.BuiltIn.Maker(family)(new DeviceSite(family, 3, clock, null, ConformingFamilies.SettingsOf(family), new DeviceFaults()));
        if (setup.Surroundings is RoomFloor floor) prepare?.Invoke(floor);
        var world = (World<TState>)setup.World;
        return new Stand(world, new DeviceLine(world, family, setup.Device, new DeviceFaults()).Connect, () => world.Do(() => isAtRest(world)), world);
    }
}
