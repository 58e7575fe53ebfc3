using LabAutomation.Instruments;
using LabAutomation.Simulators.Synthesis;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Instruments.Synthesis;

/// <summary>A driver of a family of the furnace room with its simulated device, in time that jumps.</summary>
internal sealed class RoomStand : IDisposable
{
    private readonly DriverSettings _settings;

    public RoomStand(string family, params (string Key, string Value)[] settings)
    {
        _settings = Commands.Settings(family, settings);
        Device = new SimulatedDevice(family, 3, Clock, settings: _settings.Values);
        Floor = Device.Surroundings<RoomFloor>();
    }

    public JumpingClock Clock { get; } = new();

    public SimulatedDevice Device { get; }

    public RoomFloor Floor { get; }

    public void Dispose() => Device.Dispose();

    public async Task<IDriver> ConnectAsync()
    {
        var driver = DriverFamilies.BuiltIn.Create(_settings, _ => Task.FromResult(Device.Connect()), Clock, LinkClock.Create());
        await driver.ConnectAsync(CancellationToken.None);
        return driver;
    }

    public Task<ActionOutcome> RunAsync(IDriver driver, string name, params (string, double, string)[] arguments) =>
        driver.ExecuteAsync(Commands.Resolve(driver, name, arguments), new ScriptedScope(Clock), CancellationToken.None);

    /// <summary>The link breaks at the first report of a command, and comes back.</summary>
    public async Task<Recovery> BreakAndRecoverAsync(IDriver driver, DriverCommand command)
    {
        var scope = new ScriptedScope(Clock) { OnReport = _ => Device.Faults.Silent = true };
        await driver.Invoking(one => one.ExecuteAsync(command, scope, CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>();
        Device.Faults.Silent = false;
        await driver.ConnectAsync(CancellationToken.None);
        return await driver.RecoverAsync(Commands.Started(command, Clock, [.. scope.Marks]), new ScriptedScope(Clock), CancellationToken.None);
    }

    /// <summary>A broken line gives no properties, and a line that is mended gives them again.</summary>
    public async Task RefusesAsync(string fault, int partialAfter)
    {
        var driver = await ConnectAsync();
        Device.Faults.Silent = fault == "silent";
        Device.Faults.Garbage = fault == "garbage";
        Device.Faults.Echo = fault == "echo";
        Device.Faults.PartialAfter = fault == "partial" ? partialAfter : null;

        await driver.Invoking(one => one.ReadPropertiesAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>();

        (Device.Faults.Silent, Device.Faults.Garbage, Device.Faults.Echo, Device.Faults.PartialAfter) = (false, false, false, null);
        await driver.ConnectAsync(CancellationToken.None);
        (await driver.ReadPropertiesAsync(CancellationToken.None)).Should().NotBeEmpty();
    }
}
