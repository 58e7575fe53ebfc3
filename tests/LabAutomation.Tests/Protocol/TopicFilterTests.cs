using FsCheck;
using FsCheck.Fluent;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol;

public sealed class TopicFilterTests
{
    /// <summary>The examples of MQTT 5, section 4.7, and their neighbours.</summary>
    [Theory]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player2", false)]
    [InlineData("sport/#", "sport", true)]
    [InlineData("#", "a/b/c", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("#", "$SYS/broker", false)]
    [InlineData("+/broker", "$SYS/broker", false)]
    [InlineData("$SYS/#", "$SYS/broker", true)]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/B", false)]
    [InlineData("a/b", "a", false)]
    [InlineData("a", "a/b", false)]
    [InlineData("+/+/#", "a/b", true)]
    [InlineData("a/+/c", "a//c", true)]
    [InlineData("a/+", "a/+", false)]
    [InlineData("a/b#", "a/b#", false)]
    public void Filters_match_as_in_MQTT_5(string filter, string topic, bool matches) => TopicFilter.Matches(filter, topic).Should().Be(matches);

    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/+", true)]
    [InlineData("a/+", "a/b", false)]
    [InlineData("a/+", "a/+", true)]
    [InlineData("a/+", "a/#", true)]
    [InlineData("a", "a/#", true)]
    [InlineData("a/#", "a/#", true)]
    [InlineData("a/#", "a/+", false)]
    [InlineData("a/#", "a/+/#", false)]
    [InlineData("a/+/#", "a/#", true)]
    [InlineData("+", "#", true)]
    [InlineData("#", "#", true)]
    [InlineData("#", "+", false)]
    [InlineData("+/b", "a/b", false)]
    [InlineData("+/b", "+/+", true)]
    [InlineData("a/b/c", "a/+", false)]
    [InlineData("$SYS/x", "#", false)]
    [InlineData("$SYS/x", "$SYS/+", true)]
    [InlineData("$share/g/a", "#", false)]
    public void A_filter_lies_within_another_when_it_brings_nothing_more(string inner, string outer, bool within) =>
        TopicFilter.IsWithin(inner, outer).Should().Be(within);

    [Theory]
    [InlineData("", false)]
    [InlineData("a//b", true)]
    [InlineData("/", true)]
    [InlineData("#", true)]
    [InlineData("+", true)]
    [InlineData("a/#", true)]
    [InlineData("a/#/b", false)]
    [InlineData("a#", false)]
    [InlineData("a/b+", false)]
    [InlineData("+a/b", false)]
    [InlineData("a\0b", false)]
    [InlineData("$share/group/a", false)]
    public void Wildcards_fill_whole_levels(string filter, bool valid) => TopicFilter.IsFilter(filter).Should().Be(valid);

    [Fact]
    public void Nothing_is_longer_than_MQTT_allows()
    {
        TopicFilter.IsTopic(new string('a', 65535)).Should().BeTrue();
        TopicFilter.IsTopic(new string('a', 65536)).Should().BeFalse();
        TopicFilter.IsTopic(new string('é', 32768)).Should().BeFalse();
    }

    [Fact]
    public void Whatever_matches_the_inner_filter_matches_the_outer_one()
    {
        var cases = from inner in Filters from outer in Filters from topic in Names select (inner, outer, topic);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000).WithReplay(20260131, 7), Prop.ForAll(cases.ToArbitrary(), it =>
            !(TopicFilter.IsWithin(it.inner, it.outer) && TopicFilter.Matches(it.inner, it.topic)) || TopicFilter.Matches(it.outer, it.topic)));
    }

    [Fact]
    public void A_filter_that_is_not_within_another_brings_something_more()
    {
        var topics = (from a in Level from b in Level from c in Level from n in Enumerable.Range(1, 3) select string.Join('/', new[] { a, b, c }[..n])).ToArray();
        var cases = from inner in Filters from outer in Filters select (inner, outer);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000).WithReplay(20260131, 7), Prop.ForAll(cases.ToArbitrary(), it =>
            TopicFilter.IsWithin(it.inner, it.outer)
            || it == ("#", "+/#")        // the same topics; refusing is on the safe side
            || topics.Any(topic => TopicFilter.Matches(it.inner, topic) && !TopicFilter.Matches(it.outer, topic))));
    }

    private static readonly string[] Level = ["a", "b", "c", ""];

    private static Gen<string> Names => Gen.ArrayOf(Gen.Elements(Level), 3).SelectMany(levels => Gen.Choose(1, 3).Select(n => string.Join('/', levels[..n]))).Where(it => it.Length > 0);

    private static Gen<string> Filters => Gen.ArrayOf(Gen.Elements("a", "b", "+", "#"), 3)
        .SelectMany(levels => Gen.Choose(1, 3).Select(n => string.Join('/', levels[..n])))
        .Where(TopicFilter.IsFilter);
}
