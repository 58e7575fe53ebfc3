using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Bench;

/// <summary>
/// Gets each action done once by one instrument: intent on record, command sent, result on record, result acknowledged. Whatever is
/// in doubt is asked again under the same id, which the driver recognises.
/// </summary>
internal sealed class InstrumentActor : ReceiveActor
{
    /// <summary>Wall-clock time without any answer after which the command is sent once more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>How often an aborted unit is asked to come back before its waiting actions are given up.</summary>
    private const int MostClears = 3;

    private readonly Dictionary<ActionId, PendingAction> _pending = [];
    private StartOrder _order = new();
    private readonly string _name;
    private readonly InstrumentTopics _topics;
    private readonly ILabBus _bus;
    private readonly Ledger _ledger;
    private readonly TimeProvider _clock;
    private readonly TimeProvider _patience;
    private Birth? _birth;
    private UnitState? _state;
    private string _trouble = "it does not say why";
    private string? _stopped;
    private int _clears;
    private bool _clearIsOut;

    public InstrumentActor(string name, LabSurroundings lab)
    {
        (_name, _topics, _bus, _ledger, _clock, _patience) = (name, Topics.Of(lab.Site, name), lab.Bus, lab.Ledger, lab.Clock, lab.Patience);
        Receive<BenchMessage.Perform>(Perform);
        Receive<BenchMessage.PerformTogether>(PerformTogether);
        Receive<BenchMessage.Cancel>(Cancel);
        Receive<BenchMessage.Clear>(clear => { if (_stopped is null || clear.By is not null) Clear(clear.Reason, clear.By); });
        Receive<BenchMessage.MakeSafe>(safe => Publish(BusMessage.Of(_topics.Control("abort"), new ControlFrame(null, _bus.ClientId, safe.Reason, _clock.GetUtcNow()))));
        Receive<BenchMessage.Remind>(Remind);
        Receive<BenchMessage.Sent>(sent => { if (Returned(sent.Action) is { } pending) (pending.MayBeOnItsWay, pending.Refusals) = (true, 0); });
        Receive<BenchMessage.NotSent>(NotSent);
        Receive<BenchMessage.Lost>(lost =>
        {
            if (Returned(lost.Action) is not { } pending) return;
            pending.MayBeOnItsWay = true;
            Remind(new BenchMessage.Remind(lost.Action));
        });
        Receive<BenchMessage.Undelivered>(lost => Context.System.EventStream.Publish(new InstrumentNotice.Misspoke(_name, lost.Topic, lost.Reason)));
        Receive<BenchMessage.Linked>(Linked);
        Receive<BenchMessage.Gone>(_ => (_order, _birth, _state) = (new StartOrder(), null, null));
        Receive<BenchMessage.Arrived>(Hear);
    }

    protected override void PostStop()
    {
        foreach (var pending in _pending.Values) pending.Reminder?.Dispose();
    }

    private void Perform(BenchMessage.Perform perform)
    {
        var intent = perform.Request.Intent;
        if (_pending.TryGetValue(intent.Action, out var known))
        {
            known.Join(new ActionPart(perform.Campaign, intent, Sender));
            return;
        }

        if (!perform.Request.IsOnRecord)
        {
            var entry = _ledger.Append(perform.Campaign, [intent])[0];
            Sender.Tell(new ActionBegun(intent, entry.At));
        }

        _pending[intent.Action] = new PendingAction(intent, new ActionPart(perform.Campaign, intent, Sender), _patience.GetTimestamp())
        {
            MayHaveArrived = perform.Request.IsOnRecord,
            WasOnRecord = perform.Request.IsOnRecord,
            IntendedAt = perform.Request.IntendedAt,
            RememberedSince = perform.Request.IsOnRecord ? JournalBefore(intent.Action) : null,
        };
        Send(intent.Action);
    }

