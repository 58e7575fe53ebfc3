using LabAutomation.Benchmarks.Reactor;
using LabAutomation.Instruments.Reactor;

namespace LabAutomation.Tests.Instruments.Reactor;

/// <summary>The short form of the benchmark `reactor`: each adversary with each fault once.</summary>
public sealed class AdversarialEpisodeTests
{
    [Fact]
    public void No_adversary_passes_a_limit_with_the_filter_and_most_do_without_it()
    {
        var limits = new ReactorLimits();
        var cases = Enumerable.Range(0, ReactorCase.Kinds).Select(number => new ReactorCase(number)).ToArray();

        var with = cases.Select(one => one.Play(limits, hasFilter: true)).ToArray();
        var without = cases.Count(one => one.Play(limits, hasFilter: false).Violation.Length > 0);

        with.Where(episode => episode.Violation.Length > 0).Select(episode => episode.Violation).Should().BeEmpty();
        with.Sum(episode => episode.Overridden).Should().BePositive();
        without.Should().BeGreaterThan(ReactorCase.Kinds / 2);
        cases.Select(one => (one.Adversary, one.Fault)).Should().OnlyHaveUniqueItems();
        cases.Select(one => one.Fault).Distinct().Should().Contain(FaultMixes.All.Select(mix => mix.Name)).And.HaveCount(FaultMixes.All.Count + 1);
    }

    [Fact]
    public void A_hand_written_controller_follows_the_load_within_one_percent_and_is_let_alone()
    {
        var (_, seconds, setPoint) = LoadProfiles.All[0];
        var followed = FollowedLoad.Play(new LoadFollower().Propose, seconds, setPoint, seed: 1);

        followed.Worst.Should().BeLessThanOrEqualTo(0.01);
        followed.Overridden.Should().Be(0);
        followed.Violation.Should().BeEmpty();
    }

    [Fact]
    public void An_episode_can_be_repeated_to_the_last_bit()
    {
        var (one, other) = (new ReactorCase(14).Play(new ReactorLimits(), true), new ReactorCase(14).Play(new ReactorLimits(), true));

        one.Core.Power.Should().Be(other.Core.Power);
        one.Overridden.Should().Be(other.Overridden);
    }
}
