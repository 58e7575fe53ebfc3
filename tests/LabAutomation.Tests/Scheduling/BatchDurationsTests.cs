using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Scheduling;

public sealed class BatchDurationsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly BatchDurations _durations = new(new LabStations([new("furnace", "furnace", null, "furnace", IsBatch: true), new("eye", "eye", null)]));

    [Fact]
    public void Until_a_batch_was_seen_all_expect_what_the_first_expects()
    {
        Expected(Heat(60)).Should().Be(60);
        Expected(Heat(90)).Should().Be(60, "tasks that are to be one batch are expected to take the same");
        Expected(Heat(90, "other")).Should().Be(90);
    }

    [Fact]
    public void Each_batch_corrects_what_is_expected_and_its_members_count_once()
    {
        _durations.Learn([Done(Heat(60), 0, 80), Done(Heat(60), 0, 80)]).Should().BeTrue();
        Expected(Heat(60)).Should().Be(80);
        _durations.Learn([Done(Heat(60), 0, 80)]).Should().BeFalse("that is known");

        _durations.Learn([Done(Heat(60), 100, 200)]).Should().BeTrue();
        Expected(Heat(60)).Should().Be(90);
        var way = _durations.In(new Job("a/1", "a", [Heat(60)])).Tasks[0].Ways[0];
        (way.Shortest.TotalMinutes, way.Longest.TotalMinutes).Should().Be((82.5, 100), "the shortest comes nearer to what is seen after it");
    }

    /// <summary>Under a rule that skips what fails, it is done as well.</summary>
    [Fact]
    public void A_batch_that_failed_teaches_nothing()
    {
        Expected(Heat(60)).Should().Be(60);

        _durations.Learn([Done(Heat(60), 0, 1, isWhole: false)]).Should().BeFalse();

        Expected(Heat(60)).Should().Be(60);
    }

    [Fact]
    public void One_that_took_long_once_is_forgotten_in_time()
    {
        for (var batch = 0; batch < 30; batch++) _durations.Learn([Done(Heat(60), 1_000 * batch, (1_000 * batch) + (batch == 0 ? 180 : batch == 1 ? 20 : 60))]);

        var way = _durations.In(new Job("a/1", "a", [Heat(60)])).Tasks[0].Ways[0];
        (way.Shortest.TotalMinutes, way.Longest.TotalMinutes).Should().Match<(double Shortest, double Longest)>(seen => seen.Shortest > 55 && seen.Longest < 70);
    }

    private double Expected(JobTask task) => _durations.In(new Job("a/1", "a", [task])).Tasks[0].Ways[0].Duration.TotalMinutes;

    private static JobTask Heat(int minutes, string setting = "hot") => new("heat", [new Way([new Need("furnace")], TimeSpan.FromMinutes(minutes), Setting: setting)]);

    private static TrialWork Done(JobTask task, int since, int until, bool isWhole = true) => new(1, new Job("a/1", "a", [task]), [new TaskStanding(TaskPhase.Done, 0, Start.AddMinutes(since), Start.AddMinutes(until), isWhole)], default);
}
