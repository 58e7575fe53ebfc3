using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>Never twice, never lost: the rules of the wire, each with the program killed where it hurts most.</summary>
public sealed class DriverHostOnceTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();

    [Fact]
    public async Task A_command_is_answered_carried_out_and_its_result_published()
    {
        await _kitchen.StartAsync();

        _kitchen.Send(_kitchen.Pour(1));

        (await _kitchen.ReplyAsync(1)).Status.Should().Be(ActionStatus.Accepted);
        var result = await _kitchen.ResultAsync(1);
        (result.Status, result.Cause, result.Recoverable, result.Epoch).Should().Be((ActionStatus.Succeeded, CauseCode.Success, true, 1));
        _kitchen.Device.Pours.Should().Be(1);
    }

    [Theory]
    [InlineData("pour", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("spill", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("pour", null)]
    public async Task An_answer_carries_the_trace_of_its_command(string name, string? trace)
    {
        await _kitchen.StartAsync();

        _kitchen.Send(_kitchen.Pour(1, name: name) with { TraceParent = trace });
        await _kitchen.ReplyAsync(1);

        _kitchen.Broker.Published.Single(message => message.Topic == "lab/1/clients/lab/reply").Properties.GetValueOrDefault("traceparent").Should().Be(trace);
    }

    [Fact]
    public async Task The_same_command_again_gets_the_same_answer_and_one_effect()
    {
        await _kitchen.StartAsync();
        var command = _kitchen.Pour(1);
        _kitchen.Send(command);
        var first = await _kitchen.ReplyAsync(1);
        await _kitchen.ResultAsync(1);

        _kitchen.Clock.Advance(TimeSpan.FromHours(1));
        _kitchen.Send(command);

        (await _kitchen.ReplyAsync(1, which: 2)).Should().Be(first);
        (await _kitchen.ResultAsync(1, which: 2)).Should().BeEquivalentTo(await _kitchen.ResultAsync(1));
        _kitchen.Device.Pours.Should().Be(1);
    }

    [Fact]
    public async Task The_same_id_with_other_content_is_an_error_and_changes_nothing()
    {
        await _kitchen.StartAsync();
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.ResultAsync(1);

        _kitchen.Send(_kitchen.Pour(1, volume: 300));

        var reply = await _kitchen.ReplyAsync(1, which: 2);
        (reply.Status, reply.Cause).Should().Be((ActionStatus.Failed, CauseCode.InvalidCommand));
        reply.Message.Should().Contain("known here as another command");
        _kitchen.Device.Pours.Should().Be(1);
    }

    [Fact]
    public async Task A_refusal_is_for_good_also_after_a_crash()
    {
        await _kitchen.StartAsync();
        var command = _kitchen.Pour(1, volume: 900);
        _kitchen.Send(command);
        var refusal = await _kitchen.ReplyAsync(1);
        refusal.Cause.Should().Be(CauseCode.OutOfRange);

        await _kitchen.CrashAsync();
        await _kitchen.StartAsync();
        _kitchen.Send(command);

        (await _kitchen.ReplyAsync(1, which: 2)).Should().Be(refusal);
    }

    [Fact]
    public async Task Accepted_is_in_the_journal_before_the_caller_hears_it_and_started_before_the_driver_is_called()
    {
        JournalPhase? atExecute = null;
        await _kitchen.StartAsync((command, _, _) =>
        {
            atExecute = Peek(command.Action).Phase;
            return Task.FromResult(ActionOutcome.Succeeded());
        });

        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.ResultAsync(1);

        atExecute.Should().Be(JournalPhase.Started);
        Peek(TeaKitchen.Id(1)).Reply.Status.Should().Be(ActionStatus.Accepted);
    }

    [Fact]
    public async Task Killed_before_it_started_it_runs_once_after_the_restart()
    {
        await _kitchen.StartAsync(Hang);
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
        _kitchen.Send(_kitchen.Pour(2));
        await _kitchen.ReplyAsync(2);

        await _kitchen.CrashAsync();
        await _kitchen.StartAsync();

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
        (await _kitchen.ResultAsync(2)).Status.Should().Be(ActionStatus.Succeeded);
        _kitchen.Device.Pours.Should().Be(2);
    }

    [Fact]
    public async Task Killed_after_the_mark_and_before_the_effect_it_runs_once()
    {
        await CrashDuringAsync((scope, _) => scope.Mark("pours", "0"));

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
        _kitchen.Device.Pours.Should().Be(1);
    }

    [Fact]
    public async Task Killed_after_the_effect_it_is_asked_about_and_not_repeated()
    {
        await CrashDuringAsync((scope, driver) => driver.Pour(scope));

        var result = await _kitchen.ResultAsync(1);
        (result.Status, result.Message).Should().Be((ActionStatus.Succeeded, "poured before the crash"));
        result.Epoch.Should().Be(2);
        _kitchen.Device.Pours.Should().Be(1);
    }

    [Fact]
    public async Task Killed_after_the_end_was_recorded_the_result_is_published_by_the_next_start()
    {
        var gate = new TaskCompletionSource();
        await _kitchen.StartAsync(async (command, scope, _) =>
        {
            await gate.Task;
            return new TeaMakerDriver(_kitchen.Device).Pour(scope);
        });
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
        _kitchen.Bus.Lose();
        gate.SetResult();
        while (Peek(TeaKitchen.Id(1)).Phase != JournalPhase.Ended) await Task.Yield();
        _kitchen.Broker.Published.Should().NotContain(message => message.Topic == TeaKitchen.Topics.Result(TeaKitchen.Id(1)));

        await _kitchen.CrashAsync();
        await _kitchen.StartAsync();

        (await _kitchen.ResultAsync(1)).Epoch.Should().Be(1);
        _kitchen.Device.Pours.Should().Be(1);
    }

    [Fact]
    public async Task A_device_that_cannot_tell_leaves_an_unknown_outcome_and_an_aborted_unit()
    {
        await CrashDuringAsync((scope, driver) => driver.Pour(scope), (_, _, _) => Task.FromResult<Recovery>(new Recovery.Unknown("the counter was cleared")));

        var result = await _kitchen.ResultAsync(1);
        (result.Status, result.Message, result.Recoverable).Should().Be((ActionStatus.UnknownOutcome, "the counter was cleared", false));
        await _kitchen.StateAsync(UnitState.Aborted);
        _kitchen.Device.Pours.Should().Be(1);

        await _kitchen.CrashAsync();
        await _kitchen.StartAsync();
        _kitchen.Send(_kitchen.Pour(2));
        await _kitchen.ResultAsync(2);
        _kitchen.Device.Pours.Should().Be(2, "an unknown outcome never runs again by itself");
    }

    [Fact]
    public async Task An_expired_command_is_refused_without_a_call_to_the_driver()
    {
        await _kitchen.StartAsync();
        var calls = _kitchen.Device.Calls;

        _kitchen.Send(_kitchen.Pour(1, deadline: TimeSpan.FromSeconds(-1)));

        (await _kitchen.ReplyAsync(1)).Status.Should().Be(ActionStatus.Expired);
        _kitchen.Device.Calls.Should().Be(calls);
    }

    [Fact]
    public async Task A_command_that_expires_while_it_waits_never_starts()
    {
        var gate = new TaskCompletionSource();
        await _kitchen.StartAsync(async (command, scope, _) =>
        {
            await gate.Task;
            return new TeaMakerDriver(_kitchen.Device).Pour(scope);
        });
        _kitchen.Send(_kitchen.Pour(1));
        _kitchen.Send(_kitchen.Pour(2, deadline: TimeSpan.FromSeconds(10)));
        await _kitchen.ReplyAsync(2);

        _kitchen.Clock.Advance(TimeSpan.FromSeconds(11));
        gate.SetResult();

        (await _kitchen.ResultAsync(2)).Status.Should().Be(ActionStatus.Expired);
        _kitchen.Device.Pours.Should().Be(1);
    }

    [Fact]
    public async Task An_action_that_expired_while_the_program_was_away_never_starts()
    {
        await _kitchen.StartAsync(Hang);
        _kitchen.Send(_kitchen.Pour(1, deadline: TimeSpan.FromSeconds(10)));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
        _kitchen.Send(_kitchen.Pour(2, deadline: TimeSpan.FromSeconds(10)));
        await _kitchen.ReplyAsync(2);
        await _kitchen.CrashAsync();

        _kitchen.Clock.Advance(TimeSpan.FromSeconds(11));
        await _kitchen.StartAsync();

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Expired);
        (await _kitchen.ResultAsync(2)).Status.Should().Be(ActionStatus.Expired);
        _kitchen.Device.Pours.Should().Be(0);
    }

    [Fact]
    public async Task A_result_stays_until_it_is_acknowledged_and_a_late_copy_leaves_nothing_behind()
    {
        await _kitchen.StartAsync();
        var command = _kitchen.Pour(1);
        _kitchen.Send(command);
        await _kitchen.ResultAsync(1);
        await _kitchen.StatusAsync(1, ActionStatus.Succeeded);
        _kitchen.Broker.Retained.Should().ContainKey(TeaKitchen.Topics.Result(TeaKitchen.Id(1)));

        _kitchen.Acknowledge(1);

        await _kitchen.Broker.SeeAsync(all => all.FirstOrDefault(message => message.Topic == TeaKitchen.Topics.Result(TeaKitchen.Id(1)) && message.Payload.IsEmpty));
        _kitchen.Broker.Retained.Keys.Should().NotContain(topic => topic.Contains("/exec/"));

        _kitchen.Send(command);
        await _kitchen.ResultAsync(1, which: 2);
        _kitchen.Broker.Retained.Keys.Should().NotContain(topic => topic.Contains("/exec/"));
        _kitchen.Device.Pours.Should().Be(1);
    }

    [Fact]
    public async Task What_a_full_disk_does_not_take_has_no_effect_and_no_answer_which_is_told_once_until_it_does()
    {
        await _kitchen.StartAsync();
        var calls = _kitchen.Device.Calls;
        _kitchen.Journal.Store.Run("PRAGMA query_only = ON");

        for (var n = 0; n < 3; n++) _kitchen.Send(_kitchen.Pour(1));

        (await _kitchen.EventAsync("journal")).Message.Should().StartWith("the journal").And.NotContain("   at ");
        (await _kitchen.ReconcileAsync(9, Finding.Happened)).Message.Should().Contain("knows nothing", "it was asked behind all three");
        _kitchen.Events("journal").Should().HaveCount(1);
        _kitchen.Replies(1).Should().BeEmpty("nobody would remember the answer");
        _kitchen.Device.Calls.Should().Be(calls);

        _kitchen.Journal.Store.Run("PRAGMA query_only = OFF");
        _kitchen.Send(_kitchen.Pour(1));
        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
        _kitchen.Device.Pours.Should().Be(1);
    }

    /// <summary>A refusal that one program remembers is none to the next, and a copy that is late would be done after it was written off.</summary>
    [Fact]
    public async Task After_a_restart_what_the_disk_did_not_take_is_new_and_nobody_was_told_otherwise()
    {
        await _kitchen.StartAsync();
        _kitchen.Journal.Store.Run("PRAGMA query_only = ON");
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.EventAsync("journal");
        await _kitchen.CrashAsync();

        await _kitchen.StartAsync();
        _kitchen.Send(_kitchen.Pour(1));

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
        _kitchen.Replies(1).Should().OnlyContain(reply => reply.Status == ActionStatus.Accepted);
        _kitchen.Device.Pours.Should().Be(1);
    }

    [Fact]
    public async Task A_result_that_the_disk_does_not_take_is_held_back_until_it_does()
    {
        await _kitchen.StartAsync((_, scope, _) =>
        {
            var outcome = new TeaMakerDriver(_kitchen.Device).Pour(scope);
            _kitchen.Journal.Store.Run("PRAGMA query_only = ON");
            return Task.FromResult(outcome);
        });
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.EventAsync("journal");
        _kitchen.Broker.Published.Should().NotContain(message => message.Topic == TeaKitchen.Topics.Result(TeaKitchen.Id(1)));

        _kitchen.Journal.Store.Run("PRAGMA query_only = OFF");
        _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
    }

    [Fact]
    public async Task A_second_host_for_the_same_instrument_shuts_the_first_one_out()
    {
        var first = await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        var second = await _kitchen.StartAsync();
        await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame is { Epoch: 2, Unit: UnitState.Idle }));

        _kitchen.Send(_kitchen.Pour(1));

        await FluentActions.Awaiting(() => first.Completion).Should().ThrowAsync<FencedException>().WithMessage("*another driver has taken over*");
        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
        _kitchen.Device.Pours.Should().Be(1);
        _kitchen.Broker.Published.Where(message => message.Topic == "lab/1/clients/lab/reply").Select(message => FrameCodec.Decode<ReplyFrame>(message.Payload).Status)
            .Should().Equal([ActionStatus.Accepted], "what the first one cannot do, the second one does");
        second.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Who_was_shut_out_neither_speaks_for_the_instrument_nor_stops_its_device()
    {
        var first = await _kitchen.StartAsync();
        var firstBus = _kitchen.Bus;
        await _kitchen.StateAsync(UnitState.Idle);
        await _kitchen.StartAsync();
        await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame is { Epoch: 2, Unit: UnitState.Idle }));
        var madeSafe = _kitchen.Device.MadeSafe;

        firstBus.Lose();
        firstBus.Return();

        await FluentActions.Awaiting(() => first.Completion).Should().ThrowAsync<FencedException>();
        await first.StopAsync(CancellationToken.None);
        FrameCodec.Decode<Birth>(_kitchen.Broker.Retained[TeaKitchen.Topics.Birth].Payload).Epoch.Should().Be(2);
        FrameCodec.Decode<Liveness>(_kitchen.Broker.Retained[TeaKitchen.Topics.Liveness].Payload).Should().Be(new Liveness(true, 2));
        _kitchen.Device.MadeSafe.Should().Be(madeSafe);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private static Task<ActionOutcome> Hang(DriverCommand command, IActionScope scope, CancellationToken cancellation) => new TaskCompletionSource<ActionOutcome>().Task;

    /// <summary>Reads the journal's file as another program would.</summary>
    private JournalEntry Peek(ActionId action) => new InstrumentJournal(_kitchen.Journal.Store, "tea", 0, false).Find(action)!;

    private async Task CrashDuringAsync(Action<IActionScope, TeaMakerDriver> upTo, Func<StartedAction, IActionScope, CancellationToken, Task<Recovery>>? recover = null)
    {
        var there = new TaskCompletionSource();
        await _kitchen.StartAsync((command, scope, cancellation) =>
        {
            upTo(scope, new TeaMakerDriver(_kitchen.Device));
            there.SetResult();
            return Hang(command, scope, cancellation);
        });
        _kitchen.Send(_kitchen.Pour(1));
        await there.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await _kitchen.CrashAsync();
        await _kitchen.StartAsync(recover: recover);
    }
}
