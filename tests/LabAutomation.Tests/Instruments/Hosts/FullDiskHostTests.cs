using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A disk that is full between the steps of an action.</summary>
public sealed class FullDiskHostTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();
    private bool _isFull;

    [Fact]
    public async Task What_comes_again_while_its_end_waits_for_the_disk_is_not_done_once_that_is_on_record()
    {
        var run = new TaskCompletionSource<ActionOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        await StartAsync((command, _, _) => run.Task);
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
        _kitchen.Send(_kitchen.Pour(2));
        await _kitchen.StatusAsync(2, ActionStatus.Waiting);

        _isFull = true;
        _kitchen.Control("cancel", TeaKitchen.Id(2));
        await _kitchen.EventAsync("journal");
        _kitchen.Send(_kitchen.Pour(2));
        await _kitchen.ReplyAsync(2, which: 2);
        _isFull = false;
        await Settled.UntilAsync(() =>
        {
            _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));
            return _kitchen.Statuses(2).Any(status => status.Status == ActionStatus.Cancelled);
        });
        run.SetResult(ActionOutcome.Succeeded());
        await _kitchen.ResultAsync(1);
        _kitchen.Send(_kitchen.Pour(3));

        (await _kitchen.ResultAsync(3)).Status.Should().Be(ActionStatus.Succeeded, "the host goes on");
        (await _kitchen.ResultAsync(2)).Status.Should().Be(ActionStatus.Cancelled);
        _kitchen.Host.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_mark_that_a_full_disk_does_not_take_after_something_has_moved_leaves_nobody_sure()
    {
        await StartAsync((_, scope, _) =>
        {
            scope.Mark("pours", "0");
            _kitchen.Device.Pours++;
            _isFull = true;
            try
            {
                scope.Mark("second", "1");
            }
            finally
            {
                _isFull = false;
            }

            return Task.FromResult(ActionOutcome.Succeeded());
        });

        _kitchen.Send(_kitchen.Pour(1));

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.UnknownOutcome, "half of it has happened");
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
        (await _kitchen.ResultAsync(1, which: 2)).Status.Should().Be(ActionStatus.Succeeded, "the device can tell");
    }

    [Fact]
    public async Task A_mark_that_a_full_disk_does_not_take_before_anything_has_moved_fails_the_action()
    {
        await StartAsync((_, scope, _) =>
        {
            _isFull = true;
            try
            {
                scope.Mark("pours", "0");
            }
            finally
            {
                _isFull = false;
            }

            return Task.FromResult(ActionOutcome.Succeeded());
        });

        _kitchen.Send(_kitchen.Pour(1));

        (await _kitchen.ResultAsync(1)).Should().Match<ResultFrame>(result => result.Status == ActionStatus.Failed && result.Message == "the disk is full");
    }

    [Fact]
    public async Task What_the_device_says_has_not_happened_fails_where_the_disk_does_not_take_that_it_begins_anew()
    {
        await StartAsync((_, scope, _) =>
        {
            scope.Mark("pours", "0");
            return new TaskCompletionSource<ActionOutcome>().Task;
        });
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
        await _kitchen.CrashAsync();
        await _kitchen.StartAsync(recover: (_, _, _) =>
        {
            Fill();
            _isFull = true;
            return Task.FromResult<Recovery>(new Recovery.DidNotHappen());
        });

        await _kitchen.EventAsync("journal");
        _isFull = false;
        await Settled.UntilAsync(() =>
        {
            _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));
            return _kitchen.Broker.Published.Any(message => message.Topic == TeaKitchen.Topics.Result(TeaKitchen.Id(1)));
        });

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Failed);
        _kitchen.Device.Pours.Should().Be(0);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private async Task StartAsync(Func<DriverCommand, IActionScope, CancellationToken, Task<ActionOutcome>> execute)
    {
        await _kitchen.StartAsync(execute);
        Fill();
    }

    private void Fill() => _kitchen.Journal.Store.Boundary = isAfter =>
    {
        if (_isFull && !isAfter) throw new JournalException("the disk is full");
    };
}
