using MQTTnet.Packets;

namespace MQTTnet.Server;

/// <summary>One filter of one session. <see cref="Path"/> is the filter without the name of the group that shares it.</summary>
internal sealed record Subscription(ClientSession Session, MqttTopicFilter Filter, uint Identifier)
{
    private const string Prefix = "$share/";

    public string Path { get; } = PathOf(Filter.Topic);

    /// <summary>The group's name, or null where the subscription is nobody else's.</summary>
    public string? Group { get; } = GroupOf(Filter.Topic);

    public static string PathOf(string filter) => IsShared(filter) ? filter[(GroupEnd(filter) + 1)..] : filter;

    public static string? GroupOf(string filter) => IsShared(filter) ? filter[Prefix.Length..GroupEnd(filter)] : null;

    public static bool IsShared(string filter) => filter.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether a shared filter has a group's name without wildcards and a filter after it (MQTT 5, 4.8.2).</summary>
    public static bool IsWellShared(string filter)
    {
        var end = GroupEnd(filter);
        return end > Prefix.Length && !filter.AsSpan(Prefix.Length, end - Prefix.Length).ContainsAny('+', '#') && MqttTopicFilterComparer.IsFilter(filter[(end + 1)..]);
    }

    private static int GroupEnd(string filter) => filter.IndexOf('/', Prefix.Length);
}

/// <summary>Whom a topic concerns: each session, by all of its filters that match, and one member of each group.</summary>
internal sealed record Matches(Subscription[][] BySession, SharedGroup[] Groups);

/// <summary>All subscriptions, by the levels of their filters. Not thread-safe: the broker's lock guards it.</summary>
internal sealed class SubscriptionTree
{
    private const int LargestCache = 1024 * 1024, LargestEntry = 64 * 1024, EntryCost = 64;
    private readonly Node _root = new();
    private readonly Dictionary<string, Matches> _found = new(StringComparer.Ordinal);
    private int _remembered;

    private sealed class Node
    {
        public Dictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);
        public Dictionary<ClientSession, Subscription> Subscriptions { get; } = [];
        public Dictionary<string, SharedGroup> Groups { get; } = [];
        public bool IsEmpty => Children.Count == 0 && Subscriptions.Count == 0 && Groups.Count == 0;
    }

    /// <returns>Whether the session had no such filter before.</returns>
    public bool Add(Subscription subscription)
    {
        Forget();
        var node = _root;
        foreach (var level in subscription.Path.Split('/'))
        {
            if (!node.Children.TryGetValue(level, out var child)) node.Children.Add(level, child = new Node());
            node = child;
        }

        if (subscription.Group is { } name)
        {
            if (!node.Groups.TryGetValue(name, out var group)) node.Groups.Add(name, group = new SharedGroup(subscription.Filter.Topic));
            return group.Add(subscription);
        }

        var isNew = !node.Subscriptions.ContainsKey(subscription.Session);
        node.Subscriptions[subscription.Session] = subscription;
        return isNew;
    }

    public void Remove(Subscription subscription)
    {
        Forget();
        Remove(_root, subscription, subscription.Path.Split('/'), 0);
    }

    /// <returns>The group of a shared filter, or null where it has no members.</returns>
    public SharedGroup? FindGroup(string filter)
    {
        var node = _root;
        foreach (var level in Subscription.PathOf(filter).Split('/'))
        {
            if (!node.Children.TryGetValue(level, out node!)) return null;
        }

        return node.Groups.GetValueOrDefault(Subscription.GroupOf(filter)!);
    }

    public Matches Match(string topic)
    {
        if (_found.TryGetValue(topic, out var known)) return known;

        List<Subscription> subscriptions = [];
        List<SharedGroup> groups = [];
        // Topics that begin with $ are hidden from filters that begin with a wildcard (MQTT 5, 4.7.2).
        Match(_root, topic.Split('/'), 0, wildcards: topic[0] != '$', subscriptions, groups);
        var bySession = subscriptions.GroupBy(subscription => subscription.Session).Select(own => own.ToArray());
        var matches = new Matches([.. bySession], [.. groups]);
        Remember(topic, matches);
        return matches;
    }

    // Topics are the clients' choice: what is remembered of them, their characters and their receivers, is bounded.
    private void Remember(string topic, Matches matches)
    {
        var cost = EntryCost + topic.Length + matches.BySession.Length + matches.Groups.Length;
        if (cost > LargestEntry) return;
        if (_remembered + cost > LargestCache) Forget();
        _remembered += cost;
        _found.Add(topic, matches);
    }

    private void Forget()
    {
        _found.Clear();
        _remembered = 0;
    }

    private static void Remove(Node node, Subscription subscription, string[] levels, int depth)
    {
        if (depth == levels.Length)
        {
            if (subscription.Group is not { } name) node.Subscriptions.Remove(subscription.Session);
            else if (node.Groups.TryGetValue(name, out var group) && group.Remove(subscription.Session)) node.Groups.Remove(name);
            return;
        }

        if (!node.Children.TryGetValue(levels[depth], out var child)) return;

        Remove(child, subscription, levels, depth + 1);
        if (child.IsEmpty) node.Children.Remove(levels[depth]);
    }

    private static void Match(Node node, string[] levels, int depth, bool wildcards, List<Subscription> subscriptions, List<SharedGroup> groups)
    {
        if (wildcards && node.Children.TryGetValue("#", out var rest)) Take(rest, subscriptions, groups);
        if (depth == levels.Length)
        {
            Take(node, subscriptions, groups);
            return;
        }

        if (node.Children.TryGetValue(levels[depth], out var exact)) Match(exact, levels, depth + 1, true, subscriptions, groups);
        if (wildcards && node.Children.TryGetValue("+", out var any)) Match(any, levels, depth + 1, true, subscriptions, groups);
    }

    private static void Take(Node node, List<Subscription> subscriptions, List<SharedGroup> groups)
    {
        subscriptions.AddRange(node.Subscriptions.Values);
        groups.AddRange(node.Groups.Values);
    }
}
