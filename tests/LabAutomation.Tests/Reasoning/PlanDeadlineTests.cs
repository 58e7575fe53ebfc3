using Akka.Actor;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Tests.Campaigns;

namespace LabAutomation.Tests.Reasoning;

/// <summary>A plan as a whole comes to its end, however long each of its agents takes.</summary>
public sealed class PlanDeadlineTests : IAsyncLifetime
{
    private static readonly Deadlines Deadlines = new(TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(50));

    private readonly GateBed _bed = new();
    private readonly ActorSystem _system = ActorSystem.Create("plan");
    private readonly List<ReasoningNotice> _shown = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _system.Terminate();
        _bed.Dispose();
    }

    [Fact]
    public async Task Agents_that_go_on_for_ever_leave_the_last_valid_draft_which_is_forecast()
    {
        var account = _bed.Account("planner");
        var draft = (await _bed.CallAsync(account, "propose_campaign", ("text", CampaignTexts.Match), ("reasons", "as asked"))).Result.Written!;
        var (asked, planned) = Plan(_ => new ReasoningMessage.Answered("planner", "Draft 1.", Label.Trusted, []) { Written = [draft] });
        await asked;

        _bed.Clock.Advance(3 * Deadlines.Turn - TimeSpan.FromSeconds(1));
        planned.IsCompleted.Should().BeFalse();
        _bed.Clock.Advance(TimeSpan.FromSeconds(1));

        (await planned).Should().BeOfType<ReasoningMessage.Planned>().Which.Should().Match<ReasoningMessage.Planned>(plan => plan.HasForecast && plan.Judgement == null && plan.Draft == draft);
        _shown.OfType<ReasoningNotice.Told>().Should().ContainSingle().Which.Text.Should().Be("the agents had 300 s together for the plan (3 times Reasoning:Deadline); the last draft goes on");
    }

    [Fact]
    public async Task Where_there_is_no_draft_by_then_the_person_is_told()
    {
        var (_, planned) = Plan(_ => null);

        while (!planned.IsCompleted)
        {
            _bed.Clock.Advance(Deadlines.Turn);
            await Task.Yield();
        }

        (await planned).Should().Be(new ReasoningMessage.Failed("planner", "the agents had 300 s together for the plan (3 times Reasoning:Deadline), and there is no valid campaign"));
    }

    /// <param name="planner">What it says; nothing for ever where null.</param>
    /// <returns>When the critic is asked, who says nothing for ever, and what comes of it.</returns>
    private (Task Asked, Task<ReasoningMessage> Planned) Plan(Func<object, object?> planner)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = _system.ActorOf(Props.Create(() => new Stub(planner)));
        var critic = _system.ActorOf(Props.Create(() => new Stub(_ => Noted(asked))));
        var (gate, account, clock) = (_bed.Gate, _bed.Account("planner"), _bed.Clock);
        var planning = _system.ActorOf(Props.Create(() => new PlanningActor(first, critic, gate, account, Deadlines, clock, _shown.Add)));
        return (asked.Task, planning.Ask<ReasoningMessage>(new ReasoningMessage.Plan("find a green"), Timeout.InfiniteTimeSpan));
    }

    private static object? Noted(TaskCompletionSource asked)
    {
        asked.TrySetResult();
        return null;
    }

    private sealed class Stub : ReceiveActor
    {
        public Stub(Func<object, object?> answer) => ReceiveAny(message =>
        {
            if (answer(message) is { } said) Sender.Tell(said);
        });
    }
}
