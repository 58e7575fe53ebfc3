using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Agents.Bench;

/// <summary>A driver comes back with a journal that begins anew, its data directory being lost: what the older one may have begun is not sent to it.</summary>
public sealed class NewJournalTests : IAsyncLifetime
{
    private TeaBench _bench = null!;

    [Theory]
    [InlineData(1, 0, 1000, -60)]
    [InlineData(1, 0, 1000, null)]
    [InlineData(1, null, 1000, 60)]
    [InlineData(1, 0, 1, 60)]
    [InlineData(1000, 0, 1, 60)]
    [InlineData(1000, 0, 1, -60)]      // its clock was set back
    [InlineData(1000, 0, 1, null)]
    [InlineData(1000, null, 1, 60)]
    [InlineData(1000, null, 1, null)]      // it does not say, and on one journal epochs rise
    public async Task What_was_sent_is_not_sent_to_a_driver_with_another_journal(long epochBefore, int? before, long epochAfter, int? after)
    {
        await _bench.SayAsync(TeaBench.Birth(epochBefore, before));
        var asked = _bench.PerformAsync();
        (await _bench.Commands.NextAsync()).Topic.Should().Be(TeaBench.Tea.Command("pour"));

        await _bench.SayAsync(TeaBench.Birth(epochAfter, after, at: 60));
        await _bench.LosePatienceAsync();

        var ended = (await asked).Ended;
        (ended.Result.Status, ended.Result.Cause, ended.Repetition).Should().Be((ActionStatus.UnknownOutcome, CauseCode.LinkLost, null));
        ended.Result.Message.Should().Contain("knows nothing of this action");
        _bench.Commands.HasMail.Should().BeFalse();
        (await _bench.ViewsAsync()).Single().Birth.Epoch.Should().Be(epochAfter, "so it is on record too");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(null)]
    public async Task A_driver_that_starts_again_on_its_journal_is_asked_at_once(int? since)
    {
        await _bench.SayAsync(TeaBench.Birth(1, since));
        var asked = _bench.PerformAsync();
        await _bench.Commands.NextAsync();

        await _bench.SayAsync(TeaBench.Birth(2, since));

        (await _bench.Commands.NextAsync()).CorrelationData.ToArray().Should().Equal(_bench.Intent.Action.ToBytes(), "it is the same journal, which knows");
        asked.IsCompleted.Should().BeFalse();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1000, 1)]
    [InlineData(1, 1000)]
    public async Task An_old_birth_that_comes_late_is_no_news(long epochBefore, long epochAfter)
    {
        await _bench.SayAsync(TeaBench.Birth(epochBefore, 0), TeaBench.Birth(epochAfter, 60));
        var asked = _bench.PerformAsync();
        await _bench.Commands.NextAsync();

        await _bench.SayAsync(TeaBench.Birth(epochBefore, 0));
        await _bench.LosePatienceAsync();

        (await _bench.Commands.NextAsync()).Topic.Should().Be(TeaBench.Tea.Command("pour"), "it is asked again, of the journal that knows");
        await _bench.LosePatienceAsync();
        asked.IsCompleted.Should().BeFalse();
        (await _bench.ViewsAsync()).Single().Birth.RemembersSince.Should().Be(TeaBench.At.AddSeconds(60));
    }

    [Fact]
    public async Task What_two_journals_may_have_seen_is_sent_to_neither()
    {
        await _bench.SayAsync(TeaBench.Birth(1, 0));
        var asked = _bench.PerformAsync();
        await _bench.Commands.NextAsync();

        await _bench.SayAsync(TeaBench.Birth(1, 60), TeaBench.Birth(2, 0));
        await _bench.LosePatienceAsync();

        (await asked).Ended.Result.Status.Should().Be(ActionStatus.UnknownOutcome);
        _bench.Commands.HasMail.Should().BeFalse();
    }

    [Fact]
    public async Task Who_comes_after_an_instrument_was_taken_out_of_the_lab_is_another()
    {
        await _bench.SayAsync(TeaBench.Birth(7, null));
        var asked = _bench.PerformAsync();
        await _bench.Commands.NextAsync();

        await _bench.SayAsync(BusMessage.Retained(TeaBench.Tea.Liveness, new Liveness(false, 7)), BusMessage.Cleared(TeaBench.Tea.Birth), TeaBench.Birth(1, null));
        await _bench.LosePatienceAsync();

        (await asked).Ended.Result.Status.Should().Be(ActionStatus.UnknownOutcome);
        _bench.Commands.HasMail.Should().BeFalse();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(-60, true)]      // its clock was set back
    public async Task By_the_record_of_a_program_before_this_one_its_driver_had_this_journal_or_another(int since, bool isForgotten)
    {
        _bench.Record(
            new InstrumentSeen("tea", "tea-maker", new InstrumentIdentity("Kettle & Co", "T1", "7", "1.0"), true, 1, SchemaHashes.Of([], []), TeaBench.At), _bench.Intent);
        await _bench.SayAsync(TeaBench.Birth(2, since));

        var asked = _bench.PerformAsync(isOnRecord: true);
        await _bench.LosePatienceAsync();

        _bench.Commands.HasMail.Should().Be(!isForgotten);
        if (isForgotten) (await asked).Ended.Result.Status.Should().Be(ActionStatus.UnknownOutcome);
    }

    [Fact]
    public async Task A_driver_that_refuses_what_was_taken_has_another_journal()
    {
        await _bench.SayAsync(TeaBench.Birth(1, 0));
        var asked = _bench.PerformAsync();
        await _bench.SayAsync(_bench.Reply(ActionStatus.Accepted));

        await _bench.SayAsync(_bench.Reply(ActionStatus.Failed, "the unit is Aborted"));
        await _bench.LosePatienceAsync();

        var ended = (await asked).Ended;
        (ended.Result.Status, ended.Repetition).Should().Be((ActionStatus.UnknownOutcome, null));
        ended.Result.Message.Should().Contain("the unit is Aborted");
    }

    [Fact]
    public async Task What_another_journal_refuses_the_one_before_may_have_begun()
    {
        await _bench.SayAsync(TeaBench.Birth(1, 0));
        var asked = _bench.PerformAsync();
        await _bench.Commands.NextAsync();

        await _bench.SayAsync(TeaBench.Birth(1000, 60), _bench.Reply(ActionStatus.Failed, "the unit is Aborted"));
        await _bench.LosePatienceAsync();

        (await asked).Ended.Result.Status.Should().Be(ActionStatus.UnknownOutcome);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(-1, false)]
    [InlineData(null, false)]
    public async Task What_a_program_before_this_one_has_intended_is_not_sent_to_a_driver_whose_journal_began_since(int? since, bool isForgotten)
    {
        await _bench.SayAsync(TeaBench.Birth(1000, since));

        var asked = _bench.PerformAsync(isOnRecord: true);

        if (!isForgotten)
        {
            (await _bench.Commands.NextAsync()).Topic.Should().Be(TeaBench.Tea.Command("pour"));
            return;
        }

        await _bench.LosePatienceAsync();
        (await asked).Ended.Result.Status.Should().Be(ActionStatus.UnknownOutcome);
        _bench.Commands.HasMail.Should().BeFalse();
    }

    [Fact]
    public async Task The_result_that_the_older_driver_has_left_on_the_broker_counts()
    {
        await _bench.SayAsync(TeaBench.Birth(1, 0));
        var asked = _bench.PerformAsync();
        await _bench.Commands.NextAsync();

        await _bench.SayAsync(TeaBench.Birth(1000, 60));
        await _bench.SayAsync(_bench.Result(ActionStatus.Succeeded));

        (await asked).Ended.Result.Status.Should().Be(ActionStatus.Succeeded);
    }

    [Fact]
    public async Task What_has_never_been_sent_is_sent_to_a_driver_that_comes_later()
    {
        var asked = _bench.PerformAsync();
        await _bench.SayAsync(TeaBench.Birth(1000, 60));

        (await _bench.Commands.NextAsync()).Topic.Should().Be(TeaBench.Tea.Command("pour"));
        await _bench.LosePatienceAsync();
        (await _bench.Commands.NextAsync()).Topic.Should().Be(TeaBench.Tea.Command("pour"), "it is asked again under its id, of the same journal");
        asked.IsCompleted.Should().BeFalse();
    }

    public async Task InitializeAsync() => _bench = await TeaBench.OpenAsync();

    public async Task DisposeAsync() => await _bench.DisposeAsync();
}
