using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Benchmarks.House;
using Xunit.Abstractions;

namespace LabAutomation.SystemTests.Lab;

/// <summary>Several programs that want one data directory: at once, and while the one that has it is frozen.</summary>
[Trait("Length", "long")]
[Trait("Faults", "real")]
public sealed class OneWriterTests(ITestOutputHelper output)
{
    private const int Racers = 3;

    /// <summary>1 race by default; LONG_RACES asks for more.</summary>
    private static readonly int Races = int.TryParse(Environment.GetEnvironmentVariable("LONG_RACES"), out var races) ? races : 1;

    [Fact]
    public async Task Of_several_programs_that_start_at_once_one_runs_and_the_others_name_it()
    {
        for (var race = 0; race < Races; race++)
        {
            using var folder = new TemporaryFolder();
            var racers = Enumerable.Range(0, Racers).Select(_ => LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--trials", "1", "--planner", "sobol", "--plain")).ToArray();
            var ends = await Task.WhenAll(racers.Select(racer => racer.EndAsync()));

            // One that starts when another has just ended has the directory for itself.
            var ran = ends.Count(end => end.ExitCode is 0 or 7);
            ran.Should().BePositive();
            foreach (var loser in ends.Where(end => end.ExitCode is not (0 or 7))) BadInputTests.Refused(loser, 8, "is in use by another lab program");
            using (var ledger = Ledger.OpenForReading(Laboratory.LedgerIn(folder.At(".lab"))))
            {
                ledger.Campaigns().Should().HaveCount(ran);
                ledger.Verify().IsSound.Should().BeTrue();
            }

            EffectCount.OfDevices(folder.At(".lab"))["acquisition"].Should().Be(ran, "nobody's command was done beside another's");
            output.WriteLine($"{Racers} at once: {ran} ran, {Racers - ran} refused");
            FaultTable.Tell(16, $"programs at once on one data directory, {Racers - ran} of them refused", Racers);
            foreach (var racer in racers) racer.Dispose();
        }
    }

    [Fact]
    public async Task One_that_is_frozen_keeps_its_directory_and_goes_on_as_if_nothing_had_been()
    {
        using var folder = new TemporaryFolder();
        using var frozen = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--trials", "2", "--planner", "sobol", "--plain");
        await frozen.UntilItSaysAsync("trial   1");
        frozen.Signal("-STOP");

        foreach (var arguments in new string[][] { ["resume", "--plain"], ["run", LabProcess.ColourMatch, "--trials", "1", "--plain"] })
            BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, arguments), 8, "is in use by another lab program", $"(process {frozen.Id})");
        frozen.Signal("-CONT");

        var end = await frozen.EndAsync();
        end.ExitCode.Should().BeOneOf([0, 7], end.Out + end.Error);
        EffectCount.OfDevices(folder.At(".lab"))["acquisition"].Should().Be(2);
        (await LabProcess.RunAsync(folder.Path, "verify")).ExitCode.Should().Be(0);
    }
}
