using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace LabAutomation.Protocol;

/// <summary>One kind of frame, as the schemas and the AsyncAPI document call it.</summary>
/// <param name="Name">Camel case, such as <c>controlReply</c>.</param>
/// <param name="Summary">One sentence.</param>
internal sealed record WireFrame(string Name, Type Type, string Summary)
{
    public static ImmutableArray<WireFrame> All { get; } =
    [
        new("birth", typeof(Birth), "What an instrument is and offers."),
        new("liveness", typeof(Liveness), "Whether the driver is there; with online false also its last will."),
        new("state", typeof(StateFrame), "Device and functional unit, in the states of OPC UA LADS."),
        new("property", typeof(PropertyFrame), "A measured value and how far it can be trusted."),
        new("event", typeof(EventFrame), "Something worth a line in the record."),
        new("command", typeof(CommandFrame), "What an instrument is to do."),
        new("reply", typeof(ReplyFrame), "Whether a command is accepted, or why not."),
        new("status", typeof(StatusFrame), "How far an action has come."),
        new("result", typeof(ResultFrame), "How an action ended."),
        new("control", typeof(ControlFrame), "What a person or a program wants of a unit beside commands."),
        new("lock", typeof(LockFrame), "Asks for the instrument, or gives it back."),
        new("reconcile", typeof(ReconcileFrame), "What a person found out about an action of unknown outcome."),
        new("refill", typeof(StockOrder), "A person has refilled a consumable, or counted it."),
        new("queue", typeof(QueueOrder), "What a person or a program wants done to what waits in the lab."),
        new("controlReply", typeof(ControlReply), "Whether a control was carried out, or why not."),
        new("trip", typeof(TripFrame), "The latched safety stop."),
        new("heartbeat", typeof(HeartbeatFrame), "The interlock lives and watches."),
    ];

    /// <summary>A JSON Schema (draft 07) that stands alone.</summary>
    public JsonObject Schema => FrameSchema.Standalone(Name, Summary, Type);
}