    /// <summary>By the order of the record, since clocks can be set back.</summary>
    private DateTimeOffset? JournalBefore(ActionId action) => _ledger.Entries<ActionIntended>().FirstOrDefault(entry => ((ActionIntended)entry.Event).Action == action) is { } intended
        ? _ledger.Entries<InstrumentSeen>().Where(entry => entry.Seq < intended.Seq).Select(entry => (InstrumentSeen)entry.Event).LastOrDefault(seen => seen.Instrument == _name && seen.RemembersSince is not null)?.RemembersSince
        : null;

    private void PerformTogether(BenchMessage.PerformTogether together)
    {
        if (_pending.TryGetValue(together.Members[0].Request.Intent.Action, out var known))
        {
            // From before a restart; it is on record, and each of them asks for itself.
            foreach (var member in together.Members) known.Join(new ActionPart(member.Campaign, member.Request.Intent, member.Asker));
            return;
        }

        var entries = _ledger.Append([.. together.Members.Select(member => (member.Campaign, (LabEvent)member.Request.Intent))]);
        PendingAction? pending = null;
        foreach (var (member, entry) in together.Members.Zip(entries))
        {
            var (intent, part) = (member.Request.Intent, new ActionPart(member.Campaign, member.Request.Intent, member.Asker));
            if (pending is null) _pending[intent.Action] = pending = new PendingAction(intent, part, _patience.GetTimestamp());
            else pending.Join(part);
            member.Asker.Tell(new ActionBegun(intent, entry.At));
        }

        Send(together.Members[0].Request.Intent.Action);
    }

