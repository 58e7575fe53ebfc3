#nullable disable
namespace MQTTnet;

/// <summary>Tells whether a topic matches a filter (MQTT 5, 4.7).</summary>
public static class MqttTopicFilterComparer
{
    public const char LevelSeparator = '/';
    public const char MultiLevelWildcard = '#';
    public const char SingleLevelWildcard = '+';
    public const char ReservedTopicPrefix = '$';

    public static MqttTopicFilterCompareResult Compare(string topic, string filter)
    {
        if (string.IsNullOrEmpty(topic) || topic.AsSpan().ContainsAny(SingleLevelWildcard, MultiLevelWildcard))
            return MqttTopicFilterCompareResult.TopicInvalid;
        if (!IsFilter(filter)) return MqttTopicFilterCompareResult.FilterInvalid;
        if (topic[0] == ReservedTopicPrefix && filter[0] is SingleLevelWildcard or MultiLevelWildcard)
            return MqttTopicFilterCompareResult.NoMatch;

        return Matches(topic, filter) ? MqttTopicFilterCompareResult.IsMatch : MqttTopicFilterCompareResult.NoMatch;
    }

    internal static bool IsFilter(string filter)
    {
        if (string.IsNullOrEmpty(filter)) return false;

        for (var i = 0; i < filter.Length; i++)
        {
            if (filter[i] is not (SingleLevelWildcard or MultiLevelWildcard)) continue;

            var startsLevel = i == 0 || filter[i - 1] == LevelSeparator;
            var endsLevel = i == filter.Length - 1 || (filter[i] == SingleLevelWildcard && filter[i + 1] == LevelSeparator);
            if (!startsLevel || !endsLevel) return false;
        }

        return true;
    }

    private static bool Matches(ReadOnlySpan<char> topic, ReadOnlySpan<char> filter)
    {
        while (true)
        {
            if (filter is [MultiLevelWildcard]) return true;

            var topicLevel = Level(topic);
            var filterLevel = Level(filter);
            if (filterLevel is not [SingleLevelWildcard] && !topicLevel.SequenceEqual(filterLevel)) return false;

            var topicEnds = topicLevel.Length == topic.Length;
            var filterEnds = filterLevel.Length == filter.Length;
            if (topicEnds && filterEnds) return true;
            // 'a/#' matches 'a' as well.
            if (topicEnds) return filter[filterLevel.Length..] is [LevelSeparator, MultiLevelWildcard];
            if (filterEnds) return false;

            topic = topic[(topicLevel.Length + 1)..];
            filter = filter[(filterLevel.Length + 1)..];
        }
    }

    private static ReadOnlySpan<char> Level(ReadOnlySpan<char> text) => text.IndexOf(LevelSeparator) is >= 0 and var end ? text[..end] : text;
}
