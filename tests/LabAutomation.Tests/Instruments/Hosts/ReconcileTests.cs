using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>An outcome that nobody knows: the unit rests until the device or a person tells.</summary>
public sealed class ReconcileTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();
    private Recovery _recovery = new Recovery.Unknown("the counter was reset");

    [Fact]
    public async Task Clearing_asks_the_device_again_and_goes_on_where_it_knows()
    {
        await UnknownAsync();

        _recovery = new Recovery.Happened(ActionOutcome.Succeeded("the counter is back"));
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));

        (await _kitchen.ResultAsync(1, which: 2)).Should().Match<ResultFrame>(result => result.Status == ActionStatus.Succeeded && result.Message == "the counter is back");
        _kitchen.Device.Pours.Should().Be(0, "an action of unknown outcome never runs by itself");
    }

    [Fact]
    public async Task What_did_not_happen_is_not_made_up_for()
    {
        await UnknownAsync();

        _recovery = new Recovery.DidNotHappen();
        _kitchen.Control("clear");

        (await _kitchen.ResultAsync(1, which: 2)).Status.Should().Be(ActionStatus.Failed);
        _kitchen.Device.Pours.Should().Be(0);
    }

    [Fact]
    public async Task While_the_device_cannot_tell_the_unit_stays_aborted_also_after_a_restart()
    {
        await UnknownAsync();

        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Control("clear"));
        _kitchen.Send(_kitchen.Pour(2));
        (await _kitchen.ReplyAsync(2)).Message.Should().Contain("Aborted");
        await _kitchen.CrashAsync();
        await StartAsync();
        await _kitchen.ResultAsync(1, which: 3);
        _kitchen.Send(_kitchen.Pour(3));

        (await _kitchen.ReplyAsync(3)).Status.Should().Be(ActionStatus.Failed);
        _kitchen.Device.Pours.Should().Be(0);
    }

    [Theory]
    [InlineData(Finding.Happened, ActionStatus.Succeeded)]
    [InlineData(Finding.DidNotHappen, ActionStatus.Failed)]
    [InlineData(Finding.Unknowable, ActionStatus.UnknownOutcome)]
    public async Task A_person_decides_once_and_the_unit_goes_on(Finding finding, ActionStatus status)
    {
        await UnknownAsync();
        _kitchen.Acknowledge(1);

        (await _kitchen.ReconcileAsync(1, finding)).Done.Should().BeTrue();

        var result = await _kitchen.ResultAsync(1, which: 2);
        result.Status.Should().Be(status);
        result.Message.Should().Contain("Ada").And.Contain("the cup was full").And.Contain("the counter was reset");
        (await _kitchen.ReconcileAsync(1, Finding.Happened)).Done.Should().BeFalse("it is known now");
        (await _kitchen.ReconcileAsync(1, Finding.Unknowable)).Done.Should().Be(finding == Finding.Unknowable, "who gives up once more what was given up has not been heard by the lab's program");
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
        _kitchen.Send(_kitchen.Pour(1));
        (await _kitchen.ResultAsync(1, which: 3)).Status.Should().Be(status, "the finding is what the action ended in");
    }

    [Fact]
    public async Task A_finding_survives_a_crash()
    {
        await UnknownAsync();
        await _kitchen.ReconcileAsync(1, Finding.DidNotHappen);

        await _kitchen.CrashAsync();
        await StartAsync();
        _kitchen.Send(_kitchen.Pour(2));

        (await _kitchen.ReplyAsync(2)).Status.Should().Be(ActionStatus.Accepted);
    }

    [Fact]
    public async Task A_person_may_say_so_of_a_unit_that_begins_under_a_stop_and_before_anybody_clears_it()
    {
        await UnknownAsync();
        (await _kitchen.AskAsync("abort", new ControlFrame(null, "Ada", "it smells", _kitchen.Clock.GetUtcNow()))).Done.Should().BeFalse("it is aborted already");
        await _kitchen.CrashAsync();
        await StartAsync();
        await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(state => state is { Epoch: 3, Unit: UnitState.Aborted }));

        (await _kitchen.ReconcileAsync(1, Finding.Happened)).Should().Match<ControlReply>(reply => reply.Done && reply.Message == "done");

        _recovery = new Recovery.Unknown("nobody is asked any more");
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
        _kitchen.Send(_kitchen.Pour(2));
        (await _kitchen.ReplyAsync(2)).Status.Should().Be(ActionStatus.Accepted);
    }

    [Fact]
    public async Task A_finding_that_comes_while_the_unit_is_being_cleared_stands()
    {
        await UnknownAsync();
        var connected = new TaskCompletionSource();
        _kitchen.Device.WhenConnecting = () => connected.Task;
        _recovery = new Recovery.DidNotHappen();
        await _kitchen.NextStateAsync(UnitState.Clearing, () => _kitchen.Control("clear"));

        (await _kitchen.ReconcileAsync(1, Finding.Happened)).Done.Should().BeTrue();
        await _kitchen.NextStateAsync(UnitState.Idle, connected.SetResult);
        _kitchen.Send(_kitchen.Pour(2));
        await _kitchen.ResultAsync(2);

        _kitchen.Broker.Published.Where(message => message.Topic == TeaKitchen.Topics.Result(TeaKitchen.Id(1)))
            .Select(message => FrameCodec.Decode<ResultFrame>(message.Payload).Status).Should().Equal(ActionStatus.UnknownOutcome, ActionStatus.Succeeded);
    }

    [Fact]
    public async Task Nobody_reconciles_what_is_known_or_without_a_name()
    {
        await UnknownAsync();
        _kitchen.Send(_kitchen.Pour(2, volume: 9999));
        await _kitchen.ReplyAsync(2);

        (await _kitchen.ReconcileAsync(2, Finding.Happened)).Message.Should().Contain("is not unknown here");
        (await _kitchen.ReconcileAsync(1, Finding.Happened, by: "")).Message.Should().Contain("name");
    }

    [Fact]
    public async Task What_is_found_out_of_an_action_that_a_driver_does_not_know_it_does_not_write_down()
    {
        await UnknownAsync();

        foreach (var finding in Enum.GetValues<Finding>())
            (await _kitchen.ReconcileAsync(2, finding)).Should().Match<ControlReply>(reply => reply.Done && reply.Message.Contains($"knows nothing of action {TeaKitchen.Id(2)}"));
        (await _kitchen.ReconcileAsync(1, Finding.Unknowable)).Should().Match<ControlReply>(reply => reply.Done && reply.Message == "done");
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _kitchen.DisposeAsync().AsTask();

    /// <summary>A crash in the midst of a pour, after which the device cannot tell.</summary>
    private async Task UnknownAsync()
    {
        var began = new TaskCompletionSource();
        await _kitchen.StartAsync((_, scope, _) =>
        {
            scope.Mark("pours", "0");
            began.SetResult();
            return new TaskCompletionSource<ActionOutcome>().Task;
        });
        _kitchen.Send(_kitchen.Pour(1));
        await began.Task;
        await _kitchen.CrashAsync();
        await StartAsync();
        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.UnknownOutcome);
        await _kitchen.StateAsync(UnitState.Aborted);
    }

    private Task<DriverHost> StartAsync() => _kitchen.StartAsync(recover: (_, _, _) => Task.FromResult(_recovery));
}
