using System.Collections.Immutable;

namespace LabAutomation.Protocol;

/// <summary>One kind of topic, from an instrument's side.</summary>
/// <param name="Name">Camel case.</param>
/// <param name="Address">With parameters in braces.</param>
/// <param name="Sends">Whether the instrument publishes there; else it subscribes.</param>
/// <param name="Retained">Whether messages are retained.</param>
/// <param name="Frames">Names of <see cref="WireFrame"/>; none where the payload is no frame.</param>
/// <param name="Answered">Which frame answers, where one does.</param>
internal sealed record WireChannel(string Name, string Address, string Summary, bool Sends, bool Retained, ImmutableArray<string> Frames, string? Answered = null)
{
    private const string Stem = Topics.Root + "/{site}/{instrument}/";

    public static ImmutableArray<WireChannel> All { get; } =
    [
        new("birth", Stem + "birth", "Once per connection and before any state.", true, true, ["birth"]),
        new("liveness", Stem + "liveness", "Also the target of the last will.", true, true, ["liveness"]),
        new("state", Stem + "state", "At every change.", true, true, ["state"]),
        new("property", Stem + "prop/{property}", "One topic per property.", true, true, ["property"]),
        new("event", Stem + "event", "Not retained.", true, false, ["event"]),
        Commands("{command}"),
        new("control", Stem + "ctl/{verb}", "Never retained.", false, false, ["control"], "controlReply"),
        new("lock", Stem + "ctl/{lockVerb}", "Never retained.", false, false, ["lock"], "controlReply"),
        new("reconcile", Stem + "ctl/reconcile", "Never retained.", false, false, ["reconcile"], "controlReply"),
        OfDesk(StockOrder.Verb),
        OfDesk(QueueOrder.Verb),
        new("status", Stem + "exec/{action}/status", "Retained until the action is acknowledged.", true, true, ["status"]),
        new("result", Stem + "exec/{action}/result", "Retained until the action is acknowledged.", true, true, ["result"]),
        new("data", Stem + "exec/{action}/data/{data}", "Bulk data that a result refers to; retained until the action is acknowledged.", true, true, []),
        new("acknowledgement", Stem + "exec/{action}/ack", "An empty payload: the caller has the result, and the driver clears what it retained of the action.", false, false, []),
        new("reply", Topics.Root + "/clients/{client}/reply", "Or a topic below it, as the Response Topic says; only that client may read it.", true, false, ["reply", "controlReply"]),
        new("trip", Topics.InterlockTrip, "The latched safety stop; obeyed at once.", false, true, ["trip"]),
        new("heartbeat", Topics.InterlockHeartbeat, "Expires in the broker with its lease.", false, false, ["heartbeat"]),
    ];

    /// <summary>What stands in the addresses.</summary>
    public static ImmutableSortedDictionary<string, (string Description, ImmutableArray<string> Words)> Parameters { get; } =
        new Dictionary<string, (string, ImmutableArray<string>)>
        {
            ["site"] = ("The laboratory: 1 to 64 letters, digits, '-', '_' or '.'; not 'clients'.", []),
            ["instrument"] = ("1 to 64 letters, digits, '-', '_' or '.'; not 'desk'.", []),
            ["property"] = ("As the birth names it.", []),
            ["command"] = ("As the birth names it.", []),
            ["verb"] = ("What is wanted.", ["cancel", "hold", "unhold", "abort", "clear"]),
            ["lockVerb"] = ("Whether the instrument is asked for or given back.", ["lock", "unlock"]),
            ["action"] = ("The action id as a UUID in lower case.", []),
            ["data"] = ("As the result names it.", []),
            ["client"] = ("The client id of who asked.", []),
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Whether it is where persons reach the agents of a site: an instrument neither sends nor receives there.</summary>
    public bool IsOfDesk { get; private init; }

    private static WireChannel OfDesk(string verb) => new(
        $"desk-{verb}", $"{Topics.Root}/{{site}}/{Topics.Desk}/ctl/{verb}", "From persons to the agents of a site, and no instrument's. Never retained; answered by a controlReply where there is a Response Topic.", false, false, [verb])
    {
        IsOfDesk = true,
    };

    /// <summary>Where commands arrive.</summary>
    /// <param name="command">A command's name, or the parameter that stands for all.</param>
    public static WireChannel Commands(string command) => new(
        "command", $"{Stem}cmd/{command}", "Never retained. The Correlation Data are the 16 bytes of the action id; a Response Topic and a Message Expiry Interval are obligatory.", false, false, ["command"], "reply");
}
