using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>The actions of which nobody knows what became of them, until the device or a person tells.</summary>
internal sealed class UnknownOutcomes(InstrumentJournal journal, Bulletin bulletin)
{
    public IReadOnlyList<JournalEntry> Entries => journal.Unresolved();

    /// <summary>Writes that the device is going to be asked once more.</summary>
    /// <returns>Why not, or null.</returns>
    public Refusal? Reopen(IReadOnlyList<JournalEntry> entries)
    {
        try
        {
            foreach (var entry in entries) journal.Reopen(entry.Action);
            return null;
        }
        catch (JournalException error)
        {
            return new Refusal(CauseCode.HardwareFault, error.Message);
        }
    }

    /// <returns>Why not, or null.</returns>
    /// <exception cref="JournalException">The finding could not be made durable; the outcome stays unknown.</exception>
    public string? Reconcile(ReconcileFrame found)
    {
        if (!ControlFrame.IsPerson(found.By) || string.IsNullOrWhiteSpace(found.Reason)) return $"a finding needs the name of the person who found it and a reason, and '{found.By}' is none";
        if (Entries.FirstOrDefault(entry => entry.Action == found.Action) is not { } entry)
            return found.Finding == Finding.Unknowable && IsGivenUp(found.Action) ? null : $"the outcome of action {found.Action} is not unknown here";
        var (status, cause, words) = found.Finding switch
        {
            Finding.Happened => (ActionStatus.Succeeded, CauseCode.SuccessWithWarnings, "that it happened"),
            Finding.DidNotHappen => (ActionStatus.Failed, entry.Result!.Cause, "that it did not happen"),
            _ => (ActionStatus.UnknownOutcome, entry.Result!.Cause, "no way to tell"),
        };
        var result = entry.Result! with { Status = status, Cause = cause, Message = $"{found.By} found {words}: {found.Reason} (before: {entry.Result.Message})", Epoch = journal.Epoch };
        journal.Reconcile(result);
        bulletin.Result(result, journal.Data(entry.Action), entry.Progress);
        bulletin.Event("reconciled", $"{entry.Command} ({entry.Action}): {result.Message}");
        return null;
    }

    /// <summary>Whether somebody found no way to tell already. Who says so once more is answered in the same way: the lab's program may have ended before it had that on record.</summary>
    private bool IsGivenUp(ActionId action) => journal.Find(action) is { Phase: JournalPhase.Ended or JournalPhase.Acknowledged, Result.Status: ActionStatus.UnknownOutcome } entry && entry.Instrument == journal.Instrument;
}
