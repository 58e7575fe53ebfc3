namespace MQTTnet.Server;

/// <summary>The members of one shared subscription, who take turns (MQTT 5, 4.8.2). Not thread-safe: the broker's lock guards it.</summary>
internal sealed class SharedGroup(string filter)
{
    private readonly List<Subscription> _members = [];
    private int _next;

    /// <summary>What its members subscribe to, with the name of the group.</summary>
    public string Filter { get; } = filter;

    /// <returns>Whether the session was no member before.</returns>
    public bool Add(Subscription member)
    {
        var at = _members.FindIndex(existing => existing.Session == member.Session);
        if (at < 0) _members.Add(member);
        else _members[at] = member;
        return at < 0;
    }

    /// <returns>Whether nobody is left.</returns>
    public bool Remove(ClientSession session)
    {
        _members.RemoveAll(member => member.Session == session);
        return _members.Count == 0;
    }

    /// <summary>The next member that is connected; where none is, the next one whose session collects messages.</summary>
    public Subscription? Next()
    {
        Subscription? absent = null;
        for (var i = 0; i < _members.Count; i++)
        {
            var member = _members[(_next + i) % _members.Count];
            if (member.Session.Connection is null)
            {
                absent ??= member;
                continue;
            }

            _next = (_next + i + 1) % _members.Count;
            return member;
        }

        _next = _members.Count == 0 ? 0 : (_next + 1) % _members.Count;
        return absent;
    }
}
