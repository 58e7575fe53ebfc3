using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Scheduling;

/// <summary>Who has used how much of a lab, by what campaigns say of themselves.</summary>
public sealed class OwnerSharesTests
{
    private readonly OwnerShares _shares = new();

    [Fact]
    public void What_a_campaign_has_used_before_anybody_looked_counts_for_nobody()
    {
        Take("a", "ada", 100);
        Take("b", "bob", 0);
        Take("a", "ada", 130);

        _shares.Shares.Should().BeEquivalentTo(new Dictionary<(string, bool), long> { [("ada", false)] = 30, [("bob", false)] = 0 });
        _shares.Used.Select(one => (one.Key, one.Value)).Should().Equal(("a", 30L), ("b", 0L));
    }

    [Fact]
    public void Whoever_comes_later_is_level_with_the_one_that_has_used_least()
    {
        foreach (var (campaign, owner) in new[] { ("a", "ada"), ("b", "bob") }) Take(campaign, owner, 0);
        Take("a", "ada", 100);
        Take("b", "bob", 40);
        Take("c", "cyd", 7);
        Take("d", null, 0);
        Take("c", "cyd", 9);

        _shares.Shares.Should().Contain(new KeyValuePair<(string, bool), long>(("cyd", false), 42)).And.Contain(new KeyValuePair<(string, bool), long>(("d", true), 40));
    }

    [Fact]
    public void What_one_campaign_of_somebody_has_used_stays_theirs_while_another_runs_and_is_forgotten_with_the_last()
    {
        Take("a", "ada", 0);
        Take("a2", "ada", 0);
        Take("b", "bob", 0);
        Take("a", "ada", 50);
        Take("a", "ada", 50, isOver: true);
        _shares.Shares[("ada", false)].Should().Be(50);

        Take("a2", "ada", 0, isOver: true);
        Take("a3", "ada", 0);

        _shares.Shares[("ada", false)].Should().Be(0, "bob, who has used least, has used nothing");
    }

    /// <summary>Two campaigns of one person are equals from the moment on at which both are there.</summary>
    [Fact]
    public void A_second_campaign_of_somebody_is_level_with_their_first_one()
    {
        Take("a", "ada", 0);
        Take("a", "ada", 60);
        Take("a2", "ada", 0);

        _shares.Used.Select(one => (one.Key, one.Value)).Should().Equal(("a", 60L), ("a2", 60L));
        _shares.Shares[("ada", false)].Should().Be(60);
    }

    private void Take(string campaign, string? owner, long used, bool isOver = false) => _shares.Take(campaign, owner, used, isOver);
}
