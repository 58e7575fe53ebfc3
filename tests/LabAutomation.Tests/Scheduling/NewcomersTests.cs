using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Scheduling;

/// <summary>When a better order is looked for.</summary>
public sealed class NewcomersTests
{
    private static readonly LayoutIndex Layout = new(new LabLayout([new LabResource("mixer", "mixer")]));

    private readonly Newcomers _newcomers = new();
    private readonly Dictionary<string, JobProgress> _jobs = [];

    [Fact]
    public void A_job_comes_once()
    {
        Add("a/1");
        Look().Should().BeTrue();
        Look().Should().BeFalse();

        Add("a/2");
        Look().Should().BeTrue();
    }

    [Fact]
    public void One_that_is_kept_back_comes_when_it_is_let_go()
    {
        Add("a/1");

        Look("a/1").Should().BeFalse();
        Look("a/1").Should().BeFalse();
        Look().Should().BeTrue();
    }

    /// <summary>Such as one whose campaign rests, whose sample stays where it is.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void What_has_begun_is_not_new(bool runs, bool stands)
    {
        Add("a/1", runs ? TaskPhase.Running : TaskPhase.Waiting, stands);

        Look().Should().BeFalse();
    }

    [Fact]
    public void Another_one_of_the_same_name_is()
    {
        Add("a/1");
        Look();
        _jobs.Clear();
        Look();

        Add("a/1");
        Look().Should().BeTrue();
    }

    private bool Look(string? held = null) => _newcomers.Look(_jobs, task => task.Job == held);

    private void Add(string name, TaskPhase phase = TaskPhase.Waiting, bool stands = false) =>
        _jobs[name] = new JobProgress(JobShape.Of(new Job(name, "a", [new JobTask("mix", [new Way([new Need("mixer")], TimeSpan.FromMinutes(1))])]), Layout), 0, [new TaskProgress(phase, 0, 0, 0)], [new SampleProgress(stands ? 0 : -1)]);
}
