using LabAutomation.Hosting;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Synthesis;
using LabAutomation.Simulators.Worlds;
using LabAutomation.SystemTests.Lab;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.SystemTests.Hosting;

public sealed class LabClockTests
{
    [Fact]
    public async Task It_starts_where_a_bench_stopped_that_got_ahead_of_the_wall_clock()
    {
        using var folder = new TemporaryFolder();
        using var directory = DataDirectory.Hold(folder.Path);
        var ahead = DateTimeOffset.UtcNow.AddHours(3);
        using (var bench = new ColourBench(1, new FakeTimeProvider(ahead), directory.Devices))
        {
            await using var line = bench.Connect("pump-cyan");
            await line.WriteAsync("DIA10.00\r"u8.ToArray());
            await line.ReadExactlyAsync(new byte[1]);
        }

        LabClock.For(directory, new SimulationOptions(), Stirrer()).GetUtcNow().Should().BeOnOrAfter(ahead);
    }

    [Fact]
    public async Task It_starts_where_a_simulated_device_stopped_that_got_ahead_of_the_wall_clock()
    {
        using var folder = new TemporaryFolder();
        using var directory = DataDirectory.Hold(folder.Path);
        var ahead = DateTimeOffset.UtcNow.AddHours(3);
        using (var balance = new SimulatedDevice("mettler-mtsics", 1, new FakeTimeProvider(ahead), directory.DeviceOf("balance")))
        {
            await using var line = balance.Connect();
            await line.WriteAsync("TAC\r\n"u8.ToArray());
        }

        var list = new InstrumentListOptions();
        list.Instruments.Add(new InstrumentOptions { Name = "balance", Family = "mettler-mtsics", Connection = InstrumentOptions.Simulated });
        LabClock.For(directory, new SimulationOptions(), list).GetUtcNow().Should().BeOnOrAfter(ahead);
    }

    [Fact]
    public void It_starts_where_a_furnace_room_stopped_that_got_ahead_of_the_wall_clock()
    {
        using var folder = new TemporaryFolder();
        using var directory = DataDirectory.Hold(folder.Path);
        var ahead = DateTimeOffset.UtcNow.AddHours(3);
        using (var room = new FurnaceRoom(1, new FakeTimeProvider(ahead), directory.Room)) room.Floor.Stand(1);

        LabClock.For(directory, new SimulationOptions(), Stirrer()).GetUtcNow().Should().BeOnOrAfter(ahead);
    }

    [Fact]
    public void It_starts_at_the_wall_clock_where_nothing_is_on_record()
    {
        using var folder = new TemporaryFolder();
        using var directory = DataDirectory.Hold(folder.Path);

        LabClock.For(directory, new SimulationOptions(), Stirrer()).GetUtcNow().Should().BeCloseTo(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(30));
    }

    private static InstrumentListOptions Stirrer()
    {
        var list = new InstrumentListOptions();
        list.Instruments.Add(new InstrumentOptions { Name = "stirrer", Family = "ika-namur", Connection = InstrumentOptions.Simulated });
        return list;
    }
}
