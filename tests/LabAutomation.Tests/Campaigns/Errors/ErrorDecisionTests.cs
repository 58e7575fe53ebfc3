using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns.Errors;

/// <summary>Which rule acts on a failure: the table, and what holds for every policy.</summary>
public sealed class ErrorDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What is true of the failure; whether it may be repeated; the rule of the default that acts.</summary>
    public static TheoryData<ActionStatus, CauseCode, bool, Reaction> DefaultTable => new()
    {
        { ActionStatus.Failed, CauseCode.HardwareFault, false, Reaction.Replan },
        { ActionStatus.Failed, CauseCode.LinkLost, false, Reaction.Replan },
        { ActionStatus.Failed, CauseCode.OutOfRange, false, Reaction.Replan },
        { ActionStatus.Failed, CauseCode.InvalidCommand, false, Reaction.Replan },
        { ActionStatus.Failed, CauseCode.Unachievable, false, Reaction.Replan },
        { ActionStatus.Failed, CauseCode.Locked, false, Reaction.Replan },
        { ActionStatus.Failed, CauseCode.EmergencyStop, false, Reaction.Prompt },
        { ActionStatus.Cancelled, CauseCode.Success, false, Reaction.Replan },
        { ActionStatus.Cancelled, CauseCode.EmergencyStop, false, Reaction.Prompt },
        { ActionStatus.Expired, CauseCode.Unachievable, false, Reaction.Retry },
        { ActionStatus.UnknownOutcome, CauseCode.LinkLost, false, Reaction.Prompt },
        { ActionStatus.UnknownOutcome, CauseCode.EmergencyStop, false, Reaction.Prompt },
        { ActionStatus.Failed, CauseCode.HardwareFault, true, Reaction.Prompt },
        { ActionStatus.Expired, CauseCode.Unachievable, true, Reaction.Retry },
        { ActionStatus.UnknownOutcome, CauseCode.LinkLost, true, Reaction.Prompt },
    };

    [Theory]
    [MemberData(nameof(DefaultTable))]
    public void Without_a_policy_what_happens_is_what_always_happened(ActionStatus status, CauseCode cause, bool cleansUp, Reaction expected) =>
        Decide(Failure(ErrorWords.Of(Result(status, cause), cleansUp)) with { MayBeRepeated = status == ActionStatus.Expired }, []).Rule.Do.Should().Be(expected);

    [Fact]
    public void The_first_rule_that_is_about_the_failure_and_can_act_acts_and_those_before_it_say_why_not()
    {
        var decision = Decide(Failure("hardware_fault", "any"),
        [
            new(["link_lost"], Reaction.SafeMode),
            new(["hardware_fault"], Reaction.Retry) { Times = 3 },
            new(["hardware_fault"], Reaction.Substitute),
            new(["any"], Reaction.Skip),
        ]);

        decision.Rule.Name.Should().Be("campaign rule 4");
        decision.Passed.Should().Equal(
            "campaign rule 2 (retry): it may have done something, and doing it again could do it twice",
            "campaign rule 3 (substitute): it may have done something, and doing it again could do it twice");
    }

    [Fact]
    public void A_retry_waits_longer_each_time_and_ends_after_so_many()
    {
        ErrorRule[] rules = [new(["any"], Reaction.Retry) { Times = 3, Wait = TimeSpan.FromSeconds(10), Factor = 4 }, new(["any"], Reaction.Prompt)];
        var (waits, failure) = (new List<double>(), Failure("hardware_fault", "any") with { MayBeRepeated = true });

        while (Decide(failure, rules) is { Rule.Do: Reaction.Retry } decision)
        {
            waits.Add((decision.NotBefore(failure)!.Value - Now).TotalSeconds);
            failure = failure with { Earlier = failure.Earlier.Add(Chosen(decision.Rule)) };
        }

        waits.Should().Equal(10, 40, 160);
        Decide(failure, rules).Passed.Should().Equal("campaign rule 1 (retry): it was tried again 3 times");
    }

    [Fact]
    public void A_wait_is_never_longer_than_a_day() =>
        new ErrorRule(["any"], Reaction.Retry) { Wait = TimeSpan.FromHours(1), Factor = 10 }.WaitAfter(19).Should().Be(ErrorRule.LongestWait);

    [Fact]
    public void After_a_retry_for_one_trial_the_rule_leaves_the_instrument_alone_until_it_has_cooled_down()
    {
        var rule = Named(new ErrorRule(["any"], Reaction.Retry) { CoolDown = TimeSpan.FromHours(1) });
        var used = RulesUsed.None.With(Chosen(rule) with { Trial = 1 }, Now);
        var second = Failure("any") with { Trial = 2, MayBeRepeated = true };

        Decide(second, [rule], used).Rule.Do.Should().Be(Reaction.Replan);
        Decide(second with { Instrument = "another" }, [rule], used).Rule.Do.Should().Be(Reaction.Retry);
        Decide(second with { Now = Now + TimeSpan.FromHours(1) }, [rule], used).Rule.Do.Should().Be(Reaction.Retry);
        Decide(second with { Trial = 1 }, [rule], used).Rule.Do.Should().Be(Reaction.Retry, "the same trial has its own limit");
    }

    [Theory]
    [InlineData(Reaction.Retry)]
    [InlineData(Reaction.Substitute)]
    [InlineData(Reaction.Skip)]
    [InlineData(Reaction.Replan)]
    [InlineData(Reaction.Prompt)]
    [InlineData(Reaction.CloseOut)]
    [InlineData(Reaction.SafeMode)]
    public void Each_reaction_has_a_limit_in_a_campaign(Reaction reaction)
    {
        var rule = Named(new ErrorRule(["hardware_fault"], reaction) { Most = 2, Times = 9 });
        var failure = Failure("hardware_fault", "any") with { MayBeRepeated = true, HasOther = true };
        var once = RulesUsed.None.With(Chosen(rule), Now);

        Decide(failure, [rule], once).Rule.Name.Should().Be("campaign rule 1");
        Decide(failure, [rule], once.With(Chosen(rule), Now)).Rule.Name.Should().StartWith("default");
    }

    [Fact]
    public void Where_nobody_came_in_time_the_next_rule_acts()
    {
        ErrorRule[] rules = [new(["any"], Reaction.Prompt) { Within = TimeSpan.FromHours(2) }, new(["any"], Reaction.CloseOut)];
        var failure = Failure("hardware_fault", "any");
        var first = Decide(failure, rules);

        first.Until(failure).Should().Be(Now + TimeSpan.FromHours(2));
        Decide(failure with { Earlier = [Chosen(first.Rule)] }, rules).Rule.Do.Should().Be(Reaction.CloseOut);
    }

    [Fact]
    public void For_every_policy_and_failure_something_acts_nothing_is_done_twice_and_the_unknown_is_a_persons()
    {
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            var rules = Enumerable.Range(0, random.Next(6)).Select(_ => Rule(random)).ToArray();
            var words = ErrorWords.Of(Result((ActionStatus)random.Next((int)ActionStatus.Failed, (int)ActionStatus.UnknownOutcome + 1), (CauseCode)random.Next(9)), random.Next(3) == 0);
            var named = ErrorPolicy.Named("campaign", rules);
            var failure = Failure([.. words]) with
            {
                MayBeRepeated = random.Next(2) == 0, HasOther = random.Next(2) == 0, IsNeededFor = random.Next(2) == 0 ? "it is analysed" : null,
                IsSeen = !words.Contains(ErrorWords.UnknownOutcome) && !words.Contains(ErrorWords.CleaningUp) && random.Next(3) == 0,
                Earlier = [.. Enumerable.Range(0, named.Length == 0 ? 0 : random.Next(4)).Select(_ => Chosen(named[random.Next(named.Length)]))],
            };

            var decision = ErrorDecision.Of(failure, [.. named, .. ErrorPolicy.Default], RulesUsed.None);

            decision.Rule.On.Should().Contain(word => failure.Words.Contains(word));
            if (decision.Rule.Do is Reaction.Retry or Reaction.Substitute) failure.MayBeRepeated.Should().BeTrue();
            if (decision.Rule.Do == Reaction.Substitute) failure.HasOther.Should().BeTrue();
            if (decision.Rule.Do == Reaction.Skip) failure.IsNeededFor.Should().BeNull();
            if (failure.IsUnknown) decision.Rule.Do.Should().BeOneOf(Reaction.Prompt, Reaction.SafeMode);
            if (failure.CleansUp) new[] { Reaction.Replan, Reaction.CloseOut }.Should().NotContain(decision.Rule.Do, "the next trial would begin in what this one leaves");
            ErrorDecision.Of(failure, [.. named, .. ErrorPolicy.Default], RulesUsed.None).Rule.Should().Be(decision.Rule, "it follows from its input");
        }
    }

    private static ErrorRule Rule(Random random) => new([ErrorWords.All[random.Next(ErrorWords.All.Length)]], (Reaction)random.Next(7)) { Times = random.Next(1, 4), Most = random.Next(4) == 0 ? random.Next(1, 3) : null };

    private static ErrorDecision Decide(FailedAction failed, ErrorRule[] rules, RulesUsed? used = null) =>
        ErrorDecision.Of(failed, [.. ErrorPolicy.Named("campaign", rules), .. ErrorPolicy.Default], used ?? RulesUsed.None);

    private static ErrorRule Named(ErrorRule rule) => ErrorPolicy.Named("campaign", [rule])[0];

    private static FailedAction Failure(params ImmutableArray<string> words) => new(1, "pump", words, []) { Now = Now };

    private static ReactionChosen Chosen(ErrorRule rule) => new(ActionId.Derive("c", 1, "dose", 0, 1), 1, "dose", 0, "pump", rule.Do, rule.Name, rule.ToString());

    private static ResultFrame Result(ActionStatus status, CauseCode cause) =>
        new(ActionId.Derive("c", 1, "dose", 0, 1), status, cause, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], Now, Now, 1);
}
