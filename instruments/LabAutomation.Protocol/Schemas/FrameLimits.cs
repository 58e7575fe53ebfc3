using System.Text.Json.Nodes;

namespace LabAutomation.Protocol;

/// <summary>What a frame's type alone does not say of a member's value. Advice for whoever makes or draws one: the codec reads more than is right.</summary>
internal static class FrameLimits
{
    private const string Sha256 = "SHA-256 in lower-case hexadecimal.";

    private static readonly Dictionary<(Type, string), string> Descriptions = new()
    {
        [(typeof(Birth), "protocol")] = "Version of the contract: 1.",
        [(typeof(Birth), "family")] = "The driver family.",
        [(typeof(Birth), "simulated")] = "Whether the device behind the driver is a simulation.",
        [(typeof(Birth), "epoch")] = "Rises at every start of the driver, power loss included.",
        [(typeof(Birth), "schemaHash")] = Sha256 + " Over the compact JSON of commands, followed by that of properties.",
        [(typeof(Birth), "safeWithin")] = "Seconds from an order to stop until nothing moves, flows or heats any more.",
        [(typeof(CommandDescription), "cancelWithin")] = "Seconds after which a cancelled action has come to its end.",
        [(typeof(CommandDescription), "holdWithin")] = "Seconds after which an action that is to be held is at rest; left out where it cannot be held.",
        [(typeof(ParameterDescription), "unit")] = "Of low, high and default.",
        [(typeof(ParameterDescription), "default")] = "Used where the command gives no value; null makes the parameter obligatory.",
        [(typeof(ParameterDescription), "draws")] = "Whether so much of something is used up; left out where nothing is. An output of the same name tells how much it really was.",
        [(typeof(OutputDescription), "series")] = "Whether the output is a series by reference rather than one quantity.",
        [(typeof(OutputDescription), "media")] = "The family of content types, such as image, of an output that is a media payload by reference.",
        [(typeof(OutputDescription), "columns")] = "Of a series: those that it always has.",
        [(typeof(Calibration), "of")] = "A property, or an output as command.output.",
        [(typeof(Calibration), "until")] = "When it has run out; left out where it does not.",
        [(typeof(StateFrame), "seq")] = "Counts from 1 in each epoch, without gaps.",
        [(typeof(StateFrame), "action")] = "The action under way.",
        [(typeof(CommandFrame), "arguments")] = "By parameter; in the declared unit or another one of its dimension.",
        [(typeof(CommandFrame), "deadline")] = "Lab time after which the action must not start.",
        [(typeof(StatusFrame), "progress")] = "0 to 1, never falling.",
        [(typeof(StatusFrame), "eta")] = "Seconds until the expected end, where the driver knows.",
        [(typeof(ResultFrame), "recoverable")] = "Whether the unit can go on without a person.",
        [(typeof(DataReference), "topic")] = "Where the payload lies.",
        [(typeof(DataReference), "rows")] = "0 where it is no series.",
        [(typeof(DataReference), "sha256")] = Sha256 + " Over the payload.",
        [(typeof(DataReference), "media")] = "The content type of a media payload; left out for a series.",
        [(typeof(ControlFrame), "action")] = "The action it is about; null for the whole unit.",
        [(typeof(LockFrame), "lease")] = "Seconds of lab time after which the lock ends by itself, 1 to 86400.",
        [(typeof(LockFrame), "token")] = "The one that was given, to renew or to unlock; null asks for a new lock.",
        [(typeof(QueueOrder), "what")] = $"One of {string.Join(", ", QueueOrder.All)}.",
        [(typeof(QueueOrder), "campaign")] = "As it is on record; of add the name of the file; empty for all that run.",
        [(typeof(QueueOrder), "trial")] = "One that has not begun; left out for the campaign itself.",
        [(typeof(QueueOrder), "priority")] = "Of move: 0 to 9, higher ones come first.",
        [(typeof(StockOrder), "counted")] = "Whether the amount is what is there now, in place of what was added.",
        [(typeof(ControlReply), "done")] = "False where the message says why not.",
        [(typeof(ControlReply), "token")] = "Of the lock that was given; greater than every earlier one of the instrument.",
        [(typeof(ControlReply), "until")] = "Lab time at which the lock ends unless it is renewed.",
        [(typeof(HeartbeatFrame), "seq")] = "Counts from 1 at each start of the interlock.",
        [(typeof(HeartbeatFrame), "lease")] = "Seconds of the hearer's own clock for which it counts; more than 0, at most 3600.",
        [(typeof(HeartbeatFrame), "configuration")] = Sha256 + " Over the interlock's configuration file.",
    };

    public static IEnumerable<KeyValuePair<string, JsonNode?>> Of(Type frame, string member)
    {
        if (Descriptions.TryGetValue((frame, member), out var description)) yield return new("description", description);
    }

    /// <summary>Every frame and member that something is said of.</summary>
    public static IEnumerable<(Type Frame, string Member)> All => Descriptions.Keys;
}
