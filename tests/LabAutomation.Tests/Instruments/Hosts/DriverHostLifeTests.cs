using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

public sealed class DriverHostLifeTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();

    [Fact]
    public async Task The_birth_says_since_when_its_journal_remembers()
    {
        var first = _kitchen.Clock.GetUtcNow();
        await _kitchen.StartAsync();
        await _kitchen.CrashAsync();
        _kitchen.Clock.Advance(TimeSpan.FromDays(1));
        await _kitchen.StartAsync();

        var births = _kitchen.Broker.Published.Where(message => message.Topic == TeaKitchen.Topics.Birth).Select(message => FrameCodec.Decode<Birth>(message.Payload)).ToList();
        births.Select(birth => (birth.Epoch, birth.RemembersSince)).Should().Equal((1, first), (2, first));

        _kitchen.Journal.Store.Run("DELETE FROM memories");
        await _kitchen.CrashAsync();
        await _kitchen.StartAsync();
        FrameCodec.Decode<Birth>(_kitchen.Broker.Retained[TeaKitchen.Topics.Birth].Payload).RemembersSince.Should().BeNull("a file from before that was written down knows no such time");
    }

    [Fact]
    public async Task Liveness_and_birth_come_first_and_the_state_counts_from_one()
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        await PropertyAsync(1);

        var topics = _kitchen.Broker.Published.Select(message => message.Topic).ToList();
        topics.Take(5).Should().Equal(TeaKitchen.Topics.Event, TeaKitchen.Topics.Liveness, TeaKitchen.Topics.Birth, TeaKitchen.Topics.Event, TeaKitchen.Topics.State);
        TeaKitchen.States(_kitchen.Broker.Published).Select(state => (state.Device, state.Unit, state.Seq)).Should().Equal(
            (DeviceState.Initialization, UnitState.Stopped, 1), (DeviceState.Operate, UnitState.Stopped, 2), (DeviceState.Operate, UnitState.Idle, 3));
        _kitchen.Broker.Published.Where(message => !message.Topic.EndsWith("/event", StringComparison.Ordinal)).Should().OnlyContain(message => message.Retain);
    }

    [Fact]
    public async Task The_birth_says_who_and_what_it_is_and_the_hash_fits()
    {
        await _kitchen.StartAsync();

        var birth = Birth();

        (birth.Protocol, birth.Instrument, birth.Family, birth.Simulated, birth.Epoch).Should().Be(("1", "tea", "tea-maker", true, 1));
        birth.Identity.Model.Should().Be("T1");
        birth.SchemaHash.Should().Be(SchemaHashes.Of(birth.Commands, birth.Properties));
    }

    [Fact]
    public async Task The_will_carries_the_epoch_which_rises_at_every_start()
    {
        await _kitchen.StartAsync();
        Will().Should().Be(new Liveness(false, 1));
        await _kitchen.StateAsync(UnitState.Idle);
        await _kitchen.CrashAsync();

        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle, which: 2);

        Will().Should().Be(new Liveness(false, 2));
        Birth().Epoch.Should().Be(2);
        TeaKitchen.States(_kitchen.Broker.Published).Last().Epoch.Should().Be(2);
    }

    [Fact]
    public async Task A_clean_stop_makes_the_device_safe_and_says_offline_last()
    {
        var host = await _kitchen.StartAsync();
        var madeSafe = _kitchen.Device.MadeSafe;

        await host.StopAsync(CancellationToken.None);

        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);
        var last = _kitchen.Broker.Published[^1];
        last.Topic.Should().Be(TeaKitchen.Topics.Liveness);
        FrameCodec.Decode<Liveness>(last.Payload).Online.Should().BeFalse();
        var state = TeaKitchen.States(_kitchen.Broker.Published).Last();
        (state.Device, state.Unit).Should().Be((DeviceState.Shutdown, UnitState.Stopped));
        host.Completion.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public async Task A_clean_stop_waits_for_the_running_action_and_leaves_the_waiting_one_for_the_next_start()
    {
        var gate = new TaskCompletionSource();
        var host = await _kitchen.StartAsync(async (_, scope, _) =>
        {
            await gate.Task;
            return new TeaMakerDriver(_kitchen.Device).Pour(scope);
        });
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
        _kitchen.Send(_kitchen.Pour(2));
        await _kitchen.ReplyAsync(2);

        var stopping = host.StopAsync(CancellationToken.None);
        gate.SetResult();
        await stopping;
        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
        _kitchen.Device.Pours.Should().Be(1);

        await _kitchen.StartAsync();
        (await _kitchen.ResultAsync(2)).Status.Should().Be(ActionStatus.Succeeded);
        _kitchen.Device.Pours.Should().Be(2);
    }

    [Fact]
    public async Task A_clean_stop_whose_time_is_over_cancels_the_running_action()
    {
        var host = await _kitchen.StartAsync(async (_, _, cancellation) =>
        {
            var cancelled = new TaskCompletionSource();
            await using var registration = cancellation.Register(cancelled.SetResult);
            await cancelled.Task;
            return ActionOutcome.Cancelled("stopped halfway");
        });
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);

        await host.StopAsync(new CancellationToken(canceled: true));

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Cancelled);
    }

    [Fact]
    public async Task After_a_crash_the_bench_is_left_as_it_stands_and_after_a_clean_stop_it_is_made_safe()
    {
        var host = await _kitchen.StartAsync();
        _kitchen.Device.MadeSafe.Should().Be(1);
        await _kitchen.CrashAsync();
        host = await _kitchen.StartAsync();
        _kitchen.Device.MadeSafe.Should().Be(1);
        await host.StopAsync(CancellationToken.None);
        await _kitchen.StartAsync();

        _kitchen.Device.MadeSafe.Should().Be(3);
    }

    [Fact]
    public async Task After_a_reconnect_everything_is_told_again_with_the_numbers_it_had()
    {
        await _kitchen.StartAsync();
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StateAsync(UnitState.Idle, which: 2);
        var state = _kitchen.Broker.Retained[TeaKitchen.Topics.State];

        _kitchen.Bus.Lose();
        _kitchen.Broker.ForgetRetained();
        _kitchen.Bus.Return();

        await _kitchen.ResultAsync(1, which: 2);
        await _kitchen.Broker.SeeAsync(all => all.Where(message => message.Topic == TeaKitchen.Topics.Birth).Skip(1).FirstOrDefault());
        Birth().Epoch.Should().Be(1, "the driver was not started anew");
        _kitchen.Broker.Retained[TeaKitchen.Topics.State].Payload.ToArray().Should().Equal(state.Payload.ToArray());
        FrameCodec.Decode<Liveness>(_kitchen.Broker.Retained[TeaKitchen.Topics.Liveness].Payload).Should().Be(new Liveness(true, 1));
        _kitchen.Broker.Published.Count(message => message.Topic == TeaKitchen.Topics.Birth).Should().Be(2, "one for each connection");
    }

    [Fact]
    public async Task Properties_are_read_again_after_their_period()
    {
        await _kitchen.StartAsync();
        await PropertyAsync(1);
        _kitchen.Device.Pours = 5;

        _kitchen.Clock.Advance(TimeSpan.FromSeconds(30));

        var frame = await PropertyAsync(2);
        (frame.Value, frame.Quality, frame.Seq).Should().Be((Quantity.Of(5, "1"), Quality.Good, 2));
    }

    [Fact]
    public async Task Bulk_data_lies_on_its_own_topic_before_the_result_refers_to_it()
    {
        var series = new Series([new("wavelength", Unit.Parse("nm")), new("absorbance", Unit.Parse("AU"))], [[400, 410], [0.1, 0.2]]);
        await _kitchen.StartAsync((_, _, _) => Task.FromResult(ActionOutcome.Succeeded().With("spectrum", series)));

        _kitchen.Send(_kitchen.Pour(1));

        var reference = (await _kitchen.ResultAsync(1)).Data.Should().ContainSingle().Which;
        var payload = _kitchen.Broker.Retained[reference.Topic];
        Series.Read(reference, payload.Payload.Span).Values[1].Should().Equal(0.1, 0.2);
        payload.ContentType.Should().Be(Series.MediaType);
        await _kitchen.CrashAsync();
        _kitchen.Broker.ForgetRetained();
        await _kitchen.StartAsync();
        await _kitchen.ResultAsync(1, which: 2);
        _kitchen.Broker.Retained.Should().ContainKey(reference.Topic, "it comes back from the journal");

        _kitchen.Acknowledge(1);
        await _kitchen.Broker.SeeAsync(all => all.FirstOrDefault(message => message.Topic == reference.Topic && message.Payload.IsEmpty));
    }

    [Fact]
    public async Task Progress_never_falls_and_there_is_one_terminal_status()
    {
        await _kitchen.StartAsync((_, scope, _) =>
        {
            foreach (var progress in new[] { 0.1, 0.5, 0.3, 0.51, 0.9, 2 }) scope.Report(progress, "pouring", TimeSpan.FromSeconds(3));
            return Task.FromResult(ActionOutcome.Succeeded());
        });

        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Succeeded);

        var statuses = _kitchen.Statuses(1).ToList();
        statuses.Select(status => status.Progress).Should().Equal(0, 0, 0.1, 0.5, 0.9, 1, 1);
        statuses.Select(status => status.Status).Should().Equal(
            ActionStatus.Accepted, ActionStatus.Running, ActionStatus.Running, ActionStatus.Running, ActionStatus.Running, ActionStatus.Running, ActionStatus.Succeeded);
    }

    [Fact]
    public async Task An_action_behind_another_one_is_told_to_wait_and_one_that_starts_at_once_is_not()
    {
        var first = new TaskCompletionSource<ActionOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _kitchen.StartAsync((command, _, _) => command.Action == TeaKitchen.Id(1) ? first.Task : Task.FromResult(ActionOutcome.Succeeded()));

        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
        _kitchen.Send(_kitchen.Pour(2));
        await _kitchen.StatusAsync(2, ActionStatus.Waiting);
        first.SetResult(ActionOutcome.Succeeded());
        await _kitchen.StatusAsync(2, ActionStatus.Succeeded);

        _kitchen.Statuses(1).Should().NotContain(status => status.Status == ActionStatus.Waiting);
        _kitchen.Statuses(2).Select(status => status.Status).Should().Equal(ActionStatus.Accepted, ActionStatus.Waiting, ActionStatus.Running, ActionStatus.Succeeded);
    }

    [Fact]
    public async Task Actions_run_one_after_the_other_in_the_order_of_arrival()
    {
        var order = new List<ActionId>();
        var running = 0;
        await _kitchen.StartAsync(async (command, _, _) =>
        {
            Interlocked.Increment(ref running).Should().Be(1);
            await Task.Yield();
            order.Add(command.Action);
            Interlocked.Decrement(ref running);
            return ActionOutcome.Succeeded();
        });

        for (var n = 1; n <= 10; n++) _kitchen.Send(_kitchen.Pour(n));
        await _kitchen.ResultAsync(10);

        order.Should().Equal(Enumerable.Range(1, 10).Select(TeaKitchen.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_ends_by_a_fault_of_its_own_does_not_look_alive(bool isStopped)
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        _kitchen.Journal.Store.Boundary = _ => throw new InvalidOperationException("a defect");
        _kitchen.Send(_kitchen.Pour(1));
        await FluentActions.Awaiting(() => _kitchen.Host.Completion).Should().ThrowAsync<InvalidOperationException>();
        _kitchen.Journal.Store.Boundary = null;
        var madeSafe = _kitchen.Device.MadeSafe;

        if (isStopped) await _kitchen.Host.StopAsync(CancellationToken.None);
        await _kitchen.Host.DisposeAsync();

        FrameCodec.Decode<Liveness>(_kitchen.Broker.Retained[TeaKitchen.Topics.Liveness].Payload).Online.Should().BeFalse();
        if (isStopped) _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private Birth Birth() => FrameCodec.Decode<Birth>(_kitchen.Broker.Retained[TeaKitchen.Topics.Birth].Payload);

    private Liveness Will() => FrameCodec.Decode<Liveness>(_kitchen.Bus.Will.Payload);

    private Task<PropertyFrame> PropertyAsync(int which) => _kitchen.Broker.SeeAsync(all => all
        .Where(message => message.Topic == TeaKitchen.Topics.Property("poured")).Skip(which - 1).Select(message => FrameCodec.Decode<PropertyFrame>(message.Payload)).FirstOrDefault());
}
