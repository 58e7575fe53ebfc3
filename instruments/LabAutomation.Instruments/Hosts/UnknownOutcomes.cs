using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>The actions of which nobody knows what became of them, until the device or a person tells.</summary>
internal sealed class UnknownOutcomes(InstrumentJournal journal, Bulletin bulletin)
{
    public IReadOnlyList<JournalEntry> Entries => journal.Unresolved();

    /// <summary>Writes that the device is going to be asked once more.</summary>
    /// <returns>What it is going to be asked about, or why it is not.</returns>
    public (IReadOnlyList<JournalEntry> Asked, Refusal? Trouble) Reopen()
    {
        try
        {
            var entries = Entries;
            foreach (var entry in entries) journal.Reopen(entry.Action);
            return (entries, null);
        }
        catch (JournalException error)
        {
            return ([], new Refusal(CauseCode.HardwareFault, error.Message));
        }
    }

    /// <summary>Of an action that the journal does not have, as where it is younger, nothing is written: its caller goes on with the finding.</summary>
    /// <returns>Why not, or null.</returns>
    /// <exception cref="JournalException">The finding could not be made durable; the outcome stays unknown.</exception>
    public string? Reconcile(ReconcileFrame found)
    {
        if (!ControlFrame.IsPerson(found.By) || string.IsNullOrWhiteSpace(found.Reason)) return $"a finding needs the name of the person who found it and a reason, and '{found.By}' is none";
        if (Entries.FirstOrDefault(entry => entry.Action == found.Action) is not { } entry)
        {
            if (journal.Find(found.Action) is not { } known || (found.Finding == Finding.Unknowable && WasGivenUp(known))) return null;
            return $"the outcome of action {found.Action} is not unknown here";
        }

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

    /// <summary>Who gives it up once more is answered in the same way: the lab's program may have ended before it had that on record.</summary>
    private bool WasGivenUp(JournalEntry entry) =>
        entry is { Phase: JournalPhase.Ended or JournalPhase.Acknowledged, Result.Status: ActionStatus.UnknownOutcome } && entry.Instrument == journal.Instrument;
}
