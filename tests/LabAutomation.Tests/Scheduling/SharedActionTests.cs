using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Scheduling;

/// <summary>One action for several trials: with all that were asked, or not at all.</summary>
public sealed class SharedActionTests
{
    private static readonly object Life = new();

    private readonly SharedAction _shared = new([("a", Grant(1, 1)), ("b", Grant(2, 4))]);

    [Fact]
    public void When_all_are_ready_their_intents_have_the_id_of_the_first()
    {
        _shared.Take("b", 2, Request("b", 4));
        _shared.IsComplete.Should().BeFalse();
        _shared.Take("a", 1, Request("a", 1));
        _shared.Heard("a", 1);

        _shared.IsComplete.Should().BeTrue();
        var first = Request("b", 4).Intent.Action;
        _shared.Members().Select(member => (member.Campaign, member.Request.Intent.Trial, member.Request.Intent.Action, member.Request.Intent.Shared)).Should().Equal(("b", 4, first, 2), ("a", 1, first, 2));
        _shared.Withdrawn().Should().BeEmpty();
    }

    [Fact]
    public void Where_one_declines_nothing_is_begun_and_the_others_are_told()
    {
        _shared.Take("a", 1, Request("a", 1));
        _shared.Heard("b", 2);

        _shared.IsComplete.Should().BeTrue();
        _shared.Members().Should().BeEmpty();
        _shared.Withdrawn().Select(one => (one.Campaign, one.Grant.Number)).Should().Equal(("a", 1L));
    }

    [Fact]
    public void What_was_not_asked_for_is_not_taken()
    {
        _shared.Take("a", 7, Request("a", 1));
        _shared.Heard("c", 9);

        _shared.IsComplete.Should().BeFalse();
    }

    private static Grant Grant(long number, int trial) => new Grant.Begin(number, trial, "heat", DateTimeOffset.UnixEpoch, 0, 21, IsShared: true) { For = Life, Job = new Job($"a/{trial}", "a", []) };

    private static ActionRequest Request(string campaign, int trial) => new(
        new ActionIntended(ActionId.Derive(campaign, trial, "heat", 0, 1), trial, "heat", 0, "furnace", "heat", ImmutableSortedDictionary<string, Quantity>.Empty, DateTimeOffset.UnixEpoch), IsOnRecord: false);
}
