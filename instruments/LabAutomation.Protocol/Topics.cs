using System.Buffers;

namespace LabAutomation.Protocol;

/// <summary>Every topic of the contract. Names of sites, instruments, commands and properties are one level: no '/', '+', '#' or white space.</summary>
public static class Topics
{
    public const string Root = "lab/1";
    private const string Clients = "clients";

    /// <summary>In place of an instrument: where persons reach the agents of a site. No instrument is called so.</summary>
    public const string Desk = "desk";

    public const string InterlockTrip = Root + "/interlock/trip";
    public const string InterlockHeartbeat = Root + "/interlock/heartbeat";
    public const string EveryBirth = Root + "/+/+/birth";
    public const string EveryLiveness = Root + "/+/+/liveness";
    public const string EveryState = Root + "/+/+/state";
    public const string EveryProperty = Root + "/+/+/prop/+";
    public const string EveryEvent = Root + "/+/+/event";

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Where answers to one client arrive; nobody else may read them.</summary>
    /// <exception cref="ArgumentException">The client id is not a name.</exception>
    public static string Replies(string clientId) => $"{Root}/{Clients}/{Named(clientId)}/reply";

    /// <exception cref="ArgumentException">The site or the instrument is not a name, or the site is one of the words kept for other topics.</exception>
    public static InstrumentTopics Of(string site, string instrument) => new(Site(site), Named(instrument));

    /// <summary>Whether a name can stand as one level of a topic.</summary>
    public static bool IsName(string name) => IsName(name.AsSpan());

    /// <summary>Splits <c>lab/1/{site}/{instrument}/{rest}</c>.</summary>
    public static bool TrySplit(string topic, out string site, out string instrument, out string rest)
    {
        (site, instrument, rest) = ("", "", "");
        if (!topic.StartsWith(Root + "/", StringComparison.Ordinal)) return false;
        var levels = topic.AsSpan(Root.Length + 1);
        Span<Range> parts = stackalloc Range[3];
        if (levels.Split(parts, '/') != parts.Length) return false;
        if (levels[parts[0]] is Clients || !IsName(levels[parts[0]]) || !IsName(levels[parts[1]]) || levels[parts[2]].IsEmpty) return false;
        (site, instrument, rest) = (levels[parts[0]].ToString(), levels[parts[1]].ToString(), levels[parts[2]].ToString());
        return true;
    }

    private static bool IsName(ReadOnlySpan<char> name) => name.Length is > 0 and <= 64 && !name.ContainsAnyExcept(NameCharacters);

    internal static string Named(string name) =>
        IsName(name) ? name : throw new ArgumentException($"'{name}' cannot stand in a topic: a name has 1 to 64 letters, digits, '-', '_' or '.'");

    internal static string Site(string name) =>
        Named(name) != Clients ? name : throw new ArgumentException($"a site cannot be called '{Clients}': reply topics begin with it");
}

/// <summary>The topics of one instrument.</summary>
public sealed record InstrumentTopics(string Site, string Instrument)
{
    private string Stem { get; } = $"{Topics.Root}/{Site}/{Instrument}";

    public string Birth => $"{Stem}/birth";

    public string Liveness => $"{Stem}/liveness";

    public string State => $"{Stem}/state";

    public string Event => $"{Stem}/event";

    public string EveryCommand => $"{Stem}/cmd/+";

    public string EveryControl => $"{Stem}/ctl/+";

    public string EveryAcknowledgement => $"{Stem}/exec/+/ack";

    public string Property(string name) => $"{Stem}/prop/{Topics.Named(name)}";

    public string Command(string name) => $"{Stem}/cmd/{Topics.Named(name)}";

    public string Status(ActionId action) => $"{Stem}/exec/{action}/status";

    public string Result(ActionId action) => $"{Stem}/exec/{action}/result";

    /// <summary>Empty payload; the driver then clears status, result and data of that action.</summary>
    public string Acknowledge(ActionId action) => $"{Stem}/exec/{action}/ack";

    public string Data(ActionId action, string name) => $"{Stem}/exec/{action}/data/{Topics.Named(name)}";

    /// <param name="verb">cancel, hold, unhold, abort, clear, lock, unlock or reconcile.</param>
    public string Control(string verb) => $"{Stem}/ctl/{Topics.Named(verb)}";
}
