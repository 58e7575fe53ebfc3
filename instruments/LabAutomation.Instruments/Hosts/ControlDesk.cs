using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>Where messages to the instrument arrive: commands, controls, acknowledgements and the interlock. Whatever cannot be done is answered, never dropped.</summary>
internal sealed class ControlDesk(
    CommandReception reception,
    UnitOperator unit,
    InstrumentLock held,
    UnknownOutcomes unknown,
    InstrumentJournal journal,
    Bulletin bulletin,
    SafetyLeases leases,
    Mailbox mailbox,
    TimeProvider clock)
{
    private const int MostResets = 100;

    private readonly RepeatedControls _repeated = new();

    /// <summary>Those that were heard, the latest last.</summary>
    private readonly Queue<TripFrame> _resets = new();
    private bool _closed;

    /// <summary>From now on commands go unanswered; their callers ask again after the next start.</summary>
    public void Close()
    {
        _closed = true;
        unit.Drain();
    }

    /// <summary>A trip, on the thread on which it came: the device does not wait until its instrument has time.</summary>
    public void HearTrip(BusMessage message)
    {
        if (TripReading.Of(message, clock.GetUtcNow()) is TripReading.Stop) unit.Halt();
        mailbox.PostFirst(() => Trip(message));
    }

    /// <summary>A control, on the thread on which it came. An abort waits for nothing, everything else for its turn.</summary>
    public void HearControl(BusMessage message)
    {
        if (!message.Topic.EndsWith("/abort", StringComparison.Ordinal) || message.Retain || !IsControl(message))
        {
            mailbox.Receive(message, Control);
            return;
        }

        unit.Halt();
        mailbox.PostFirst(() => Control(message));
    }

    public void Command(BusMessage message)
    {
        if (!_closed && reception.Take(message, unit.Closed) is { } accepted) unit.Enqueue(accepted);
    }

    /// <summary>Answered where it asks for an answer; else only a refusal is told, as an event.</summary>
    public void Control(BusMessage message)
    {
        var verb = message.Topic[(message.Topic.LastIndexOf('/') + 1)..];
        ControlReply reply;
        try
        {
            reply = message.Retain ? Answer(verb, "a control is never retained") : _repeated.AnswerTo(verb, message) ?? Carry(verb, message);
            _repeated.Remember(verb, message, reply);
        }
        catch (Exception error) when (error is FrameException or JournalException)
        {
            reply = Answer(verb, error.Message);
        }

        bulletin.Locked(held.Held);
        if (!message.Retain && CommandReception.IsReplyTopic(message.ResponseTopic)) bulletin.Reply(message.ResponseTopic, reply, message.CorrelationData);
        else if (!reply.Done) bulletin.Event("control_refused", $"{verb}: {reply.Message}");
    }

    public void Trip(BusMessage message)
    {
        switch (TripReading.Of(message, clock.GetUtcNow()))
        {
            case TripReading.Stop stop: unit.Trip(stop.Frame); break;
            case TripReading.Reset reset when unit.IsTripped && _resets.Contains(reset.Frame):
                bulletin.Event("reset_refused", $"the reset of {reset.Frame.At:O} came a second time, after a trip that it did not mean; it resets nothing");
                break;
            case TripReading.Reset reset:
                if (!_resets.Contains(reset.Frame)) _resets.Enqueue(reset.Frame);
                if (_resets.Count > MostResets) _resets.Dequeue();
                unit.Trip(null);
                break;
            case TripReading.Nothing nothing: bulletin.Event("reset_refused", nothing.Why); break;
        }
    }

    public void Acknowledge(BusMessage message)
    {
        try
        {
            if (message.Topic.Split('/') is not [.., "exec", var id, "ack"]) return;
            var action = ActionId.Parse(id);
            if (journal.Acknowledge(action, clock.GetUtcNow()) is { } data) bulletin.Clear(action, data);
        }
        catch (Exception error) when (error is FrameException or JournalException)
        {
            bulletin.Event("acknowledgement_refused", error.Message);
        }
    }

    /// <exception cref="FrameException">The payload is not what the verb takes.</exception>
    /// <exception cref="JournalException">What was asked for could not be made durable.</exception>
    private ControlReply Carry(string verb, BusMessage message) => verb switch
    {
        "lock" => held.Lock(FrameCodec.Decode<LockFrame>(message.Payload)),
        "unlock" => held.Unlock(FrameCodec.Decode<LockFrame>(message.Payload)),
        "reconcile" => Reconciled(verb, FrameCodec.Decode<ReconcileFrame>(message.Payload)),
        "cancel" or "hold" or "unhold" or "abort" or "clear" => Answer(verb, Refused(verb, FrameCodec.Decode<ControlFrame>(message.Payload))),
        _ => Answer(verb, "this driver host knows cancel, hold, unhold, abort, clear, lock, unlock and reconcile"),
    };

    private static bool IsControl(BusMessage message)
    {
        try
        {
            FrameCodec.Decode<ControlFrame>(message.Payload);
            return true;
        }
        catch (FrameException)
        {
            return false;
        }
    }

    private string? Refused(string verb, ControlFrame control) => verb switch
    {
        "cancel" when control.Action is not { } => "it needs the id of an action",
        "cancel" => unit.Cancel(control.Action!.Value) ? null : $"action {control.Action} is neither waiting nor running here",
        "hold" => unit.Hold(control.Action) is { } refusal ? refusal : Told("held", control),
        "unhold" => unit.Unhold() is { } refusal ? refusal : Told("unheld", control),
        "abort" => unit.Abort(new Refusal(CauseCode.EmergencyStop, $"aborted by {control.By}: {control.Reason}")) ? null : $"the unit is {unit.State} already",
        _ when !ControlFrame.IsPerson(control.By) && unit.EmergencyStop is { } stop => $"an emergency stop is cleared by a person, and '{control.By}' is none: {stop}",
        _ => leases.KeepsAborted ?? unit.Clear(),
    };

    private ControlReply Reconciled(string verb, ReconcileFrame found)
    {
        var reply = Answer(verb, unknown.Reconcile(found));
        return reply.Done && journal.Find(found.Action) is null ? reply with { Message = $"the journal of this driver knows nothing of action {found.Action}, and nothing was written" } : reply;
    }

    private string? Told(string what, ControlFrame control)
    {
        bulletin.Event(what, $"by {control.By}: {control.Reason}");
        return null;
    }

    private ControlReply Answer(string verb, string? whyNot) => new(verb, whyNot is null, whyNot ?? ControlReply.Plain, clock.GetUtcNow());
}
