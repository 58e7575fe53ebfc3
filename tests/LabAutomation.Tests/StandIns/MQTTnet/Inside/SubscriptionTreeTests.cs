using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Server;

namespace LabAutomation.Tests.StandIns.MQTTnet;

public sealed class SubscriptionTreeTests
{
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
        var subscriptions = filters.Select(filter => new Subscription(session, new MqttTopicFilter { Topic = filter }, 0)).ToList();
        foreach (var subscription in subscriptions) tree.Add(subscription).Should().BeTrue();

        foreach (var topic in topics)
        {
            tree.Match(topic).BySession.SelectMany(matches => matches).Select(match => match.Filter.Topic).Should().BeEquivalentTo(
                filters.Where(filter => MqttTopicFilterComparer.Compare(topic, filter) == MqttTopicFilterCompareResult.IsMatch), topic);
        }

        foreach (var subscription in subscriptions) tree.Remove(subscription);
        topics.Should().OnlyContain(topic => tree.Match(topic).BySession.Length == 0);
    }
}
