using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Agents.Bench;

/// <summary>A broker that refuses a command: what never went out has failed, and what a driver may have is not said to have.</summary>
public sealed class RefusedCommandTests : IAsyncLifetime
{
    private TeaBench _bench = null!;

    [Fact]
    public async Task What_was_refused_each_time_has_failed()
    {
        _bench.Refuses = true;

        var ended = await RefusedThreeTimesAsync(_bench.PerformAsync());

        (ended.Result.Status, ended.Result.Cause, ended.Result.Message).Should().Be((ActionStatus.Failed, CauseCode.LinkLost, "not authorized"));
    }

    [Fact]
    public async Task What_the_broker_has_taken_once_is_unknown_however_often_it_is_refused_then()
    {
        var asked = _bench.PerformAsync();
        await _bench.Commands.NextAsync();
        _bench.Refuses = true;
        await _bench.LosePatienceAsync();

        (await RefusedThreeTimesAsync(asked)).Result.Status.Should().Be(ActionStatus.UnknownOutcome, "its driver has no answer yet, and may carry it out");
    }

    [Fact]
    public async Task Refusals_count_anew_after_a_copy_that_was_taken()
    {
        _bench.Refuses = true;
        var asked = _bench.PerformAsync();
        await _bench.LosePatienceAsync();
        _bench.Refuses = false;
        await _bench.LosePatienceAsync();
        await _bench.Commands.NextAsync();
        _bench.Refuses = true;

        await _bench.LosePatienceAsync();
        await _bench.LosePatienceAsync();
        asked.IsCompleted.Should().BeFalse();

        (await RefusedThreeTimesAsync(asked)).Result.Status.Should().Be(ActionStatus.UnknownOutcome);
    }

    [Fact]
    public async Task Of_what_was_on_its_way_when_the_link_broke_the_broker_may_have_a_copy()
    {
        _bench.Withholds = true;
        var asked = _bench.PerformAsync();
        await _bench.CaughtUpAsync();
        (_bench.Withholds, _bench.Refuses) = (false, true);
        _bench.Link(false);
        _bench.Link(true);
        await _bench.CaughtUpAsync();
        _bench.Release();

        (await RefusedThreeTimesAsync(asked)).Result.Status.Should().Be(ActionStatus.UnknownOutcome);
    }

    [Fact]
    public async Task Nothing_is_said_to_have_failed_while_a_copy_is_on_its_way()
    {
        _bench.Withholds = true;
        var asked = _bench.PerformAsync();
        await _bench.CaughtUpAsync();
        (_bench.Withholds, _bench.Refuses) = (false, true);
        for (var k = 0; k < 6; k++) await _bench.LosePatienceAsync();
        asked.IsCompleted.Should().BeFalse();

        _bench.Refuses = false;
        _bench.Release();
        await _bench.Commands.NextAsync();
        _bench.Refuses = true;

        (await RefusedThreeTimesAsync(asked)).Result.Status.Should().Be(ActionStatus.UnknownOutcome, "it was taken after all");
    }

    public async Task InitializeAsync()
    {
        _bench = await TeaBench.OpenAsync();
        await _bench.SayAsync(TeaBench.Birth(1, 0));
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    private async Task<ActionEnded> RefusedThreeTimesAsync(Task<ActionConcluded> asked)
    {
        for (var k = 0; k < 20 && !asked.IsCompleted; k++) await _bench.LosePatienceAsync();
        return (await asked).Ended;
    }
}
