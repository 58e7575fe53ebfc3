using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>Where messages to the instrument arrive: commands, controls, acknowledgements and the interlock. Whatever cannot be done is answered, never dropped.</summary>
internal sealed class ControlDesk(CommandReception reception, UnitOperator unit, InstrumentJournal journal, Bulletin bulletin, SafetyLeases leases, TimeProvider clock)
{
    private bool _closed;

    /// <summary>From now on commands go unanswered; their callers ask again after the next start.</summary>
    public void Close()
    {
        _closed = true;
        unit.Drain();
    }

    public void Command(BusMessage message)
    {
        if (!_closed && reception.Take(message, unit.Closed) is { } accepted) unit.Enqueue(accepted);
    }

    public void Control(BusMessage message)
    {
        var verb = message.Topic[(message.Topic.LastIndexOf('/') + 1)..];
        if (Refused(verb, message) is { } why) bulletin.Event("control_refused", $"{verb}: {why}");
    }

    public void Trip(BusMessage message)
    {
        switch (TripReading.Of(message, clock.GetUtcNow()))
        {
            case TripReading.Stop stop: unit.Trip(stop.Frame); break;
            case TripReading.Reset: unit.Trip(null); break;
            case TripReading.Nothing nothing: bulletin.Event("reset_refused", nothing.Why); break;
        }
    }

    public void Acknowledge(BusMessage message)
    {
        try
        {
            if (message.Topic.Split('/') is not [.., "exec", var id, "ack"]) return;
            var action = ActionId.Parse(id);
            var data = journal.Find(action)?.Result?.Data;
            if (journal.Acknowledge(action, clock.GetUtcNow())) bulletin.Clear(action, data?.Select(reference => reference.Name) ?? []);
        }
        catch (Exception error) when (error is FrameException or JournalException)
        {
            bulletin.Event("acknowledgement_refused", error.Message);
        }
    }

    /// <returns>Why not, or null where it is done.</returns>
    private string? Refused(string verb, BusMessage message)
    {
        if (message.Retain) return "a control is never retained";
        ControlFrame control;
        try
        {
            control = FrameCodec.Decode<ControlFrame>(message.Payload);
        }
        catch (FrameException error)
        {
            return error.Message;
        }

        return verb switch
        {
            "cancel" when control.Action is not { } => "it needs the id of an action",
            "cancel" => unit.Cancel(control.Action!.Value) ? null : $"action {control.Action} is neither waiting nor running here",
            "abort" => unit.Abort(new Refusal(CauseCode.EmergencyStop, $"aborted by {control.By}: {control.Reason}")) ? null : $"the unit is {unit.State} already",
            "clear" => leases.KeepsAborted ?? unit.Clear(),
            _ => "this driver host knows cancel, abort and clear",
        };
    }
}
