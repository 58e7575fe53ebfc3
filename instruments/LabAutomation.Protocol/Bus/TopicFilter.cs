using System.Text;

namespace LabAutomation.Protocol;

/// <summary>MQTT 5 topic names and filters (section 4.7), without shared subscriptions, which the contract does not use.</summary>
public static class TopicFilter
{
    private const int MaximumBytes = ushort.MaxValue;

    /// <summary>Whether a message can be published on it: no wildcards, not empty.</summary>
    public static bool IsTopic(string topic) => IsText(topic) && topic.AsSpan().IndexOfAny('+', '#') < 0;

    /// <summary>Whether it can be subscribed to: a wildcard fills a whole level and '#' is the last.</summary>
    public static bool IsFilter(string filter)
    {
        if (!IsText(filter) || filter.StartsWith("$share/", StringComparison.Ordinal)) return false;
        for (var i = 0; i < filter.Length; i++)
        {
            if (filter[i] is not ('+' or '#')) continue;
            var (isFirst, isLast) = (i == 0 || filter[i - 1] == '/', i == filter.Length - 1);
            if (!isFirst || !(isLast || (filter[i] == '+' && filter[i + 1] == '/'))) return false;
        }

        return true;
    }

    /// <summary>Whether a message on the topic goes to a subscriber of the filter.</summary>
    public static bool Matches(string filter, string topic) =>
        filter.Length > 0 && topic.Length > 0 && BeginsAlike(filter, topic) && Covers(filter, topic) && IsTopic(topic) && IsFilter(filter);      // most pairs differ, which is soon seen

    /// <summary>Whether every topic that matches <paramref name="inner"/> also matches <paramref name="outer"/>.</summary>
    public static bool IsWithin(string inner, string outer) => IsFilter(inner) && IsFilter(outer) && Covers(outer, inner);

    /// <summary>Whether a topic has what the filter asks for before its first wildcard, but for the '/' that <c>a/#</c> does not need.</summary>
    private static bool BeginsAlike(string filter, string topic)
    {
        var wildcard = filter.AsSpan().IndexOfAny('+', '#');
        return topic.AsSpan().StartsWith(filter.AsSpan(0, wildcard < 0 ? filter.Length : Math.Max(wildcard - 1, 0)));
    }

    private static bool Covers(ReadOnlySpan<char> outer, ReadOnlySpan<char> inner)
    {
        // Wildcards on the first level leave out the broker's own topics, which begin with '$'.
        if (outer[0] is '+' or '#' && inner[0] == '$') return false;
        while (true)
        {
            var wanted = Level(ref outer, out var moreOuter);
            if (wanted is "#") return true;
            var given = Level(ref inner, out var moreInner);
            if (given is "#" || !(wanted is "+" || wanted.SequenceEqual(given))) return false;
            if (!moreOuter || !moreInner) return !moreInner && (!moreOuter || outer is "#");
        }
    }

    private static ReadOnlySpan<char> Level(ref ReadOnlySpan<char> rest, out bool more)
    {
        var end = rest.IndexOf('/');
        more = end >= 0;
        var level = more ? rest[..end] : rest;
        rest = more ? rest[(end + 1)..] : default;
        return level;
    }

    private static bool IsText(string text) =>
        text.Length > 0 && !text.Contains('\0') && (text.Length <= MaximumBytes / 3 || Encoding.UTF8.GetByteCount(text) <= MaximumBytes);
}
