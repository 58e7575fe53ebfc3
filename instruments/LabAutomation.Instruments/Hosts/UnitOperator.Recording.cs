using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <content>What goes to the disk: ends of actions before anybody hears of them, stops after the device is being made safe.</content>
internal sealed partial class UnitOperator
{
    /// <summary>The end is on the disk before anybody hears of it; until it is, nothing else starts.</summary>
    private void Record(JournalEntry entry, DateTimeOffset startedAt, ActionOutcome outcome, double progress, bool again = false)
    {
        var data = outcome.Data.ToImmutableSortedDictionary(data => data.Key, data => data.Value.ToBytes(), StringComparer.Ordinal);
        if (data.FirstOrDefault(one => one.Value.Length > BulkData.MaximumBytes) is { Key: { } name, Value: { } bytes })
        {
            data = data.Clear();
            outcome = ActionOutcome.Failed(CauseCode.HardwareFault, $"'{name}' has {bytes.Length} bytes, and a message has at most {BulkData.MaximumBytes}; what was measured cannot be told", outcome.Recoverable);
        }

        var result = new ResultFrame(
            entry.Action,
            outcome.Status,
            outcome.Cause,
            ForeignText.Cut(outcome.Message),
            outcome.Recoverable,
            outcome.Outputs,
            [.. outcome.Data.Select(data => data.Value.Refer(data.Key, topics.Data(entry.Action, data.Key)))],
            startedAt,
            clock.GetUtcNow(),
            journal.Epoch);
        progress = outcome.Status == ActionStatus.Succeeded ? 1 : progress;
        try
        {
            journal.End(result, data, progress);
        }
        catch (JournalException error)
        {
            _unrecorded.Add(entry.Action);
            var pause = PauseAsync();
            if (!again) bulletin.Event("journal", $"the result of action {entry.Action} is held back: {error.Message}");
            Later(pause, _ =>
            {
                _unrecorded.Remove(entry.Action);
                Record(entry, startedAt, outcome, progress, again: true);
                Next();
                ReportDrained();
            });
            return;
        }

        bulletin.Result(result, data, progress);
    }

    /// <summary>After the device is being made safe, since a disk may be slow. What the disk does not take is tried again until it does, or until the next stop or clear takes its place.</summary>
    private void Remember(string? stop)
    {
        var mine = _latestStop = new object();
        Write(again: false);

        void Write(bool again)
        {
            try
            {
                journal.Stop(stop is null ? null : ForeignText.Cut(stop));
                _isStopUnwritten = false;
            }
            catch (JournalException error)
            {
                _isStopUnwritten = true;
                if (!again) bulletin.Event("journal", $"{(stop is null ? "that the unit was cleared" : "the emergency stop")} does not outlast a restart of this program until the disk takes it: {error.Message}");
                if (!error.IsLost) Later(PauseAsync(), _ => { if (_latestStop == mine) Write(again: true); });
            }

            ReportDrained();
        }
    }

    /// <summary>A device at rest does not say by itself that what was started had not run, and a later program has to know.</summary>
    public void RememberMadeSafe()
    {
        var mark = new ActionMark(StartedAction.MadeSafeMark, "", clock.GetUtcNow());
        foreach (var action in Started().ToArray()) MarkMadeSafe(action, mark);
    }

    private void MarkMadeSafe(ActionId action, ActionMark mark, bool again = false)
    {
        try
        {
            journal.Mark(action, mark);
        }
        catch (JournalException error)
        {
            if (!again) bulletin.Event("journal", $"that the device is being made safe since action {action} started does not outlast a restart of this program until the disk takes it: {error.Message}");
            if (!error.IsLost) Later(PauseAsync(), _ => { if (Started().Contains(action)) MarkMadeSafe(action, mark, again: true); });
        }
    }

    /// <summary>What is under way, and before <see cref="Begin"/> what the program before has left so.</summary>
    private IEnumerable<ActionId> Started()
    {
        var waiting = (_begun ? _queue : Left()).Where(entry => entry.Phase == JournalPhase.Started).Select(entry => entry.Action);
        return _run is { } run ? waiting.Prepend(run.Entry.Action) : waiting;

        IEnumerable<JournalEntry> Left()
        {
            try
            {
                return journal.Outstanding();
            }
            catch (JournalException)
            {
                // What cannot be read now is met, and told, when the unit begins.
                return [];
            }
        }
    }

    private async Task<bool> PauseAsync()
    {
        await Task.Delay(JournalRetry, clock, halt);
        return true;
    }
}
