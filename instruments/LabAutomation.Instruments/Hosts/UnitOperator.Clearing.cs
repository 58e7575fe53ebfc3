using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <content>The way out of Aborted.</content>
internal sealed partial class UnitOperator
{
    /// <summary>Why a person has to clear the unit; null where nobody has to.</summary>
    public string? EmergencyStop => _aborted is { Cause: CauseCode.EmergencyStop } stop ? stop.Message : null;

    /// <returns>Why not, or null.</returns>
    public string? Clear()
    {
        if (!_unit.CanFire(UnitTrigger.Clear)) return $"only an aborted unit can be cleared; this one is {_unit.State}";
        if (_trip is { } trip) return $"the interlock is tripped by {trip.By}: {trip.Reason}; it has to be reset first";
        var unresolved = unknown.Entries;
        Fire(UnitTrigger.Clear);
        Later(device.ConnectAsync(makeSafe: unresolved.Count == 0 && _queue.TrueForAll(entry => entry.Phase == JournalPhase.Accepted)), end =>
        {
            if (_unit.State != UnitState.Clearing) return;
            if ((end.Trouble ?? unknown.Reopen(unresolved)) is { } trouble)
            {
                Abort(trouble);
                return;
            }

            Ask(unresolved);
            Because(null);
            Remember(null);
            Reconnected?.Invoke(end.Identity!);
            Fire(UnitTrigger.StateCompleted);
            Fire(UnitTrigger.Start);
            bulletin.Event("cleared", "the unit takes commands again");
            Next();
            Look();
        });
        return null;
    }

    /// <summary>The device is asked once more what became of these, before anything else.</summary>
    private void Ask(IEnumerable<JournalEntry> unresolved) => _queue.InsertRange(0, unresolved.Select(entry => entry with { Phase = JournalPhase.Started }));
}