    /// <summary>One reminder for each action; a later one takes the place of an earlier one.</summary>
    private void RemindAfter(ActionId action, TimeSpan wait)
    {
        var (self, pending) = (Self, _pending[action]);
        pending.Reminder?.Dispose();
        pending.Reminder = _patience.CreateTimer(_ => self.Tell(new BenchMessage.Remind(action), ActorRefs.NoSender), null, wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What has taken long is asked about less often; a driver that starts anew is asked at once, and one that ends says so until it is acknowledged.</summary>
    private TimeSpan WhileItRuns(PendingAction pending)
    {
        var quarter = _patience.GetElapsedTime(pending.Since) / 4;
        return quarter > Patience * 5 ? quarter : Patience * 5;
    }

    private void Remind(BenchMessage.Remind remind)
    {
        _clearIsOut = false;
        if (!_pending.TryGetValue(remind.Action, out var pending)) return;
        pending.Reminders++;
        Send(remind.Action);
    }

    /// <summary>One copy of a command is under way no more.</summary>
    private PendingAction? Returned(ActionId action)
    {
        var pending = _pending.GetValueOrDefault(action);
        if (pending is not null) pending.Copies--;
        return pending;
    }

    /// <summary>The broker does not take the command, and says so each time: it will not take it later.</summary>
    private void NotSent(BenchMessage.NotSent refused)
    {
        Context.System.EventStream.Publish(new InstrumentNotice.Misspoke(_name, _topics.EveryCommand, refused.Reason));
        if (Returned(refused.Action) is not { } pending || ++pending.Refusals < MostClears || pending.Copies > 0) return;
        Conclude(refused.Action, Refusal(refused.Action, pending.WasOnRecord || pending.WasTaken || pending.MayBeOnItsWay ? ActionStatus.UnknownOutcome : ActionStatus.Failed, CauseCode.LinkLost, refused.Reason), []);
    }

    private void Cancel(BenchMessage.Cancel cancel)
    {
        if (_pending.TryGetValue(cancel.Action, out var pending) && !pending.MayHaveArrived)
            Conclude(cancel.Action, Refusal(cancel.Action, ActionStatus.Cancelled, CauseCode.Success, $"cancelled before it was sent: {cancel.Reason}"), [], didNothing: true);
        else AskToCancel(cancel);
    }

    private void AskToCancel(BenchMessage.Cancel cancel) =>
        Publish(BusMessage.Of(_topics.Control("cancel"), new ControlFrame(cancel.Action, _bus.ClientId, cancel.Reason, _clock.GetUtcNow())));

    private void Clear(string reason, string? by = null) =>
        Publish(BusMessage.Of(_topics.Control("clear"), new ControlFrame(null, by ?? ControlFrame.Agents, reason, _clock.GetUtcNow())));

    /// <summary>Of what was on its way when the link broke the broker may have taken a copy without having said so.</summary>
    private void Linked(BenchMessage.Linked linked)
    {
        foreach (var pending in _pending.Values) pending.MayBeOnItsWay |= pending.Copies > 0;
        if (linked.IsConnected) SendAll();
    }

    private void SendAll()
    {
        foreach (var action in _pending.Keys.ToArray()) Send(action);
    }

    /// <summary>Sends the command, or sends it again: the driver tells one from the other by the id.</summary>
    private void Send(ActionId action)
    {
        RemindAfter(action, Patience);
        if (_birth is null) return;
        if (IsForgotten(action)) return;
        if (_state is UnitState.Aborting or UnitState.Aborted or UnitState.Clearing)
        {
            BringBack(action);
            return;
        }

        _pending[action].Sent(_birth);
        var intent = _pending[action].Intent;
        var left = Math.Ceiling((intent.Deadline - _clock.GetUtcNow()).TotalSeconds);
        var command = new CommandMessage(
            action, intent.Command, new CommandFrame(intent.Arguments, intent.Deadline), $"{Topics.Replies(_bus.ClientId)}/{_name}", _bus.ClientId, _birth.SchemaHash, null, Timestamp: _clock.GetUtcNow());
        Publish(command.ToBusMessage(_topics, (uint)Math.Clamp(left, 1, uint.MaxValue)), action);
    }

    /// <summary>A driver with a new journal would do once more what it does not remember. A result that its predecessor has left on the broker may still come.</summary>
    private bool IsForgotten(ActionId action)
    {
        var pending = _pending[action];
        if (pending.IsForgottenBy(_birth!))
            pending.Forget($"{_name}'s driver has another journal{(_birth!.RemembersSince is { } since ? FormattableString.Invariant($", of {since:u},") : "")} which knows nothing of this action; it may have been begun before");
        if (pending.Forgotten is not { } forgotten) return false;
        if (pending.Reminders > forgotten.Reminders) Conclude(action, Refusal(action, ActionStatus.UnknownOutcome, CauseCode.LinkLost, $"{forgotten.Why}; look at the instrument"), []);
        return true;
    }

    /// <summary>
    /// An aborted unit takes no commands. The action waits until it is cleared, which <see cref="Dispatch"/> hears of. What was stopped
    /// by a person or by the interlock is not cleared from here.
    /// </summary>
    private void BringBack(ActionId action)
    {
        if (_stopped is { } reason && !_pending[action].MayHaveArrived)
        {
            Conclude(action, Refusal(action, ActionStatus.Failed, CauseCode.EmergencyStop, $"{_name} was stopped: {reason}"), [], didNothing: true);
            return;
        }

        if (_stopped is { } stop)
        {
            // The driver may know of it and answers once it can; where it does not, only a person can tell.
            if (_state is UnitState.Aborted && _pending[action].Reminders >= MostClears)
                Conclude(action, Refusal(action, ActionStatus.UnknownOutcome, CauseCode.EmergencyStop, $"{_name} was stopped: {stop}"), []);
            return;
        }

        if (_clearIsOut || _state is not UnitState.Aborted) return;
        if (++_clears <= MostClears)
        {
            _clearIsOut = true;
            Clear("the campaign goes on");
            return;
        }

        var pending = _pending[action];
        Conclude(action, pending.MayHaveArrived
            ? Refusal(action, ActionStatus.UnknownOutcome, CauseCode.LinkLost, $"{_name} is aborted and cannot be asked: {_trouble}")
            : Refusal(action, ActionStatus.Failed, CauseCode.HardwareFault, $"{_name} is aborted and does not come back: {_trouble}"), [], didNothing: !pending.MayHaveArrived);
    }

    private void Hear(BenchMessage.Arrived arrived)
    {
        try
        {
            Dispatch(arrived.Message, arrived.Levels ?? [], arrived.Frame);
        }
        catch (FrameException error)
        {
            Context.System.EventStream.Publish(new InstrumentNotice.Misspoke(_name, arrived.Message.Topic, error.Message));
        }
    }

    private void Dispatch(BusMessage message, string[] levels, object? frame)
    {
        switch (levels)
        {
            case ["birth"]:
                var birth = frame as Birth ?? FrameCodec.Decode<Birth>(message.Payload);
                var known = _birth;
                if (!_order.Admits(birth) || (known?.Epoch == birth.Epoch && known.RemembersSince == birth.RemembersSince)) return;
                (_birth, _state) = (birth, null);
                if (_order.State is { } early) Stands(early);
                SendAll();
                break;
            case ["state"]:
                var before = _state;
                var state = frame as StateFrame ?? FrameCodec.Decode<StateFrame>(message.Payload);
                if (!_order.Admits(state)) return;
                _birth = _order.Birth;
                if (Stands(state) && before is UnitState.Aborting or UnitState.Aborted or UnitState.Clearing) SendAll();
                break;
            case ["event"]:
                var said = frame as EventFrame ?? FrameCodec.Decode<EventFrame>(message.Payload);
                if (said.Kind is "aborted" or "emergency_stop") _trouble = said.Message;
                if (said.Kind is "emergency_stop") _stopped = said.Message;
                if (said.Kind is "cleared") _stopped = null;
                break;
            case ["exec", var id, "status"]:
                if (_pending.TryGetValue(ActionId.Parse(id), out var heard)) Taken(heard);
                break;
            case ["exec", var id, "result"]:
                HearResult(ActionId.Parse(id), FrameCodec.Decode<ResultFrame>(message.Payload));
                break;
            case ["exec", var id, "data", _]:
                if (!_pending.TryGetValue(ActionId.Parse(id), out var waiting)) return;
                waiting.Data[message.Topic] = message.Payload;
                if (waiting.Result is { } result) HearResult(ActionId.Parse(id), result);
                break;
            default:
                HearReply(FrameCodec.Decode<ReplyFrame>(message.Payload));
                break;
        }
    }

    /// <returns>Whether the unit takes commands.</returns>
    private bool Stands(StateFrame state)
    {
        _state = state.Unit;
        if (state.Aborted is { } aborted) (_trouble, _stopped) = (aborted.Message, aborted.Cause == CauseCode.EmergencyStop ? aborted.Message : null);
        if (_state is UnitState.Aborting or UnitState.Aborted or UnitState.Clearing) return false;
        (_clears, _clearIsOut, _stopped) = (0, false, null);
        return true;
    }

    private void HearReply(ReplyFrame reply)
    {
        if (!_pending.TryGetValue(reply.Action, out var pending)) return;
        if (reply.Status is not (ActionStatus.Failed or ActionStatus.Expired))
        {
            Taken(pending);
            return;
        }

        // One that has taken it gives the same answer again, so this is another one, whose birth may not have come yet.
        if (pending.WasTaken) pending.Forget($"{_name}'s driver had taken this action and knows nothing of it any more: {reply.Message}");
        if (pending.Forgotten is null) Conclude(reply.Action, Refusal(reply.Action, reply.Status, reply.Cause, reply.Message), [], didNothing: !pending.WasOnRecord);
        else RemindAfter(reply.Action, Patience);
    }

    private void Taken(PendingAction pending)
    {
        pending.WasTaken = true;
        RemindAfter(pending.Intent.Action, WhileItRuns(pending));
    }

    private void HearResult(ActionId action, ResultFrame result)
    {
        if (!_pending.TryGetValue(action, out var pending))
        {
            // What is acknowledged the driver lets go of. A result that is not on record its trial asks for once more when it goes on.
            if (_ledger.HasEnded(action, result.Status)) Acknowledge(action);
            return;
        }

        pending.Result = result;
        if (!result.Data.All(reference => pending.Data.ContainsKey(reference.Topic))) return;
        Conclude(action, result, [.. result.Data.Select(reference => BulkData.Read(reference, pending.Data[reference.Topic]))]);
        Acknowledge(action);
    }

    /// <param name="didNothing">Whether that is certain: its driver never heard of it, or has refused it.</param>
    private void Conclude(ActionId action, ResultFrame result, ImmutableArray<BulkData> data, bool didNothing = false)
    {
        if (!_pending.Remove(action, out var pending)) return;
        pending.Reminder?.Dispose();
        ActionEnded[] ends;
        IReadOnlyList<LedgerEntry> entries;
        try
        {
            (ends, entries) = Record(pending, action, result, data, didNothing);
        }
        catch (FrameException error)
        {
            // What a message may hold can be more than a record may, and a trial that waits for ever would be worse than one that lost its values.
            var unrecordable = result with { Status = ActionStatus.Failed, Cause = CauseCode.HardwareFault, Message = $"its result cannot be recorded: {error.Message}", Outputs = ImmutableSortedDictionary<string, Quantity>.Empty, Data = [], Recoverable = false };
            (ends, entries) = Record(pending, action, unrecordable, [], didNothing: false);
        }

        for (var k = 0; k < ends.Length; k++) pending.Parts[k].Asker.Tell(new ActionConcluded(ends[k], entries[k].At));
    }

    /// <summary>Null where doing it again could do it twice, and of what succeeded or is unknown.</summary>
    private Repetition? RepetitionOf(ActionIntended intent, ResultFrame result, bool didNothing)
    {
        if (result.Status is ActionStatus.Succeeded or ActionStatus.UnknownOutcome) return null;
        if (didNothing || result.Status == ActionStatus.Expired || result.Cause == CauseCode.Locked) return Repetition.DidNothing;
        return _birth?.Commands.FirstOrDefault(command => command.Name == intent.Command) is { Effect: Effect.Read or Effect.Set } ? Repetition.TwiceIsOnce : null;
    }

    private (ActionEnded[] Ends, IReadOnlyList<LedgerEntry> Entries) Record(PendingAction pending, ActionId action, ResultFrame result, ImmutableArray<BulkData> data, bool didNothing)
    {
        ActionEnded[] ends = [.. pending.Parts.Select(part => new ActionEnded(action, part.Intent.Trial, part.Intent.Step, part.Intent.Index, result, RepetitionOf(pending.Intent, result, didNothing)))];
        return (ends, _ledger.Append([.. pending.Parts.Zip(ends).Select(pair => (pair.First.Campaign, (LabEvent)pair.Second))], data));
    }

    private ResultFrame Refusal(ActionId action, ActionStatus status, CauseCode cause, string message)
    {
        var now = _clock.GetUtcNow();
        return new ResultFrame(action, status, cause, message, Recoverable: true, ImmutableSortedDictionary<string, Quantity>.Empty, [], now, now, _birth?.Epoch ?? 0);
    }

    private void Acknowledge(ActionId action) => Publish(new BusMessage(_topics.Acknowledge(action), ReadOnlyMemory<byte>.Empty));

    private void Publish(BusMessage message, ActionId? action = null)
    {
        var sending = _bus.PublishAsync(message, CancellationToken.None);
        if (action is { } id) sending.PipeTo(Self, success: () => new BenchMessage.Sent(id), failure: error => error is BusRefusedException ? new BenchMessage.NotSent(id, error.Message) : new BenchMessage.Lost(id));
        else sending.PipeTo(Self, failure: error => new BenchMessage.Undelivered(message.Topic, error.Message));
    }
}
