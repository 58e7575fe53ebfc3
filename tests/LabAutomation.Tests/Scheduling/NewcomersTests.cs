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

    /// <summary>What it was given may now be better for somebody else.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void When_one_has_gone_it_is_looked_again_if_anything_is_held_to_a_way(bool hasChoice)
    {
        Add("a/1");
        Add("a/2");
        Look();
        _jobs.Remove("a/1");

        Look(hasChoice: hasChoice).Should().Be(hasChoice);
        Look(hasChoice: hasChoice).Should().BeFalse();
    }

    private bool Look(string? held = null, bool hasChoice = false) => _newcomers.Look(_jobs, task => task.Job == held, hasChoice);

    private void Add(string name, TaskPhase phase = TaskPhase.Waiting, bool stands = false) =>
        _jobs[name] = new JobProgress(JobShape.Of(new Job(name, "a", [new JobTask("mix", [new Way([new Need("mixer")], TimeSpan.FromMinutes(1))])]), Layout), 0, [new TaskProgress(phase, 0, 0, 0)], [new SampleProgress(stands ? 0 : -1)]);
}
