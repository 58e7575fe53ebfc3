using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Scheduling;

/// <summary>Whether samples that stand in each other's way can all come to their ends: an eye that looks before and after an oven.</summary>
public sealed class PassageTests
{
    private static readonly LabStations Lab = new([new("oven", "oven", null, "oven", IsBatch: true), new("eye", "eye", null, "eye"), new("arm", "arm", null)])
    {
        Locations = [new("oven", [1, 2]), new("eye", [3]), new("bin", [9], IsOutlet: true)],
        Transports = [new("arm", "transfer", ["oven", "eye", "bin"], TimeSpan.FromSeconds(40))],
    };

    private static readonly LayoutIndex Layout = new(LabPositions.Layout(Lab, []));

    [Theory]
    [InlineData("oven heated, eye looked", 2)]                 // one waits for the eye, the other may not be heated with what has been heated
    [InlineData("oven fresh, eye looked", 0)]                  // they are heated together
    [InlineData("oven fresh at another temperature, eye looked", 2)]
    [InlineData("oven heated", 0)]
    [InlineData("eye looked", 0)]
    [InlineData("oven heated, oven fresh", 0)]                 // one leaves, and the other is heated
    [InlineData("oven fresh, oven fresh at another temperature", 2)]
    [InlineData("oven fresh, oven fresh, eye looked", 3)]      // there is no room for the third
    [InlineData("oven heated, oven heated, eye looked", 3)]
    public void Samples_that_can_never_pass_each_other_are_counted(string standing, int stuck)
    {
        var jobs = standing.Split(", ").Select((sample, k) => Job(k, sample));

        new Passage(Lab, Layout, jobs).Stuck().Should().Be(stuck);
    }

    /// <summary>A sample in the oven that has yet to be heated, or was; or one under the eye that is to be heated next. Then it is measured and thrown away.</summary>
    private static JobProgress Job(int number, string stands)
    {
        var setting = stands.Contains("another", StringComparison.Ordinal) ? "800" : "700";
        JobTask Task(string name, string at, string? set = null) => new(name, [new Way([new Need(at == "bin" ? "arm" : at)], TimeSpan.FromMinutes(1), at, set)]) { Sample = "sample" };
        var job = new Job($"a/{number}", "a", [Task("heat", "oven", setting), Task("measure", "eye"), Task("discard", "bin")]);
        var heat = stands.Contains("heated", StringComparison.Ordinal) ? new TaskProgress(TaskPhase.Done, 0, 0, 0) : default;
        return new JobProgress(JobShape.Of(job, Layout), number, [heat, default, default], [new SampleProgress(Layout.Location(stands.Split(' ')[0]))]);
    }
}
