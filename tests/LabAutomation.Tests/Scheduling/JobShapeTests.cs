using System.Collections.Immutable;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Scheduling;

/// <summary>What is taken over from a shape that was made before is what would be made anew.</summary>
public sealed class JobShapeTests
{
    private static readonly LayoutIndex Layout = new(new LabLayout(
        [new LabResource("meter-1", "meter"), new LabResource("meter-2", "meter"), new LabResource("pump", "pump"), new LabResource("lamp", "lamp", SetUp: TimeSpan.FromMinutes(1)) { IsSetUpInTask = true }],
        [new LabLocation("here", 1), new LabLocation("there", 1)], []));

    private static readonly Way Pumped = new([new Need("pump")], TimeSpan.FromMinutes(10), "here");

    private static readonly Way Measured = new([new Need("meter-1"), new Need("pump")], TimeSpan.FromMinutes(5), "here");

    [Fact]
    public void Where_only_durations_are_others_the_rest_is_taken_over()
    {
        var before = JobShape.Of(Job(Pumped, Measured), Layout);
        var after = JobShape.Of(Job(Pumped, Measured with { Duration = TimeSpan.FromMinutes(6), Longest = TimeSpan.FromMinutes(9) }), Layout, before);

        after.Tasks[0].Ways.Should().BeSameAs(before.Tasks[0].Ways);
        after.Tasks[1].Ways[0].Resources.Should().BeSameAs(before.Tasks[1].Ways[0].Resources);
        (after.Tasks[1].Ways[0].Duration, after.Tasks[1].Ways[0].Longest).Should().Be((TimeSpan.FromMinutes(6).Ticks, TimeSpan.FromMinutes(9).Ticks));
        before.Tasks[1].Ways[0].Duration.Should().Be(TimeSpan.FromMinutes(5).Ticks, "plans made with it go on");
    }

    public static TheoryData<string> Others => ["duration", "instrument", "capability", "amount", "location", "setting", "lamp", "fewer", "no time"];

    [Theory]
    [MemberData(nameof(Others))]
    public void Whatever_is_another_is_as_if_made_anew(string other)
    {
        var way = other switch
        {
            "duration" => Measured with { Shortest = TimeSpan.FromMinutes(1) },
            "instrument" => Measured with { Needs = [new Need("meter-2"), new Need("pump")] },
            "capability" => Measured with { Needs = [new Need("meter"), new Need("pump")] },
            "location" => Measured with { Location = "there" },
            "setting" => Measured with { Setting = "red" },
            "lamp" => Measured with { Needs = [new Need("lamp", Setting: "red")] },
            "fewer" => Measured with { Needs = [new Need("pump")] },
            _ => Measured,
        };
        var before = JobShape.Of(Job(Pumped, other == "lamp" ? Measured with { Needs = [new Need("lamp", Setting: "blue")] } : Measured), Layout);
        var job = other == "no time" ? Job(Pumped, Measured with { Duration = TimeSpan.Zero }) : other == "amount" ? Job(Pumped, Measured with { Needs = [new Need("meter-1", 2), new Need("pump")] }) : Job(Pumped, way);

        Func<JobShape> anew = () => JobShape.Of(job, Layout), taken = () => JobShape.Of(job, Layout, before);

        if (other is "no time" or "amount") taken.Should().Throw<ArgumentException>().WithMessage(anew.Should().Throw<ArgumentException>().Which.Message);
        else taken().Tasks.SelectMany(task => task.Ways).Should().BeEquivalentTo(anew().Tasks.SelectMany(task => task.Ways), options => options.WithStrictOrdering().ComparingByMembers<WayShape>());
    }

    /// <summary>Indices of another layout mean something else.</summary>
    [Fact]
    public void Of_another_layout_nothing_is_taken_over()
    {
        var other = new LayoutIndex(new LabLayout([.. Layout.Resources.Reverse()], Layout.Locations, []));

        JobShape.Of(Job(Pumped, Measured), other, JobShape.Of(Job(Pumped, Measured), Layout)).Tasks[1].Ways[0].Resources.Should().Equal(3, 1);
    }

    private static Job Job(params Way[] ways) => new("job", "owner", [.. ways.Select((way, k) => new JobTask(k == 0 ? "pump" : "measure", [way]) { Sample = "sample", After = k == 0 ? [] : [new Predecessor("pump", null)] })]);
}
