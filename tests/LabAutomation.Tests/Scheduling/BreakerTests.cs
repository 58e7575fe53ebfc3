using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Time;

namespace LabAutomation.Tests.Scheduling;

/// <summary>When an instrument that fails is given nothing more to do, and when it is tried again: the rules alone.</summary>
public sealed class BreakerTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly BreakerLimits Limits = new(3, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(5));

    private readonly string _folder = Directory.CreateTempSubdirectory("breaker-").FullName;
    private int _actions;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_opens_after_so_many_failures_in_the_window_and_not_by_older_ones()
    {
        var breaker = Fail(Fail(Breaker.Closed(Limits), 0), 9);
        breaker.At(Minute(9)).Should().Be(BreakerPhase.Closed);
        Fail(breaker, 11).At(Minute(11)).Should().Be(BreakerPhase.Closed, "the first is out of the window");
        Fail(breaker, 9.5).At(Minute(9.6)).Should().Be(BreakerPhase.Open);
    }

    [Fact]
    public void An_action_that_several_trials_share_counts_once()
    {
        var action = Action();
        var breaker = Fail(Fail(Breaker.Closed(Limits), 0), 1).With(action, hasFailed: true, Minute(2));

        breaker.At(Minute(2)).Should().Be(BreakerPhase.Open);
        breaker.With(action, hasFailed: true, Minute(8)).Should().Be(breaker);
    }

    [Theory]
    [InlineData(true, BreakerPhase.Open)]
    [InlineData(false, BreakerPhase.Closed)]
    public void After_the_cool_down_one_action_decides(bool hasFailed, BreakerPhase after)
    {
        var breaker = Open();
        breaker.At(Minute(6.9)).Should().Be(BreakerPhase.Open);
        breaker.At(Minute(7)).Should().Be(BreakerPhase.HalfOpen);

        breaker.With(Action(), hasFailed, Minute(8)).At(Minute(8)).Should().Be(after);
    }

    [Fact]
    public void What_had_begun_before_changes_nothing_while_it_is_open() => Open().With(Action(), hasFailed: false, Minute(3)).At(Minute(3)).Should().Be(BreakerPhase.Open);

    [Theory]
    [InlineData(ActionStatus.Succeeded, CauseCode.Success, false)]
    [InlineData(ActionStatus.Failed, CauseCode.HardwareFault, true)]
    [InlineData(ActionStatus.UnknownOutcome, CauseCode.LinkLost, true)]
    [InlineData(ActionStatus.Failed, CauseCode.OutOfRange, null)]
    [InlineData(ActionStatus.Failed, CauseCode.Unachievable, null)]
    [InlineData(ActionStatus.Failed, CauseCode.EmergencyStop, null)]
    [InlineData(ActionStatus.Cancelled, CauseCode.HardwareFault, null)]
    [InlineData(ActionStatus.Expired, CauseCode.Unachievable, null)]
    public void Only_what_an_instrument_could_not_do_counts(ActionStatus status, CauseCode cause, bool? expected) => Breaker.IsFailure(Result(status, cause)).Should().Be(expected);

    [Fact]
    public void For_every_run_of_failures_it_is_open_exactly_for_the_cool_down_after_they_were_too_many()
    {
        var random = new Random(11);
        for (var round = 0; round < 2000; round++)
        {
            var (breaker, failures, openUntil, now) = (Breaker.Closed(Limits), new List<DateTimeOffset>(), (DateTimeOffset?)null, Start);
            for (var k = 0; k < 40; k++)
            {
                now += TimeSpan.FromMinutes(random.NextDouble() * 4);
                if (now < openUntil)
                {
                    breaker.At(now).Should().Be(BreakerPhase.Open);
                    continue;
                }

                var hasFailed = random.Next(3) > 0;
                var isProbe = openUntil is not null;
                breaker = breaker.With(Action(), hasFailed, now);
                if (hasFailed) failures.Add(now);
                if (isProbe) (openUntil, failures) = (hasFailed ? now + Limits.CoolDown : null, []);
                else if (failures.Count(at => now - at < Limits.Window) >= Limits.Failures) (openUntil, failures) = (now + Limits.CoolDown, []);
                breaker.Until.Should().Be(openUntil);
            }
        }
    }

    [Fact]
    public void What_is_recorded_is_where_a_program_that_starts_again_goes_on()
    {
        var lab = new LabStations([new PlacedInstrument("pump", "pump", null) { Breaker = Limits }, new PlacedInstrument("other", "other", null)]);
        var breakers = new LabBreakers(lab, []);
        List<BreakerChanged> record = [];
        for (var k = 0; k < 3; k++)
            if (breakers.Hear("pump", Action(), Result(ActionStatus.Failed, CauseCode.HardwareFault), Minute(k)) is { } changed) record.Add(changed);
        breakers.Hear("other", Action(), Result(ActionStatus.Failed, CauseCode.HardwareFault), Minute(3)).Should().BeNull("it has no breaker");

        record.Should().ContainSingle().Which.Should().Be(new BreakerChanged("pump", BreakerPhase.Open, "3 failures within 00:10:00, the last one: broken", Minute(7)));
        var again = new LabBreakers(lab, record.Select((changed, k) => new LedgerEntry(k + 1, "c", Minute(2), changed, "")));
        again.Barred.Should().Equal(("pump", Minute(7)));
        again.Begin("pump", "'dose' of c/3", Minute(6)).Should().BeNull();
        again.Begin("pump", "'dose' of c/3", Minute(7)).Should().Be(new BreakerChanged("pump", BreakerPhase.HalfOpen, "'dose' of c/3 is the probe", Minute(7)));
        again.Hear("pump", Action(), Result(ActionStatus.Succeeded, CauseCode.Success), Minute(8))!.Phase.Should().Be(BreakerPhase.Closed);
        again.Barred.Should().BeEmpty();
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(11, false)]
    public void Failures_before_a_restart_count_for_as_long_as_the_window_is(double minute, bool opens)
    {
        var (lab, clock) = (new LabStations([new PlacedInstrument("pump", "pump", null) { Breaker = Limits }]), new VirtualTime(Start));
        using var ledger = Ledger.Open(Path.Combine(_folder, "ledger.db"), clock);
        Fails(ledger, "left");
        Fails(ledger, "right");
        clock.Pass(Minute(minute) - Start);

        var breakers = new LabBreakers(lab, LabBreakers.Recorded(lab, ledger, clock.GetUtcNow()));
        breakers.Barred.Should().BeEmpty();
        breakers.Hear("pump", Action(), Result(ActionStatus.Failed, CauseCode.HardwareFault), clock.GetUtcNow()).Should().Match<BreakerChanged>(changed => changed != null == opens);
    }

    [Fact]
    public void Failures_before_it_closed_again_count_no_longer()
    {
        var lab = new LabStations([new PlacedInstrument("pump", "pump", null) { Breaker = Limits }]);
        var failed = Enumerable.Range(0, 3).SelectMany(k => Failed(Action(), Result(ActionStatus.Failed, CauseCode.HardwareFault)).Select(happened => (Minute: (double)k, happened))).ToList();
        failed.Add((2, new BreakerChanged("pump", BreakerPhase.Open, "3 failures", Minute(7))));
        failed.Add((8, new BreakerChanged("pump", BreakerPhase.Closed, "the probe has succeeded", null)));

        var breakers = new LabBreakers(lab, failed.Select((one, k) => new LedgerEntry(k + 1, "c", Minute(one.Minute), one.happened, "")));

        breakers.Barred.Should().BeEmpty();
        breakers.Hear("pump", Action(), Result(ActionStatus.Failed, CauseCode.HardwareFault), Minute(9)).Should().BeNull();
    }

    private static LabEvent[] Failed(ActionId action, ResultFrame result) =>
        [new ActionIntended(action, 1, "dose", 0, "pump", "dispense", ImmutableSortedDictionary<string, Quantity>.Empty, Minute(60)), new ActionEnded(action, 1, "dose", 0, result)];

    private void Fails(Ledger ledger, string campaign) => ledger.Append(campaign, Failed(Action(), Result(ActionStatus.Failed, CauseCode.HardwareFault)));

    private Breaker Open() => Fail(Fail(Fail(Breaker.Closed(Limits), 0), 1), 2);

    private Breaker Fail(Breaker breaker, double minute) => breaker.With(Action(), hasFailed: true, Minute(minute));

    private ActionId Action() => ActionId.Derive("c", ++_actions, "dose", 0, 1);

    private static DateTimeOffset Minute(double minute) => Start + TimeSpan.FromMinutes(minute);

    private ResultFrame Result(ActionStatus status, CauseCode cause) =>
        new(Action(), status, cause, "broken", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], Start, Start, 1);
}
