namespace LabAutomation.SystemTests.Lab;

public sealed class GarbageTests
{
    [Fact]
    public async Task A_device_that_answers_garbage_is_named_and_nothing_moves()
    {
        using var folder = new TemporaryFolder();
        using var device = new GarbageDevice();

        var result = await LabProcess.RunAsync(
            folder.Path, "run", LabProcess.ColourMatch, "--set", "Simulation:Speed=1", "--set", $"Instruments:0:Connection=tcp:127.0.0.1:{device.Port}", "--set", "Lab:InstrumentWait=3");

        BadInputTests.Refused(result, 10, "pump-cyan");
        EffectCount.OfDevices(folder.At(".lab")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_device_that_cannot_be_reached_is_named()
    {
        using var folder = new TemporaryFolder();

        var result = await LabProcess.RunAsync(
            folder.Path, "run", LabProcess.ColourMatch, "--set", "Simulation:Speed=1", "--set", "Instruments:5:Connection=tcp:127.0.0.1:9", "--set", "Lab:InstrumentWait=3");

        BadInputTests.Refused(result, 10, "stirrer");
    }
}
