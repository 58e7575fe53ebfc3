using System.Text;
using LabAutomation.Simulators.Time;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;
using Vendor.Doser.Simulator;
using Device = LabAutomation.Simulators.Worlds.SimulatedDevice;

namespace Vendor.Doser.Tests;

/// <summary>The simulated device, byte for byte as its manual says.</summary>
public sealed class DoserDeviceTests : IDisposable
{
    private readonly Device _device = new(Simulator.DoserDevice.SetUp, new DeviceSite("doser-1", 1, TimeProvider.System, null, new Dictionary<string, string>(), new DeviceFaults()));

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData("RATE 12.5", "OK")]
    [InlineData("RATE 0.05", "ERR 2")]
    [InlineData("DOSE 0.0001", "ERR 2")]
    [InlineData("dose 1", "ERR 1")]
    [InlineData("DOSE 1 mL", "ERR 1")]
    [InlineData("", "ERR 1")]
    [InlineData("STATE?", "STATE IDLE 0.000")]
    public async Task A_line_is_answered_as_the_manual_says(string line, string answer) => Assert.Equal(answer, await AskAsync(line));

    [Fact]
    public async Task A_running_pump_takes_no_other_dose_and_no_rate_until_it_is_stopped()
    {
        Assert.Equal("OK", await AskAsync("DOSE 100"));
        Assert.Equal("ERR 3", await AskAsync("DOSE 1"));
        Assert.Equal("ERR 3", await AskAsync("RATE 1"));
        Assert.Equal("OK", await AskAsync("STOP"));
        Assert.Equal("OK", await AskAsync("RATE 1"));
    }

    [Fact]
    public async Task A_bottle_that_runs_dry_is_empty_whatever_the_pumps_gain()
    {
        var told = new List<string>();
        for (var seed = 1; seed <= 50; seed++)
        {
            var clock = new AcceleratedTimeProvider(TimeProvider.System, 20_000, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
            using var device = new Device(Simulator.DoserDevice.SetUp, new DeviceSite("doser-1", seed, clock, null, new Dictionary<string, string>(), new DeviceFaults()));
            device.Surroundings<DoserBottle>().Exchange(1);
            await AskAsync(device, "DOSE 5");
            string state;
            do state = (await AskAsync(device, "STATE?")).Split(' ')[1];
            while (state == "RUN");
            told.Add(state);
        }

        Assert.All(told, state => Assert.Equal("EMPTY", state));
    }

    private Task<string> AskAsync(string line) => AskAsync(_device, line);

    private static async Task<string> AskAsync(Device device, string line)
    {
        await using var stream = device.Connect();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r"));
        var buffer = new byte[100];
        return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer)).TrimEnd('\r');
    }
}
