using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

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
    [InlineData("a/b/c", "a/#/c", MqttTopicFilterCompareResult.FilterInvalid)]
    [InlineData("", "a", MqttTopicFilterCompareResult.TopicInvalid)]
    public void A_topic_is_compared_with_a_filter_as_the_standard_says(string topic, string filter, MqttTopicFilterCompareResult expected)
    {
        MqttTopicFilterComparer.Compare(topic, filter).Should().Be(expected);
    }

    [Theory]
    [Trait("Holds", "stand-in")]
    [InlineData("a", "a#", MqttTopicFilterCompareResult.FilterInvalid)]
    [InlineData("a/b", "a+/b", MqttTopicFilterCompareResult.FilterInvalid)]
    [InlineData("a/+", "a/+", MqttTopicFilterCompareResult.TopicInvalid)]
    public void A_wildcard_that_does_not_fill_its_level_is_not_compared(string topic, string filter, MqttTopicFilterCompareResult expected)
    {
        MqttTopicFilterComparer.Compare(topic, filter).Should().Be(expected);
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
