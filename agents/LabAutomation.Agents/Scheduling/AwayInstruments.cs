using LabAutomation.Agents.Bench;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Scheduling;

/// <summary>Instruments that could begin nothing now, as far as the bus says: they do not answer, are held, or were stopped, which a person has to end. One that has aborted by itself is not among them: it is cleared when something is to be done on it, and not before. Not thread-safe.</summary>
internal sealed class AwayInstruments
{
    private readonly HashSet<string> _offline = new(StringComparer.Ordinal);
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);
    private readonly HashSet<string> _stopped = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _offline.Concat(_held).Concat(_stopped);

    /// <summary>In words, such as <c>pump-a does not answer</c>; null where it could begin something.</summary>
    public string? Why(string instrument) => _offline.Contains(instrument) ? $"{instrument} does not answer" : _stopped.Contains(instrument) ? $"{instrument} was stopped" : _held.Contains(instrument) ? $"{instrument} is held" : null;

    /// <returns>Whether that is something new.</returns>
    public bool Hear(InstrumentNotice notice) => notice switch
    {
        InstrumentNotice.Appeared => _offline.Remove(notice.Instrument),
        InstrumentNotice.WentOnline { Online: true } => _offline.Remove(notice.Instrument),
        InstrumentNotice.WentOnline => _offline.Add(notice.Instrument),
        InstrumentNotice.ChangedState { State: var state } => IsNew(notice.Instrument, state.Unit, state.Aborted?.Cause == CauseCode.EmergencyStop),
        _ => false,
    };

    /// <inheritdoc cref="Hear(InstrumentNotice)"/>
    public bool Hear(InstrumentList seen)
    {
        var isNew = false;
        foreach (var view in seen.Instruments)
        {
            isNew |= view.Online ? _offline.Remove(view.Birth.Instrument) : _offline.Add(view.Birth.Instrument);
            isNew |= IsNew(view.Birth.Instrument, view.State, view.IsStopped);
        }

        return isNew;
    }

    private bool IsNew(string instrument, UnitState? unit, bool isStopped) =>
        (unit is UnitState.Holding or UnitState.Held ? _held.Add(instrument) : _held.Remove(instrument)) | (isStopped ? _stopped.Add(instrument) : _stopped.Remove(instrument));
}
