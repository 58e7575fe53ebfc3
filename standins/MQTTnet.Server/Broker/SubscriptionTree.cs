using MQTTnet.Packets;

namespace MQTTnet.Server;

/// <summary>One filter of one session.</summary>
internal sealed record Subscription(ClientSession Session, MqttTopicFilter Filter, uint Identifier);

/// <summary>All subscriptions, by the levels of their filters. Not thread-safe: the broker's lock guards it.</summary>
internal sealed class SubscriptionTree
{
    private readonly Node _root = new();

    private sealed class Node
    {
        public Dictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);
        public Dictionary<ClientSession, Subscription> Subscriptions { get; } = [];
    }

    /// <returns>Whether the session had no such filter before.</returns>
    public bool Add(Subscription subscription)
    {
        var node = _root;
        foreach (var level in subscription.Filter.Topic.Split('/'))
        {
            if (!node.Children.TryGetValue(level, out var child)) node.Children.Add(level, child = new Node());
            node = child;
        }

        var isNew = !node.Subscriptions.ContainsKey(subscription.Session);
        node.Subscriptions[subscription.Session] = subscription;
        return isNew;
    }

    /// <returns>Whether the session had the filter.</returns>
    public bool Remove(ClientSession session, string filter) => Remove(_root, session, filter.Split('/'), 0);

    /// <summary>Adds every subscription that matches the topic to <paramref name="found"/>.</summary>
    public void Match(string topic, List<Subscription> found)
    {
        var levels = topic.Split('/');
        // Topics that begin with $ are hidden from filters that begin with a wildcard (MQTT 5, 4.7.2).
        Match(_root, levels, 0, wildcards: topic[0] != '$', found);
    }

    private static bool Remove(Node node, ClientSession session, string[] levels, int depth)
    {
        if (depth == levels.Length) return node.Subscriptions.Remove(session);
        if (!node.Children.TryGetValue(levels[depth], out var child) || !Remove(child, session, levels, depth + 1)) return false;

        if (child.Children.Count == 0 && child.Subscriptions.Count == 0) node.Children.Remove(levels[depth]);
        return true;
    }

    private static void Match(Node node, string[] levels, int depth, bool wildcards, List<Subscription> found)
    {
        if (wildcards && node.Children.TryGetValue("#", out var rest)) found.AddRange(rest.Subscriptions.Values);
        if (depth == levels.Length)
        {
            found.AddRange(node.Subscriptions.Values);
            return;
        }

        if (node.Children.TryGetValue(levels[depth], out var exact)) Match(exact, levels, depth + 1, true, found);
        if (wildcards && node.Children.TryGetValue("+", out var any)) Match(any, levels, depth + 1, true, found);
    }
}
