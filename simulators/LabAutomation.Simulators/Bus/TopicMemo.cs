namespace LabAutomation.Simulators;

/// <summary>What was found out about topics, so that it is not found out again. Those of actions never come again; so many are kept and no more.</summary>
internal sealed class TopicMemo<T>
{
    private const int Most = 1000;

    private readonly Dictionary<string, T> _known = new(StringComparer.Ordinal);

    /// <param name="find">The same for a topic each time, until <see cref="Forget"/>.</param>
    public T Of(string topic, Func<string, T> find)
    {
        if (_known.TryGetValue(topic, out var known)) return known;
        var found = find(topic);
        if (_known.Count < Most) _known[topic] = found;
        return found;
    }

    public void Forget() => _known.Clear();
}
