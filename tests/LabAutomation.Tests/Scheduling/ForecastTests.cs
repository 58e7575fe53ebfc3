using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Scheduling;

public sealed class ForecastTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_forecast_names_the_end_the_load_and_the_bottleneck()
    {
        var state = State();

        var forecast = Forecast.Of(state, Scheduler.Plan(state, Now));

        forecast.End.Should().Be(Now.AddMinutes(70));
        forecast.Jobs.Should().Equal(new Dictionary<string, DateTimeOffset> { ["a"] = Now.AddMinutes(40), ["b"] = Now.AddMinutes(70) });
        forecast.Bottleneck.Should().Be("oven");
        forecast.Loads[0].Should().Be(new ResourceLoad("oven", TimeSpan.FromMinutes(60), 6.0 / 7));
        forecast.Loads[1].Busy.Should().Be(TimeSpan.FromMinutes(20));
    }

    [Fact]
    public void A_second_bottleneck_saves_what_it_saves_and_a_second_of_something_else_nothing()
    {
        var state = State();

        Forecast.SavedBySecond(state, "oven", Now, new SearchBudget(20)).Should().Be(TimeSpan.FromMinutes(20));
        Forecast.SavedBySecond(state, "scale", Now, new SearchBudget(20)).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void What_runs_goes_on_in_the_lab_with_a_second_one()
    {
        var state = State().With(new SchedulingEvent.TaskStarted(new TaskKey("a", "weigh"), 0, Now));

        Scheduler.Plan(state.WithSecond("oven"), Now).Tasks.Should().ContainSingle(task => task.IsRunning).Which.Resources.Should().Equal("scale");
    }

    [Fact]
    public void Idle_time_has_its_reason()
    {
        var idle = Forecast.Idle(Scheduler.Plan(State(), Now), "oven");

        idle.Should().Equal(new IdleStretch(Now, Now.AddMinutes(10), new TaskKey("a", "bake"), new WaitReason(WaitKind.Predecessor, "weigh")));
    }

    private static SchedulingState State() => SchedulingState.Of(new LabLayout([new LabResource("scale", "weigh"), new LabResource("oven", "bake")])).Add(Job("a")).Add(Job("b"));

    private static Job Job(string name) => new(name, "owner",
    [
        new JobTask("weigh", [new Way([new Need("weigh")], TimeSpan.FromMinutes(10))]),
        new JobTask("bake", [new Way([new Need("oven")], TimeSpan.FromMinutes(30))]) { After = [new Predecessor("weigh")] },
    ]);
}
