using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.Tests.StandIns.MQTTnet;

public sealed class TopicFilterTests
{
    [Theory]
    [InlineData("a/b", "a/b", MqttTopicFilterCompareResult.IsMatch)]
    [InlineData("a/b", "a/+", MqttTopicFilterCompareResult.IsMatch)]
    [InlineData("a/b", "+/b", MqttTopicFilterCompareResult.IsMatch)]
    [InlineData("a/b/c", "a/#", MqttTopicFilterCompareResult.IsMatch)]
    [InlineData("a", "a/#", MqttTopicFilterCompareResult.IsMatch)]
    [InlineData("a/b", "#", MqttTopicFilterCompareResult.IsMatch)]
    [InlineData("/a", "+/+", MqttTopicFilterCompareResult.IsMatch)]
    [InlineData("/a", "/+", MqttTopicFilterCompareResult.IsMatch)]
    [InlineData("a/", "a/+", MqttTopicFilterCompareResult.IsMatch)]
    [InlineData("/a", "+", MqttTopicFilterCompareResult.NoMatch)]
    [InlineData("a", "a/+", MqttTopicFilterCompareResult.NoMatch)]
    [InlineData("a/b", "a", MqttTopicFilterCompareResult.NoMatch)]
    [InlineData("a/b/c", "a/+", MqttTopicFilterCompareResult.NoMatch)]
    [InlineData("A", "a", MqttTopicFilterCompareResult.NoMatch)]
    [InlineData("$SYS/a", "#", MqttTopicFilterCompareResult.NoMatch)]
    [InlineData("$SYS/a", "+/a", MqttTopicFilterCompareResult.NoMatch)]
    [InlineData("$SYS/a", "$SYS/#", MqttTopicFilterCompareResult.IsMatch)]
    [InlineData("a", "", MqttTopicFilterCompareResult.FilterInvalid)]
    [InlineData("a", "a#", MqttTopicFilterCompareResult.FilterInvalid)]
    [InlineData("a/b", "a+/b", MqttTopicFilterCompareResult.FilterInvalid)]
    [InlineData("a/b/c", "a/#/c", MqttTopicFilterCompareResult.FilterInvalid)]
    [InlineData("", "a", MqttTopicFilterCompareResult.TopicInvalid)]
    [InlineData("a/+", "a/+", MqttTopicFilterCompareResult.TopicInvalid)]
    public void A_topic_is_compared_with_a_filter_as_the_standard_says(string topic, string filter, MqttTopicFilterCompareResult expected)
    {
        MqttTopicFilterComparer.Compare(topic, filter).Should().Be(expected);
    }

    [Fact]
    public void The_tree_finds_what_comparing_every_filter_finds()
    {
        string[] levels = ["a", "b", "", "$x"];
        string[] parts = [.. levels, "+", "#"];
        var filters =
            (from one in parts from two in parts from three in parts select $"{one}/{two}/{three}")
            .Concat(from one in parts from two in parts select $"{one}/{two}").Concat(parts)
            .Where(filter => MqttTopicFilterComparer.IsFilter(filter)).ToList();
        var topics =
            (from one in levels from two in levels from three in levels select $"{one}/{two}/{three}")
            .Concat(from one in levels from two in levels select $"{one}/{two}").Concat(levels)
            .Where(topic => topic.Length > 0).ToList();
        var tree = new SubscriptionTree();
        var session = new ClientSession("c", new Outbox(1, MqttPendingMessagesOverflowStrategy.DropNewMessage, TimeProvider.System), default);
        foreach (var filter in filters) tree.Add(new Subscription(session, new MqttTopicFilter { Topic = filter }, 0)).Should().BeTrue();

        foreach (var topic in topics)
        {
            var found = new List<Subscription>();
            tree.Match(topic, found);
            found.Select(match => match.Filter.Topic).Should().BeEquivalentTo(
                filters.Where(filter => MqttTopicFilterComparer.Compare(topic, filter) == MqttTopicFilterCompareResult.IsMatch), topic);
        }

        foreach (var filter in filters) tree.Remove(session, filter).Should().BeTrue();
        tree.Remove(session, "a").Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/+")]
    [InlineData("a/#")]
    public void A_message_cannot_be_sent_to_what_is_not_a_topic(string topic)
    {
        var act = () => MqttTopicValidator.ThrowIfInvalid(topic);

        act.Should().Throw<MqttProtocolViolationException>();
    }
}
