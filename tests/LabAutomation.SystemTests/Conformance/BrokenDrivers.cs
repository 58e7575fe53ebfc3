using System.Collections.Concurrent;
using System.Collections.Immutable;
using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>A driver, host or broker that breaks one assertion.</summary>
/// <param name="Breaks">The assertion that is broken.</param>
/// <param name="Along">Assertions that cannot hold either where that one is broken in this way.</param>
internal sealed record BrokenDriver(int Breaks, string How, InProcessSetup Setup, params int[] Along)
{
    public string Family { get; init; } = BrokenDrivers.Pump;
}

/// <summary>Deliberately broken drivers: each is a good host, driver, broker or journal with one thing bent.</summary>
internal static class BrokenDrivers
{
    public const string Pump = "new-era-ne1000";
    public const string Stirrer = "ika-namur";
    public const string Spectrometer = "scpi-spectrometer";

    /// <summary>Of real time: twice and more of what the kit allows for messages and the computer.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1.2);

    private static readonly InProcessSetup Good = ConformingFamilies.Setup(Pump);

    public static IEnumerable<BrokenDriver> All() =>
    [
        new(1, "its birth is not retained", Says(Topic("birth", message => message with { Retain = false }))),
        new(2, "a state comes before its birth", Wire(() => new StateFirst().Outgoing)),
        new(3, "its birth has another protocol version", Says(Topic("birth", message => BentBus.Replace(message, "\"protocol\":\"1\"", "\"protocol\":\"2\"")))),
        new(3, "what it tells has no content type", Says(message => [message with { ContentType = null }]), 21, 48),
        new(3, "its statuses are no statuses", Says(message => message.Topic.EndsWith("/status", StringComparison.Ordinal) ? [BentBus.Replace(message, "\"step\"", "\"stage\"")] : [message]), 28, 29),
        new(4, "its schema hash is another one", Says(Frame<Birth>("birth", birth => birth with { SchemaHash = "0000" }))),
        new(5, "its birth has epoch 1 after every start", Says(Frame<Birth>("birth", birth => birth with { Epoch = 1 })), 12),
        new(6, "a parameter has no unit that is known", Says(Topic("birth", message => BentBus.Replace(message, "\"unit\":\"mL/min\"", "\"unit\":\"drops\""))), 3, 4, 7, 24),
        new(6, "it tells a property that its birth does not have", Says(message => message.Topic.EndsWith("/prop/dispensed", StringComparison.Ordinal) ? [message, message with { Topic = message.Topic.Replace("dispensed", "pressure", StringComparison.Ordinal) }] : [message])),
        new(6, "it tells a volume in degrees", Says(Frame<PropertyFrame>("dispensed", told => told with { Value = Quantity.Of(told.Value.Value, "°C") }))),
        new(6, "it gives a volume in kelvins", Says(Frame<ResultFrame>("result", result => result with { Outputs = result.Outputs.ToImmutableSortedDictionary(output => output.Key, output => Quantity.Of(output.Value.Value, "K")) }))),
        new(6, "it gives an output that its birth does not have", Says(Frame<ResultFrame>("result", result => result with { Outputs = result.Outputs.SetItem("pressure", Quantity.Of(1, "bar")) }))),
        new(7, "a range is empty", Says(Frame<Birth>("birth", EmptyRange))),
        new(8, "a simulated device is said to be real", Says(Frame<Birth>("birth", birth => birth with { Simulated = false }))),
        new(9, "its will has no epoch of its own", Will(will => BusMessage.Retained(will.Topic, new Liveness(false, 0)))),
        new(10, "its death is told late", LateDeath()),
        new(11, "a clean stop says nothing", Says(message => IsOffline(message) ? [] : [message])),
        new(12, "online is said in the epoch before", Says(Frame<Liveness>("liveness", liveness => liveness is { Online: true, Epoch: > 1 } ? liveness with { Epoch = liveness.Epoch - 1 } : liveness))),
        new(12, "it does not mind a death that comes late", Hears(message => message.Topic.EndsWith("/liveness", StringComparison.Ordinal) && IsOffline(message) ? null : message)),
        new(13, "a new connection counts as a new epoch", Wire(() => new SecondBirth().Outgoing)),
        new(14, "it completes by way of Held", Says(Frame<StateFrame>("state", state => state.Unit == UnitState.Completing ? state with { Unit = UnitState.Held } : state)), 20),
        new(15, "a seq is left out", Says(Frame<StateFrame>("state", state => state.Seq > 5 ? state with { Seq = state.Seq + 1 } : state))),
        new(16, "its state is not retained", Says(Topic("state", message => message with { Retain = false }))),
        new(17, "a clear out of place goes unanswered", Says(message => IsEvent(message, "control_refused", "clear") ? [] : [message])),
        new(17, "an unhold out of place goes unanswered", Says(message => IsEvent(message, "control_refused", "unhold") ? [] : [message])),
        new(18, "it takes no abort while an action runs", Conversation(talk => (talk.Note, message => message.Topic.EndsWith("/ctl/abort", StringComparison.Ordinal) && talk.Running is not null ? null : message))),
        new(18, "it takes no abort while an action is held", Conversation(talk => (talk.Note, message => message.Topic.EndsWith("/ctl/abort", StringComparison.Ordinal) && talk.Unit == UnitState.Held ? null : message))),
        new(18, "it takes no abort on the way into a hold", Conversation(talk => (talk.Note, message => message.Topic.EndsWith("/ctl/abort", StringComparison.Ordinal) && talk.Unit == UnitState.Holding ? null : message))),
        new(18, "it takes no abort on the way out of a hold", Conversation(talk => (talk.Note, message => message.Topic.EndsWith("/ctl/abort", StringComparison.Ordinal) && talk.Unit == UnitState.Unholding ? null : message))),
        new(18, "it takes no abort while it is cleared", Conversation(talk => (talk.Note, message => message.Topic.EndsWith("/ctl/abort", StringComparison.Ordinal) && talk.Unit == UnitState.Clearing ? null : message))),
        new(18, "it leaves the device to itself when it is stopped", Driver(driver => new BentDriver(driver) { IsNeverSafe = true, Execute = (command, scope, cancellation) => LeaveAsync(driver, command, scope, cancellation) })),
        new(18, "making it safe does nothing", Driver(driver => new BentDriver(driver) { IsNeverSafe = true })),
        new(18, "making it safe does nothing, and its heater is on", NeverSafe(Stirrer)) { Family = Stirrer },
        new(18, "it does not say why it is aborted", Says(Frame<StateFrame>("state", state => state with { Aborted = null }))),
        new(18, "a restart ends its emergency stop", Says(Frame<StateFrame>("state", state => state is { Epoch: > 1, Unit: UnitState.Aborted } ? state with { Unit = UnitState.Idle, Aborted = null } : state))),
        new(18, "it takes no notice of a trip", Hears(message => message.Topic == Topics.InterlockTrip ? null : message)),
        new(18, "it takes no notice of a trip that stands when it comes", Hears(message => message.Topic == Topics.InterlockTrip && message.Retain ? null : message)),
        new(18, "it takes a trip for an abort that anybody may clear", Hears(message => message.Topic != Topics.InterlockTrip || message.Payload.IsEmpty ? message : FrameCodec.Decode<TripFrame>(message.Payload).Tripped
            ? BusMessage.Of(Topics.Of("kit", "unit").Control("abort"), new ControlFrame(null, "somebody", "it was tripped", DateTimeOffset.UnixEpoch))
            : null)),
        new(18, "it does not miss an interlock that falls silent", Hears(message => message.Topic == Topics.InterlockHeartbeat ? null : message)),
        new(18, "it goes on without a broker", Good with { OutlastsBroker = true }),
        new(18, "it obeys an abort late", LateTo(message => message.Topic.EndsWith("/ctl/abort", StringComparison.Ordinal))),
        new(18, "it obeys a trip late", LateTo(message => message.Topic == Topics.InterlockTrip)),
        new(18, "it misses an interlock late", Hears(message => message.Topic == Topics.InterlockHeartbeat && FrameCodec.Decode<HeartbeatFrame>(message.Payload) is var beat ? message with { Payload = FrameCodec.Encode(beat with { Lease = beat.Lease + Late.TotalSeconds }) } : message)),
        new(18, "stopped, it says that it takes a command", Says(message => Reply(message, reply => reply.Message.StartsWith("the unit is Aborted", StringComparison.Ordinal) ? reply with { Status = ActionStatus.Accepted, Cause = CauseCode.Success } : reply))),
        new(18, "what it was sent when it was stopped is done after the clear", AfterTheClear(UnitState.Aborted)),
        new(18, "what waited when it was stopped is done after the clear", AfterTheClear(UnitState.Execute)),
        new(18, "it lets agents take a trip back", Hears(message => message.Topic == Topics.InterlockTrip ? BentBus.Replace(message, $"\"by\":\"{ControlFrame.Agents}\"", "\"by\":\"somebody\"") : message)),
        new(18, "a clean stop ends its emergency stop", CleanStopClears()),
        new(19, "it does something at a clear in Idle", Conversation(talk => (talk.Note, message => message.Topic.EndsWith("/ctl/clear", StringComparison.Ordinal) && talk.Unit == UnitState.Idle ? message with { Topic = message.Topic.Replace("/clear", "/abort", StringComparison.Ordinal) } : message)), 17),
        new(19, "it takes a clear in Execute for an abort", Conversation(talk => (talk.Note, message => message.Topic.EndsWith("/ctl/clear", StringComparison.Ordinal) && talk.Unit == UnitState.Execute ? message with { Topic = message.Topic.Replace("/clear", "/abort", StringComparison.Ordinal) } : message))),
        new(19, "it lets agents clear an emergency stop", Hears(message => message.Topic.EndsWith("/ctl/clear", StringComparison.Ordinal) ? BentBus.Replace(message, $"\"by\":\"{ControlFrame.Agents}\"", "\"by\":\"somebody\"") : message)),
        new(19, "it obeys a retained clear", Hears(message => message.Topic.EndsWith("/ctl/clear", StringComparison.Ordinal) ? message with { Retain = false } : message)),
        new(19, "it obeys a copy of a clear of before", Hears(message => message.Topic.EndsWith("/ctl/clear", StringComparison.Ordinal) ? message with { CorrelationData = Guid.NewGuid().ToByteArray() } : message)),
        new(20, "its exported graph lacks the way from Execute to Aborting", Good with { Graph = () => Without(Good.Graph(), "Execute --> Aborting") }),
        new(20, "its driver's graph is that of something else", Driver(driver => new BentDriver(driver) { Graph = _ => "stateDiagram-v2\n\tMoon --> Cheese : Melt\n[*] --> Moon" })),
        new(20, "its driver's graph lacks the way from Ready to Pumping", Driver(driver => new BentDriver(driver) { Graph = graph => Without(graph, "Ready --> Pumping") })),
        new(20, "its driver's graph has a state to which no way leads", Driver(driver => new BentDriver(driver) { Graph = graph => graph.Replace("[*]", "\tBurning --> Ready : Quenched\n[*]", StringComparison.Ordinal) })),
        new(21, "it takes its time to answer", Slow(TimeSpan.FromSeconds(2.5)), 24),
        new(21, "its answers have no correlation data", Answers(message => message with { CorrelationData = ReadOnlyMemory<byte>.Empty })),
        new(21, "its answers have no content type", Answers(message => message with { ContentType = null }), 3),
        new(21, "its answers do not say which protocol they speak", Answers(message => message with { Properties = message.Properties.Remove(CommandMessage.VersionKey) })),
        new(21, "its answers do not say whose they are", Answers(message => message with { Properties = message.Properties.Remove(CommandMessage.SourceKey) })),
        new(21, "its answers lose the trace of the command", Answers(message => message with { Properties = message.Properties.Remove(CommandMessage.TraceParentKey) })),
        new(21, "its refusals have no correlation data", Says(message => IsRefusal(message) ? [message with { CorrelationData = ReadOnlyMemory<byte>.Empty }] : [message])),
        new(22, "what is out of range is taken for something else", Hears(Command(frame => frame with { Arguments = frame.Arguments.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Value is < 0 or > 60 ? new Quantity(0.02, pair.Value.Unit) : pair.Value) }))),
        new(22, "what is a little out of range is done as far as it can be", Hears(Command(frame => frame with { Arguments = frame.Arguments.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Value is > 60 and < 70 ? new Quantity(60, pair.Value.Unit) : pair.Value) }))),
        new(22, "what is out of range in another unit is done", Hears(Command(frame => frame with { Arguments = frame.Arguments.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Unit.Symbol is "uL" && pair.Value.Value > 60_000 ? Quantity.Of(0.02, "mL") : pair.Value) }))),
        new(22, "nothing at all counts as a little", Hears(Command(frame => frame with { Arguments = frame.Arguments.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Value == 0 ? new Quantity(0.02, pair.Value.Unit) : pair.Value) }))),
        new(22, "it does not obey the limits that it tells", Says(Frame<Birth>("birth", birth => birth with { Limits = ["dispense.rate <= 1 mL/min where dispense.volume > 1 mL"] }))),
        new(23, "it takes kilograms for its own unit", Hears(Command(frame => frame with { Arguments = frame.Arguments.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Unit.Symbol == "kg" ? Quantity.Of(1, pair.Key == "rate" ? "mL/min" : "mL") : pair.Value) }))),
        new(23, "it takes a microlitre for a millilitre", Hears(Command(frame => frame with { Arguments = frame.Arguments.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Unit.Symbol is "uL" ? Quantity.Of(pair.Value.Value, "mL") : pair.Value) }))),
        new(23, "it takes an imperial microlitre for one of its own", Hears(Command(frame => frame with { Arguments = frame.Arguments.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Unit.Symbol is "uL" ? Quantity.Of(pair.Value.Value * 1.5, "uL") : pair.Value) }))),
        new(23, "it takes an hour for a minute", Hears(Command(frame => frame with { Arguments = frame.Arguments.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Unit.Symbol is "mL/h" ? Quantity.Of(pair.Value.Value, "mL/min") : pair.Value) }))),
        new(24, "an unknown command is called a fault of the device", Says(message => Reply(message, reply => reply.Message.StartsWith("there is no command", StringComparison.Ordinal) ? reply with { Cause = CauseCode.HardwareFault } : reply))),
        new(24, "it takes no notice of an argument that it does not know", Hears(Command(frame => frame with { Arguments = frame.Arguments.Remove("no-such-parameter") }))),
        new(24, "it finds a value for an argument that is missing", Hears(Command(frame => frame.Arguments.ContainsKey("volume") ? frame : frame with { Arguments = frame.Arguments.Add("volume", Quantity.Of(0.02, "mL")) }))),
        new(24, "it takes no notice of the schema that its caller knows", Hears(message => message.Topic.Contains("/cmd/", StringComparison.Ordinal) ? message with { Properties = message.Properties.Remove(CommandMessage.SchemaHashKey) } : message)),
        new(25, "it takes no notice of deadlines", Hears(Command(frame => frame with { Deadline = frame.Deadline.AddDays(1) }))),
        new(26, "it takes retained commands", Hears(message => message.Topic.Contains("/cmd/", StringComparison.Ordinal) ? message with { Retain = false } : message)),
        new(26, "it takes retained commands that were there before it", RetainedBefore()),
        new(27, "it takes commands that never expire", Hears(message => message.Topic.Contains("/cmd/", StringComparison.Ordinal) ? message with { ExpirySeconds = message.ExpirySeconds ?? 60 } : message)),
        new(27, "it is deaf once it has heard what it cannot read", Bend(Good, () =>
        {
            var isDeaf = false;
            return (message => [message], message => (isDeaf |= message.Topic.Contains("/cmd/", StringComparison.Ordinal) && message.Payload.Length == 1) ? null : message);
        })),
        new(27, "it takes a clear that it cannot read", Hears(message => message.Topic.EndsWith("/ctl/clear", StringComparison.Ordinal) && message.Payload.Length == 1 ? null : message)),
        new(28, "its progress goes beyond 1", Says(Status(status => status.Status == ActionStatus.Running ? [status with { Progress = 1.5 }] : [status]))),
        new(28, "it does not say that an action waits", Says(Status(status => status.Status == ActionStatus.Waiting ? [] : [status]))),
        new(29, "it ends twice", Says(Status(status => status.Status == ActionStatus.Succeeded ? [status, status with { Status = ActionStatus.Failed }] : [status]))),
        new(30, "its results are not retained", Says(message => message.Topic.EndsWith("/result", StringComparison.Ordinal) ? [message with { Retain = false }] : [message])),
        new(30, "it takes its results back after a while", ResultsOf(ResultFate.Withdrawn)),
        new(30, "it takes its results back when it is started anew", ResultsOf(ResultFate.LostAtStart)),
        new(30, "it keeps what was acknowledged", ResultsOf(ResultFate.Kept)),
        new(30, "it tells what was acknowledged once more when it is started anew", ResultsOf(ResultFate.ToldAgain)),
        new(31, "it cancels nothing that waits", Conversation(talk => (talk.Note, message => talk.IsCancelOf(message) is { } action && talk.Accepted.ContainsKey(action) && talk.Running != action ? null : message))),
        new(31, "it says that what waits is cancelled, and carries it out", Bend(Good, () =>
        {
            var words = new CancelledInWords();
            return (words.Outgoing, words.Incoming);
        })),
        new(31, "it speaks to the device about what is cancelled while it waits", Chatty()),
        new(32, "it cancels late", LateTo(message => message.Topic.EndsWith("/ctl/cancel", StringComparison.Ordinal))),
        new(32, "it says that it has cancelled, and lets the device go on", Driver(driver => new BentDriver(driver) { Execute = (command, scope, cancellation) => LeaveAsync(driver, command, scope, cancellation) })),
        new(33, "cancelling what is not there goes unanswered", Says(message => IsEvent(message, "control_refused", "cancel") ? [] : [message])),
        new(33, "any cancel ends what runs", Conversation(talk => (talk.Note, message => talk.IsCancelOf(message) is { } action && !talk.Accepted.ContainsKey(action) && talk.Running is { } running
            ? message with { Payload = FrameCodec.Encode(FrameCodec.Decode<ControlFrame>(message.Payload) with { Action = running }) }
            : message))),
        new(34, "a copy of a command counts as another one", Again((first, next) => first.Payload.Span.SequenceEqual(next.Payload.Span))),
        new(34, "a copy of what was acknowledged counts as another one", ForgetsAt(message => message.Topic.EndsWith("/ack", StringComparison.Ordinal) ? ActionId.Parse(message.Topic.Split('/')[^2]) : null)),
        new(34, "it says that all is done, and does nothing", Idles()),
        new(37, "it says that all is done, and does nothing", Idles(), 34),
        new(35, "a command that is sent again counts as another one", Again((first, next) => !first.Payload.Span.SequenceEqual(next.Payload.Span) && first.Topic == next.Topic)),
        new(35, "a copy of what was refused counts as another one", ForgetsAt(message => IsRefusal(message) ? ActionId.FromBytes(message.CorrelationData.Span) : null)),
        new(35, "a copy of what was cancelled counts as another one", ForgetsAt(message => message.Topic.EndsWith("/result", StringComparison.Ordinal) && !message.Payload.IsEmpty && FrameCodec.Decode<ResultFrame>(message.Payload) is { Status: ActionStatus.Cancelled } ended ? ended.Action : null)),
        new(36, "an id may be used for something else", Again((first, next) => first.Topic != next.Topic)),
        new(36, "an id may be used for the same command with other arguments", Again((first, next) => first.Topic == next.Topic && FrameCodec.Decode<CommandFrame>(first.Payload) is var one && FrameCodec.Decode<CommandFrame>(next.Payload) is var two && !one.Arguments.SequenceEqual(two.Arguments))),
        new(37, "after a restart it takes everything as not having happened", Driver(driver => new BentDriver(driver) { Recover = (_, _, _) => Task.FromResult<Recovery>(new Recovery.DidNotHappen()) }), 38),
        new(38, "after a restart it takes everything as having happened", Driver(driver => new BentDriver(driver) { Recover = (_, _, _) => Task.FromResult<Recovery>(new Recovery.Happened(ActionOutcome.Succeeded())) })),
        new(37, "after a restart it says that nothing was done, whatever was", Denies(), 38),
        new(38, "after a restart it says that nothing was done, whatever was", Denies(), 37),
        new(38, "its journal is written at no boundary", Good with { WritesNoJournal = true }, 37),
        new(38, "after a restart it knows nothing of anything", Driver(driver => new BentDriver(driver) { Recover = (_, _, _) => Task.FromResult<Recovery>(new Recovery.Unknown("who knows")) })),
        new(38, "what another pump counts is to it what its own had counted", Driver(driver => new BentDriver(driver)
        {
            Recover = async (action, scope, cancellation) => await driver.RecoverAsync(action, scope, cancellation) is var found && found is Recovery.Unknown ? new Recovery.DidNotHappen() : found,
        })),
        new(39, "it is mute once the broker was away", MuteAfterLoss(), 13),
        new(39, "it begins once more once the broker was away", BeginsAgainAfterLoss()),
        new(40, "two hosts with journals of their own hear nothing of each other", Hears(message => message.Topic.EndsWith("/birth", StringComparison.Ordinal) ? null : message)),
        new(40, "two hosts keep two journals where they should have one", Good with { TwinHasOwnJournal = true }),
        new(41, "it takes no notice of a full disk", Good with { IgnoresDisk = true }),
        new(41, "it refuses what a full disk does not take, and forgets that", Forgets(remembers: false)),
        new(41, "it refuses what a full disk does not take, and forgets that with its program", Forgets(remembers: true)),
        new(42, "it takes no notice of lock tokens", Hears(message => message.Topic.Contains("/cmd/", StringComparison.Ordinal) ? message with { Properties = message.Properties.Remove(CommandMessage.LockTokenKey) } : message)),
        new(42, "whoever asks gets the lock", TakesForHolder("lock", token => token is null)),
        new(42, "an older token renews a lock", TakesForHolder("lock", token => token is not null)),
        new(42, "whoever asks gives the lock back", TakesForHolder("unlock", token => token is null)),
        new(42, "an older token gives the lock back", TakesForHolder("unlock", token => token is not null)),
        new(42, "its tokens begin again with each start", TokensBeginAgain()),
        new(42, "it asks for a lock when a command comes, and not when it begins", LooksOnceAtLocks()),
        new(43, "its locks hold for ever", Hears(message => message.Topic.EndsWith("/ctl/lock", StringComparison.Ordinal) ? message with { Payload = FrameCodec.Encode(FrameCodec.Decode<LockFrame>(message.Payload) with { Lease = 80_000 }) } : message)),
        new(43, "its locks end after half a minute, and it says so", ShortLocks(saysSo: true)),
        new(43, "its locks end after half a minute, and it does not say so", ShortLocks(saysSo: false)),
        new(44, "its state does not tell who holds it", Says(Frame<StateFrame>("state", state => state with { Lock = null })), 43),
        new(45, "it calls broken bytes a passing trouble", Driver(driver => new BentDriver(driver) { Execute = (command, scope, cancellation) => ShrugAsync(driver, command, scope, cancellation), IsBlind = true })),
        new(45, "it marks nothing, and denies what it has sent", Denying()),
        new(46, "it calls recoverable what is not", Says(Frame<ResultFrame>("result", result => result with { Recoverable = true })), 38),
        new(47, "its data are not those of the reference", Bend(ConformingFamilies.Setup(Spectrometer), () => (Data, message => message))) { Family = Spectrometer },
        new(47, "its data have a name that its birth does not have", Bend(ConformingFamilies.Setup(Spectrometer), () => (Frame<ResultFrame>("result", result => result with { Data = [.. result.Data.Select(reference => reference with { Name = "other" })] }), message => message))) { Family = Spectrometer },
        new(47, "its data do not say what they are", Bend(ConformingFamilies.Setup(Spectrometer), () => (message => [message.Topic.Contains("/data/", StringComparison.Ordinal) ? message with { ContentType = null } : message], message => message))) { Family = Spectrometer },
        new(47, "its command that gives data fails and gives none", ConformingFamilies.Setup(Spectrometer) with { Driver = (connect, clock) => Dataless(ConformingFamilies.Setup(Spectrometer).Driver(connect, clock)) }) { Family = Spectrometer },
        new(48, "its times are local", Says(message => message.Topic.Contains("/prop/", StringComparison.Ordinal) ? [BentBus.Replace(message, "Z\"", "+02:00\"")] : [message]), 3),
        new(48, "its times are local, and it does not say that they are JSON", Says(message => message.Topic.Contains("/prop/", StringComparison.Ordinal) ? [BentBus.Replace(message, "Z\"", "+02:00\"") with { ContentType = null }] : [message]), 3),
        new(49, "its broker lets everybody speak", Access(access => access with { Publish = ["#"] })),
        new(49, "its broker lets everybody command", Access(access => access with { Publish = [.. access.Publish, "lab/1/+/+/cmd/+"] })),
        new(49, "its broker lets everybody abort", Access(access => access with { Publish = [.. access.Publish, "lab/1/+/+/ctl/+"] })),
        new(49, "its broker lets every driver tell any result", Access(access => access with { Publish = [.. access.Publish, "lab/1/+/+/exec/#"] })),
        new(49, "its broker lets every driver tell any state", Access(access => access with { Publish = [.. access.Publish, "lab/1/+/+/state"] })),
        new(50, "its broker lets everybody listen", Access(access => access with { Subscribe = ["#"] })),
        new(52, "its results change from run to run", Driver(Unsteady())),
    ];

    /// <summary>Not broken: the contract does not say that a command may wait.</summary>
    public static InProcessSetup LetsNoneWait() => Conversation(talk => (talk.Note, message => message.Topic.Contains("/cmd/", StringComparison.Ordinal) && talk.Running is not null ? message with { Topic = "lab/1/kit/unit/cmd/too-many" } : message));

    /// <param name="isSeen">Whether the simulator says how one sees that the device is at rest.</param>
    public static InProcessSetup Unbroken(bool isSeen) => isSeen ? Good : Good with { Device = clock => Good.Device(clock) with { IsAtRest = () => null } };

    private static InProcessSetup Bend(InProcessSetup good, Func<(Func<BusMessage, IEnumerable<BusMessage>> Outgoing, Func<BusMessage, BusMessage?> Incoming)> bend) => Connecting(good, (connect, id, will, access) =>
    {
        var bus = connect(id, will, access);
        if (id is not ("kit-driver" or "kit-twin")) return bus;
        var (outgoing, incoming) = bend();
        return new BentBus(bus, outgoing, incoming);
    });

    private static InProcessSetup Connecting(InProcessSetup good, Func<Func<string, BusMessage?, BrokerAccess, ILabBus>, string, BusMessage?, BrokerAccess, ILabBus> connect) => good with
    {
        Broker = async clock =>
        {
            var (broker, lifetime) = await good.Broker(clock);
            return (broker with { Connect = (id, will, access) => connect(broker.Connect, id, will, access) }, lifetime);
        },
    };

    private static InProcessSetup Says(Func<BusMessage, IEnumerable<BusMessage>> outgoing) => Bend(Good, () => (outgoing, message => message));

    private static InProcessSetup Wire(Func<Func<BusMessage, IEnumerable<BusMessage>>> outgoing) => Bend(Good, () => (outgoing(), message => message));

    private static InProcessSetup Hears(Func<BusMessage, BusMessage?> incoming) => Bend(Good, () => (message => [message], incoming));

    private static InProcessSetup Conversation(Func<Talk, (Action<BusMessage> Note, Func<BusMessage, BusMessage?> Incoming)> bend) => Bend(Good, () =>
    {
        var (note, incoming) = bend(new Talk());
        return (message => { note(message); return [message]; }, incoming);
    });

    private static InProcessSetup Driver(Func<IDriver, IDriver> bend) => Good with { Driver = (connect, clock) => bend(Good.Driver(connect, clock)) };

    private static InProcessSetup NeverSafe(string family) =>
        ConformingFamilies.Setup(family) with { Driver = (connect, clock) => new BentDriver(ConformingFamilies.Setup(family).Driver(connect, clock)) { IsNeverSafe = true } };

    private static string Without(string mermaid, string way) => string.Join('\n', mermaid.Split('\n').Where(line => !line.Contains(way, StringComparison.Ordinal)));

    private static InProcessSetup Denies() => Driver(driver => new BentDriver(driver)
    {
        Recover = (_, _, _) => Task.FromResult<Recovery>(new Recovery.Happened(ActionOutcome.Failed(CauseCode.LinkLost, "nothing was done", recoverable: true))),
    });

    private static InProcessSetup Idles() => Driver(driver => new BentDriver(driver) { Execute = (_, _, _) => Task.FromResult(ActionOutcome.Succeeded()) });

    private static IDriver Dataless(IDriver driver) => new BentDriver(driver)
    {
        Execute = (_, _, _) => Task.FromResult(ActionOutcome.Failed(CauseCode.HardwareFault, "no light", recoverable: true)),
    };

    /// <summary>Only the first life of each world takes no notice of what was there before.</summary>
    private static InProcessSetup RetainedBefore() => Good with
    {
        Broker = async clock =>
        {
            var (broker, lifetime) = await Good.Broker(clock);
            var lives = 0;
            return (broker with
            {
                Connect = (id, will, access) => id == "kit-driver" && ++lives > 1
                    ? new BentBus(broker.Connect(id, will, access), message => [message], message => message.Topic.Contains("/cmd/", StringComparison.Ordinal) ? message with { Retain = false } : message)
                    : broker.Connect(id, will, access),
            }, lifetime);
        },
    };

    private static InProcessSetup Will(Func<BusMessage, BusMessage> bend) => Connecting(Good, (connect, id, will, access) => connect(id, will is null ? null : bend(will), access));

    private static InProcessSetup Access(Func<BrokerAccess, BrokerAccess> bend) => Connecting(Good, (connect, id, will, access) => connect(id, will, id == "kit-stranger" ? bend(access) : access));

    private static InProcessSetup Slow(TimeSpan delay) => Connecting(Good, (connect, id, will, access) => id == "kit-driver" ? new SlowBus(connect(id, will, access), delay, message => message.Topic.Contains("/reply/", StringComparison.Ordinal), _ => false) : connect(id, will, access));

    private static InProcessSetup LateTo(Func<BusMessage, bool> isHeardLate) => Connecting(Good, (connect, id, will, access) => id == "kit-driver" ? new SlowBus(connect(id, will, access), Late, _ => false, isHeardLate) : connect(id, will, access));

    private static InProcessSetup AfterTheClear(UnitState sentIn) => Connecting(Good, (connect, id, will, access) => id == "kit-driver" ? new UnforgettingBus(connect(id, will, access), sentIn) : connect(id, will, access));

    /// <summary>Of its lives in a world, those that follow a clean stop.</summary>
    private static InProcessSetup CleanStopClears() => Good with
    {
        Broker = async clock =>
        {
            var (broker, lifetime) = await Good.Broker(clock);
            var wasClean = false;
            return (broker with
            {
                Connect = (id, will, access) =>
                {
                    var bus = broker.Connect(id, will, access);
                    if (id != "kit-driver") return bus;
                    var clears = wasClean;
                    wasClean = false;
                    return new BentBus(bus, message =>
                    {
                        wasClean |= IsOffline(message);
                        return Frame<StateFrame>("state", state => clears && state.Unit == UnitState.Aborted ? state with { Unit = UnitState.Idle, Aborted = null } : state)(message);
                    }, message => message);
                },
            }, lifetime);
        },
    };

    private static InProcessSetup LateDeath() => Good with
    {
        KeepAlive = TimeSpan.FromSeconds(0.4),
        Broker = async clock =>
        {
            var (broker, lifetime) = await Good.Broker(clock);
            BusMessage? death = null;
            var grave = broker.Connect("grave", null, BrokerAccess.Everything);
            await grave.StartAsync(CancellationToken.None);
            return (broker with
            {
                Connect = (id, will, access) =>
                {
                    if (will is not null) death = will;
                    return broker.Connect(id, null, access);
                },
                Sever = id =>
                {
                    broker.Sever(id);
                    _ = TellAsync(grave, death!, TimeSpan.FromSeconds(1.5));
                },
            }, lifetime);
        },
    };

    private static async Task TellAsync(ILabBus bus, BusMessage message, TimeSpan delay)
    {
        await Task.Delay(delay);
        await bus.PublishAsync(message, CancellationToken.None);
    }

    private enum ResultFate { Withdrawn, LostAtStart, Kept, ToldAgain }

    /// <summary>Each world has had one result at most that matters: the last.</summary>
    private static InProcessSetup ResultsOf(ResultFate fate) => Good with
    {
        Broker = async clock =>
        {
            var (broker, lifetime) = await Good.Broker(clock);
            BusMessage? last = null;
            return (broker with
            {
                Connect = (id, will, access) =>
                {
                    var bus = broker.Connect(id, will, access);
                    return id == "kit-driver" ? new BentBus(bus, message => Outgoing(bus, message), message => fate == ResultFate.Kept && message.Topic.EndsWith("/ack", StringComparison.Ordinal) ? null : message) : bus;
                },
            }, lifetime);

            IEnumerable<BusMessage> Outgoing(ILabBus bus, BusMessage message)
            {
                var isStart = last is not null && message.Topic.EndsWith("/birth", StringComparison.Ordinal);
                if (message.Topic.EndsWith("/result", StringComparison.Ordinal) && !message.Payload.IsEmpty)
                {
                    if (fate == ResultFate.Withdrawn) _ = TellAsync(bus, BusMessage.Cleared(message.Topic), TimeSpan.FromSeconds(0.3));
                    if (fate == ResultFate.LostAtStart && last?.Topic == message.Topic) return [];
                    last = message;
                }

                return isStart && fate == ResultFate.LostAtStart ? [message, BusMessage.Cleared(last!.Topic)]
                    : isStart && fate == ResultFate.ToldAgain ? [message, last!]
                    : [message];
            }
        },
    };

    private static InProcessSetup MuteAfterLoss() => Connecting(Good, (connect, id, will, access) =>
    {
        var bus = connect(id, will, access);
        if (id != "kit-driver") return bus;
        var mute = false;
        bus.ConnectionChanged += connected => mute |= !connected;
        return new BentBus(bus, message => mute ? [] : [message], message => message);
    });

    private static InProcessSetup BeginsAgainAfterLoss() => Connecting(Good, (connect, id, will, access) => id == "kit-driver" ? new ForgetfulBus(connect(id, will, access)) : connect(id, will, access));

    /// <summary>While an action runs, the lock stays with the first who had it, whatever the next one is told.</summary>
    private static InProcessSetup LooksOnceAtLocks() => Bend(Good, () =>
    {
        var talk = new Talk();
        long? token = null;
        return (message => { talk.Note(message); return [message]; }, message =>
        {
            var (isLock, isUnlock) = (message.Topic.EndsWith("/ctl/lock", StringComparison.Ordinal), message.Topic.EndsWith("/ctl/unlock", StringComparison.Ordinal));
            if (talk.Running is null || !(isLock || isUnlock)) return message;
            var frame = FrameCodec.Decode<LockFrame>(message.Payload);
            if (isUnlock) token = frame.Token;
            return token is null ? message : message with { Topic = message.Topic.Replace("/unlock", "/lock", StringComparison.Ordinal), Payload = FrameCodec.Encode(frame with { Lease = 36_000, Token = token }) };
        });
    });

    /// <summary>It sends RUN before it asks anything, and says afterwards that it had not.</summary>
    private static InProcessSetup Denying()
    {
        Stream? line = null;
        return Good with
        {
            Driver = (connect, clock) =>
            {
                var driver = Good.Driver(async cancellation => line = await connect(cancellation), clock);
                var wasTried = false;
                return new BentDriver(driver)
                {
                    Execute = async (command, scope, cancellation) =>
                    {
                        if (wasTried) await line!.WriteAsync("00RUN\r"u8.ToArray(), cancellation);
                        wasTried = true;
                        return await driver.ExecuteAsync(command, scope, cancellation);
                    },
                    Recover = (_, _, _) => Task.FromResult<Recovery>(new Recovery.DidNotHappen()),
                };
            },
        };
    }

    /// <summary>A byte goes to the device with every cancel of an action that waits.</summary>
    private static InProcessSetup Forgets(bool remembers) => Bend(Good, () =>
    {
        var (heard, refused, nobody) = (default(CommandMessage), default(ReplyFrame), ActionId.Derive("nobody", 0, "nothing", 0, 1));
        return (message =>
            {
                if (message.Topic.Contains("/reply/", StringComparison.Ordinal) && FrameCodec.Decode<ReplyFrame>(message.Payload).Action == nobody) return [BusMessage.Of(message.Topic, refused!)];
                if (!IsEvent(message, "journal", "the disk")) return [message];
                var reply = new ReplyFrame(heard!.Action, ActionStatus.Failed, CauseCode.HardwareFault, "the disk is full", DateTimeOffset.UtcNow);
                if (remembers) refused = reply;
                return [message, BusMessage.Of(heard.ResponseTopic, reply)];
            },
            message =>
            {
                if (!message.Topic.Contains("/cmd/", StringComparison.Ordinal)) return message;
                heard = CommandMessage.Read(message);

                // The host is asked for something that there is not, and its answer makes room for the one that was given before.
                return heard.Action == refused?.Action ? message with { Topic = $"{message.Topic}-of-nobody", CorrelationData = nobody.ToBytes() } : message;
            });
    });

    private static InProcessSetup Chatty()
    {
        Stream? line = null;
        return Bend(
            Good with { Driver = (connect, clock) => Good.Driver(async cancellation => line = await connect(cancellation), clock) },
            () =>
            {
                var talk = new Talk();
                return (message => { talk.Note(message); return [message]; }, message =>
                {
                    if (talk.IsCancelOf(message) is { } action && talk.Running != action) line!.Write("\r"u8.ToArray(), 0, 1);
                    return message;
                });
            });
    }

    /// <summary>Of lab time.</summary>
    private static InProcessSetup ShortLocks(bool saysSo) => Bend(Good, () =>
    {
        var asked = 0.0;
        return (
            message => saysSo || !message.Topic.Contains("/reply/", StringComparison.Ordinal) ? [message] : [BentLock(message)],
            message =>
            {
                if (!message.Topic.EndsWith("/ctl/lock", StringComparison.Ordinal)) return message;
                var frame = FrameCodec.Decode<LockFrame>(message.Payload);
                asked = frame.Lease;
                return message with { Payload = FrameCodec.Encode(frame with { Lease = Math.Min(asked, 30) }) };
            });

        BusMessage BentLock(BusMessage message) =>
            Control(message) is { Verb: "lock", Until: { } until } reply ? message with { Payload = FrameCodec.Encode(reply with { Until = until.AddSeconds(asked - Math.Min(asked, 30)) }) } : message;
    });

    /// <summary>Whoever asks by a wrong token, while somebody holds it, is taken for the one who does.</summary>
    private static InProcessSetup TakesForHolder(string verb, Func<long?, bool> isTaken) => Bend(Good, () =>
    {
        long? held = null;
        return (
            message =>
            {
                if (Control(message) is { Done: true } reply) held = reply.Verb == "lock" ? reply.Token : null;
                return [message];
            },
            message => held is not null && message.Topic.EndsWith($"/ctl/{verb}", StringComparison.Ordinal) && FrameCodec.Decode<LockFrame>(message.Payload) is var frame && frame.Token != held && isTaken(frame.Token)
                ? message with { Payload = FrameCodec.Encode(frame with { Token = held }) }
                : message);
    });

    private static InProcessSetup TokensBeginAgain() => Bend(Good, () =>
    {
        long? first = null;
        return (message => [Control(message) is { Token: { } token } reply ? message with { Payload = FrameCodec.Encode(reply with { Token = token - (first ??= token - 1) }) } : message], message => message);
    });

    private static ControlReply? Control(BusMessage message) => message.Topic.Contains("/reply/", StringComparison.Ordinal) ? Read<ControlReply>(message) : null;

    /// <returns>Null where it is another frame.</returns>
    private static T? Read<T>(BusMessage message)
        where T : class
    {
        try
        {
            return FrameCodec.Decode<T>(message.Payload);
        }
        catch (FrameException)
        {
            return null;
        }
    }

    /// <param name="forgotten">The action that is forgotten with a message that it says or hears.</param>
    private static InProcessSetup ForgetsAt(Func<BusMessage, ActionId?> forgotten) => Bend(Good, () =>
    {
        var unknown = new ConcurrentDictionary<ActionId, bool>();
        var again = new Twice((first, _) => unknown.ContainsKey(ActionId.FromBytes(first.CorrelationData.Span)));
        return (message => [again.Outgoing(Noted(message))], message => again.Incoming(Noted(message)));

        BusMessage Noted(BusMessage message)
        {
            if (forgotten(message) is { } action) unknown[action] = true;
            return message;
        }
    });

    private static InProcessSetup Again(Func<BusMessage, BusMessage, bool> isAnother) => Bend(Good, () =>
    {
        var again = new Twice(isAnother);
        return (message => [again.Outgoing(message)], again.Incoming);
    });

    private static Func<BusMessage, IEnumerable<BusMessage>> Topic(string last, Func<BusMessage, BusMessage> bend) => message => [message.Topic.EndsWith($"/{last}", StringComparison.Ordinal) ? bend(message) : message];

    private static Func<BusMessage, IEnumerable<BusMessage>> Frame<T>(string last, Func<T, T> bend) => Topic(last, message => message.Payload.IsEmpty ? message : message with { Payload = FrameCodec.Encode(bend(FrameCodec.Decode<T>(message.Payload))) });

    private static Func<BusMessage, IEnumerable<BusMessage>> Status(Func<StatusFrame, IEnumerable<StatusFrame>> bend) => message => message.Topic.EndsWith("/status", StringComparison.Ordinal) && !message.Payload.IsEmpty
        ? bend(FrameCodec.Decode<StatusFrame>(message.Payload)).Select(status => message with { Payload = FrameCodec.Encode(status) })
        : [message];

    private static IEnumerable<BusMessage> Reply(BusMessage message, Func<ReplyFrame, ReplyFrame> bend) =>
        [message.Topic.Contains("/reply/", StringComparison.Ordinal) ? message with { Payload = FrameCodec.Encode(bend(FrameCodec.Decode<ReplyFrame>(message.Payload))) } : message];

    private static Func<BusMessage, BusMessage?> Command(Func<CommandFrame, CommandFrame> bend) => message =>
        message.Topic.Contains("/cmd/", StringComparison.Ordinal) ? message with { Payload = FrameCodec.Encode(bend(FrameCodec.Decode<CommandFrame>(message.Payload))) } : message;

    private static IEnumerable<BusMessage> Data(BusMessage message)
    {
        if (!message.Topic.Contains("/data/", StringComparison.Ordinal)) return [message];
        var bytes = message.Payload.ToArray();
        bytes[^1] ^= 1;
        return [message with { Payload = bytes }];
    }

    private static InProcessSetup Answers(Func<BusMessage, BusMessage> bend) => Says(message => [message.Topic.Contains("/reply/", StringComparison.Ordinal) ? bend(message) : message]);

    private static bool IsRefusal(BusMessage message) => message.Topic.Contains("/reply/", StringComparison.Ordinal) && Read<ReplyFrame>(message) is { Status: ActionStatus.Failed };

    private static bool IsOffline(BusMessage message) => message.Topic.EndsWith("/liveness", StringComparison.Ordinal) && !FrameCodec.Decode<Liveness>(message.Payload).Online;

    private static bool IsEvent(BusMessage message, string kind, string about) =>
        message.Topic.EndsWith("/event", StringComparison.Ordinal) && FrameCodec.Decode<EventFrame>(message.Payload) is var told && told.Kind == kind && told.Message.StartsWith(about, StringComparison.Ordinal);

    private static Birth EmptyRange(Birth birth)
    {
        ImmutableArray<CommandDescription> commands = [.. birth.Commands.Select(command => command with { Parameters = [.. command.Parameters.Select(parameter => parameter.Name == "rate" ? parameter with { Low = parameter.High + 1 } : parameter)] })];
        return birth with { Commands = commands, SchemaHash = SchemaHashes.Of(commands, birth.Properties) };
    }

    private static async Task<ActionOutcome> ShrugAsync(IDriver driver, DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        try
        {
            return await driver.ExecuteAsync(command, scope, cancellation);
        }
        catch (InstrumentLinkException error)
        {
            return ActionOutcome.Failed(CauseCode.LinkLost, error.Message, recoverable: true);
        }
    }

    private static async Task<ActionOutcome> LeaveAsync(IDriver driver, DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        var run = driver.ExecuteAsync(command, new DeafScope(scope), CancellationToken.None);
        var stopped = new TaskCompletionSource();
        using (cancellation.Register(stopped.SetResult)) await Task.WhenAny(run, stopped.Task);
        return run.IsCompleted ? await run : ActionOutcome.Cancelled("left to itself");
    }

    private static Func<IDriver, IDriver> Unsteady()
    {
        var runs = 0;
        return driver => new BentDriver(driver)
        {
            Execute = async (command, scope, cancellation) => (await driver.ExecuteAsync(command, scope, cancellation)).With("volume", Quantity.Of(++runs, "mL")),
        };
    }
}
