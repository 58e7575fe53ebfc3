using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A person holds what runs and lets it go on; the action stays the same one, whatever happens to the program.</summary>
public sealed class HoldTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();
    private readonly List<string> _done = [];
    private readonly List<TimeSpan> _held = [];
    private bool _full;

    [Fact]
    public async Task A_held_action_is_at_rest_until_it_is_let_go_and_ends_as_if_nothing_had_been()
    {
        await PouringAsync();

        (await HoldAsync()).Done.Should().BeTrue();
        await _kitchen.StateAsync(UnitState.Held);
        _full = true;
        await Settled.SoonAsync();
        _done.Should().Equal("rest");
        (await AskAsync("unhold")).Done.Should().BeTrue();

        var result = await _kitchen.ResultAsync(1);
        (result.Status, result.Recoverable).Should().Be((ActionStatus.Succeeded, true));
        await _kitchen.StateAsync(UnitState.Idle, which: 2);
        _done.Should().Equal("rest", "go on");
        (await _kitchen.EventAsync("held")).Message.Should().Be("by Ada: a visitor");
        TeaKitchen.States(_kitchen.Broker.Published).Select(frame => frame.Unit).Should().ContainInConsecutiveOrder(
            UnitState.Execute, UnitState.Holding, UnitState.Held, UnitState.Unholding, UnitState.Execute, UnitState.Completing, UnitState.Complete);
    }

    [Fact]
    public async Task The_driver_learns_how_long_it_was_held()
    {
        await PouringAsync();
        await HoldAsync();
        await _kitchen.StateAsync(UnitState.Held);

        _kitchen.Clock.Advance(TimeSpan.FromMinutes(3));
        await AskAsync("unhold");
        await Settled.UntilAsync(() => _held.Count > 0);

        _held.Should().Equal(TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task Cancelling_a_held_action_ends_it_and_the_device_does_not_go_on_before()
    {
        await PouringAsync();
        await HoldAsync();
        await _kitchen.StateAsync(UnitState.Held);

        await AskAsync("cancel", TeaKitchen.Id(1));

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Cancelled);
        await _kitchen.StateAsync(UnitState.Idle, which: 2);
        _done.Should().Equal("rest");
    }

    [Fact]
    public async Task Aborting_a_held_unit_aborts_it_and_the_device_does_not_go_on_before()
    {
        await PouringAsync();
        await HoldAsync();
        await _kitchen.StateAsync(UnitState.Held);

        await AskAsync("abort");

        (await _kitchen.ResultAsync(1)).Should().Match<ResultFrame>(result => result.Status == ActionStatus.Cancelled && result.Cause == CauseCode.EmergencyStop);
        await _kitchen.StateAsync(UnitState.Aborted);
        _done.Should().Equal("rest");
    }

    [Fact]
    public async Task A_program_that_is_killed_in_a_hold_comes_back_held()
    {
        await PouringAsync();
        await HoldAsync();
        await _kitchen.StateAsync(UnitState.Held);
        await _kitchen.CrashAsync();
        _full = true;

        await StartAsync();
        await _kitchen.StateAsync(UnitState.Held, which: 2);
        _done.Should().Equal("rest", "rest");
        _kitchen.Clock.Advance(TimeSpan.FromMinutes(1));
        await AskAsync("unhold");

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
        _done.Should().Equal("rest", "rest", "go on");
        _held.Should().Equal(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_hold_that_was_let_go_does_not_come_back_after_a_crash()
    {
        await PouringAsync();
        await HoldAsync();
        await _kitchen.StateAsync(UnitState.Held);
        await AskAsync("unhold");
        await _kitchen.StateAsync(UnitState.Execute, which: 2);
        await _kitchen.CrashAsync();
        _full = true;

        await StartAsync();

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
        TeaKitchen.States(_kitchen.Broker.Published).Count(frame => frame.Unit == UnitState.Held).Should().Be(1);
    }

    [Fact]
    public async Task An_action_that_ends_before_it_can_be_held_ends_as_usual()
    {
        var go = new TaskCompletionSource();
        await _kitchen.StartAsync(async (_, _, _) =>
        {
            await go.Task;
            return ActionOutcome.Succeeded();
        });
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StateAsync(UnitState.Execute);
        await HoldAsync();
        await _kitchen.StateAsync(UnitState.Holding);

        go.SetResult();

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
        await _kitchen.StateAsync(UnitState.Idle, which: 2);
    }

    [Fact]
    public async Task What_cannot_be_held_or_let_go_is_refused_with_the_reason()
    {
        await StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        (await HoldAsync()).Message.Should().Be("only an action that runs can be held; the unit is Idle");
        (await AskAsync("unhold")).Message.Should().Be("only a held action can go on; the unit is Idle");

        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StateAsync(UnitState.Execute);
        (await HoldAsync(TeaKitchen.Id(7))).Message.Should().Contain("does not run here now");
        (await AskAsync("unhold")).Message.Should().Be("only a held action can go on; the unit is Execute");
    }

    [Fact]
    public async Task A_command_that_declares_no_hold_is_not_held()
    {
        var go = new TaskCompletionSource();
        await _kitchen.StartAsync(async (_, _, _) =>
        {
            await go.Task;
            return ActionOutcome.Succeeded();
        });
        _kitchen.Send(_kitchen.Pour(1, volume: 50, unit: "°C", name: "warm") is var warm ? warm with { Frame = warm.Frame with { Arguments = Commands.Arguments(("temperature", 50, "°C")) } } : warm);
        await _kitchen.StateAsync(UnitState.Execute);

        (await HoldAsync()).Message.Should().Be("'warm' cannot be held; it can be cancelled");
        go.SetResult();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _full = true;
        await _kitchen.DisposeAsync();
    }

    private Task<ControlReply> HoldAsync(ActionId? action = null) => AskAsync("hold", action);

    private Task<ControlReply> AskAsync(string verb, ActionId? action = null) => _kitchen.AskAsync(verb, new ControlFrame(action, "Ada", "a visitor", _kitchen.Clock.GetUtcNow()));

    private async Task PouringAsync()
    {
        await StartAsync();
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StateAsync(UnitState.Execute);
    }

    private Task StartAsync() => _kitchen.StartAsync(
        (_, scope, cancellation) => PourAsync(scope, cancellation),
        async (_, scope, cancellation) => new Recovery.Happened(await PourAsync(scope, cancellation)));

    private async Task<ActionOutcome> PourAsync(IActionScope scope, CancellationToken cancellation)
    {
        while (!_full)
        {
            await Hold();
            if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("stopped");
            await Settled.SoonAsync();
        }

        await Hold();
        return cancellation.IsCancellationRequested ? ActionOutcome.Cancelled("stopped") : ActionOutcome.Succeeded();

        async Task Hold()
        {
            if (await scope.HoldPointAsync(() => Do("rest"), () => Do("go on"), cancellation) is { Ticks: > 0 } held) _held.Add(held);
        }

        Task Do(string what)
        {
            _done.Add(what);
            return Task.CompletedTask;
        }
    }
}
