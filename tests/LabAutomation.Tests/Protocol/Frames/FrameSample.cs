using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol.Frames;

/// <summary>One frame of every kind, and of the kinds that may lack something one with and one without.</summary>
internal sealed record FrameSample(string Name, byte[] Json, Func<ReadOnlyMemory<byte>, byte[]> Again)
{
    private static readonly DateTimeOffset At = new(2026, 1, 31, 12, 0, 0, 500, TimeSpan.Zero);
    private static readonly ActionId Action = ActionId.Parse("0190c5a2-7b31-8f4e-9d2a-5c1e8b7f3a60");
    private static readonly InstrumentTopics Pump = Topics.Of("main", "pump-1");
    private static readonly InstrumentTopics Spectrometer = Topics.Of("main", "uv-1");

    private static readonly ImmutableArray<CommandDescription> Commands =
    [
        new CommandDescription(
            "dispense",
            "Pumps a volume at a rate.",
            Effect.Consume,
            [
                new ParameterDescription("volume", "What to dispense.", Unit.Parse("mL"), 0, 50),
                new ParameterDescription("rate", "How fast.", Unit.Parse("mL/min"), 0.01, 20, 5),
            ],
            [new OutputDescription("dispensed", "What was dispensed, as measured.", Unit.Parse("mL"))],
            2),
    ];

    private static readonly ImmutableArray<PropertyDescription> Properties = [new PropertyDescription("volume", "Dispensed since the start.", Unit.Parse("mL"))];

    private static readonly ImmutableArray<ColumnDescription> Columns = [new ColumnDescription("wavelength", Unit.Parse("nm")), new ColumnDescription("absorbance", Unit.Parse("AU"))];

    public static readonly IReadOnlyList<FrameSample> All =
    [
        Of("birth", new Birth(
            "1", "pump-1", "new-era-ne1000", new InstrumentIdentity("New Era", "NE-1000", "288123", "3.928"), true, 7,
            SchemaHashes.Of(Commands, Properties), Commands, Properties, 2, At)),
        Of("birth-calibrated", new Birth(
            "1", "pump-1", "new-era-ne1000", new InstrumentIdentity("New Era", "NE-1000", "288123", "3.928"), false, 8,
            SchemaHashes.Of([Commands[0] with { HoldWithin = 1 }], []), [Commands[0] with { HoldWithin = 1 }], [], 2, At,
            [
                new Calibration("dispense.dispensed", "dr.curie", "balance B-7, certificate 2026-0117", At.AddDays(-14), At.AddDays(351)),
                new Calibration("volume", "dr.curie", "as delivered", At.AddDays(-400)),
            ],
            ["dispense.rate <= 1 mL/min where dispense.volume > 10 mL"])),
        Of("liveness", new Liveness(true, 7)),
        Of("state", new StateFrame(DeviceState.Operate, UnitState.Execute, 12, 7, Action, At)),
        Of("state-idle", new StateFrame(DeviceState.Operate, UnitState.Idle, 13, 7, null, At)),
        Of("property", new PropertyFrame(new Quantity(12.5, Unit.Parse("mL"), 0.05), Quality.Good, 3, At)),
        Of("event", new EventFrame("refill", "The syringe is nearly empty; \"5 µL\" are left at 20 °C.", 2, At)),
        Of("command", new CommandFrame(ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(1.5, "mL")).Add("rate", Quantity.Of(5, "mL/min")), At)),
        Of("reply", new ReplyFrame(Action, ActionStatus.Accepted, CauseCode.Success, "", At)),
        Of("reply-refused", new ReplyFrame(Action, ActionStatus.Failed, CauseCode.OutOfRange, "volume is 60 mL; it must be 0 to 50 mL", At)),
        Of("status", new StatusFrame(Action, ActionStatus.Running, 0.25, 13.5, "infusing", At)),
        Of("status-without-eta", new StatusFrame(Action, ActionStatus.Waiting, 0, null, "", At)),
        Of("result", new ResultFrame(
            Action, ActionStatus.Succeeded, CauseCode.Success, "", true,
            ImmutableSortedDictionary<string, Quantity>.Empty.Add("dispensed", new Quantity(1.498, Unit.Parse("mL"), 0.004)), [], At, At.AddSeconds(18), 7)),
        Of("result-with-data", new ResultFrame(
            Action, ActionStatus.Succeeded, CauseCode.SuccessWithWarnings, "the lamp is old", true, ImmutableSortedDictionary<string, Quantity>.Empty,
            [new Series(Columns, [[400, 401], [0.12, 0.13]]).Refer("spectrum", Spectrometer.Data(Action, "spectrum"))], At, At.AddSeconds(2), 3)),
        Of("result-with-media", new ResultFrame(
            Action, ActionStatus.Succeeded, CauseCode.Success, "done", true, ImmutableSortedDictionary<string, Quantity>.Empty.Add("mean", Quantity.Of(0.25, "1")),
            [new Media("image/png", new byte[] { 0x89, 0x50 }).Refer("picture", Topics.Of("main", "camera-1").Data(Action, "picture"))], At, At.AddSeconds(2), 3)),
        Of("result-unknown", new ResultFrame(
            Action, ActionStatus.UnknownOutcome, CauseCode.LinkLost, "power failed while dispensing", false, ImmutableSortedDictionary<string, Quantity>.Empty, [], At, At, 8)),
        Of("control", new ControlFrame(Action, "agents", "the campaign was stopped", At)),
        Of("control-of-the-unit", new ControlFrame(null, "dr.curie", "spilled", At)),
        Of("lock", new LockFrame("dr.curie", "calibrating", 600, null, At)),
        Of("reconcile", new ReconcileFrame(Action, Finding.DidNotHappen, "dr.curie", "the flask is empty", At)),
        Of("refill", new StockOrder("buffer", Quantity.Of(250, "mL"), false, "dr.curie", At)),
        Of("queue", new QueueOrder(QueueOrder.Move, "match-1", "dr.curie", "operator", "the others are not urgent", Priority: 7)),
        Of("queue-edit", new QueueOrder(QueueOrder.Edit, "match-1", "dr.curie", "operator", "too wet", Trial: 3, Values: ImmutableSortedDictionary<string, string>.Empty.Add("water", "0.4 mL"))),
        Of("control-reply", new ControlReply("lock", true, "dr.curie holds the instrument", At, 3, At.AddSeconds(600))),
        Of("control-reply-refused", new ControlReply("clear", false, "the interlock is tripped by dr.curie: spilled; it has to be reset first", At)),
        Of("state-aborted", new StateFrame(DeviceState.Operate, UnitState.Aborted, 15, 7, null, At, null, new AbortReason(CauseCode.EmergencyStop, "aborted by dr.curie: spilled"))),
        Of("state-locked", new StateFrame(DeviceState.Operate, UnitState.Idle, 14, 7, null, At, new HeldLock("dr.curie", At.AddSeconds(600)))),
        Of("trip", new TripFrame(true, "hotplate-1 above 120 °C", "interlock", At)),
        Of("heartbeat", new HeartbeatFrame(812, 2, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", At)),
    ];

    /// <summary>The wire form, spread over lines for people.</summary>
    public string Pretty()
    {
        using var document = JsonDocument.Parse(Json);
        return JsonSerializer.Serialize(document.RootElement, new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    public string Text => Encoding.UTF8.GetString(Json);

    public override string ToString() => Name;

    private static FrameSample Of<T>(string name, T frame) => new(name, FrameCodec.Encode(frame), payload => FrameCodec.Encode(FrameCodec.Decode<T>(payload)));
}
