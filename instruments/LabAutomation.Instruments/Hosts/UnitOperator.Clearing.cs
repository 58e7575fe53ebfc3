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
        var isNothingToBeAsked = unknown.Entries.Count == 0 && _queue.TrueForAll(entry => entry.Phase == JournalPhase.Accepted);
        Fire(UnitTrigger.Clear);
        Later(device.ConnectAsync(makeSafe: isNothingToBeAsked), end =>
        {
            if (_unit.State != UnitState.Clearing) return;

            // A person may have said meanwhile what became of one.
            var (unresolved, unwritten) = end.Trouble is null ? unknown.Reopen() : ([], null);
            if ((end.Trouble ?? unwritten) is { } trouble)
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
