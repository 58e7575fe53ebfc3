using LabAutomation.Agents.Bench;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Scheduling;

/// <summary>Instruments that could begin nothing now, as far as the bus says: they do not answer, or are held. One that has aborted is not among them: it is cleared when something is to be done on it, and not before. Not thread-safe.</summary>
internal sealed class AwayInstruments
{
    private readonly HashSet<string> _offline = new(StringComparer.Ordinal);
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);

    public bool IsEmpty => _offline.Count + _held.Count == 0;

    public bool Contains(string instrument) => _offline.Contains(instrument) || _held.Contains(instrument);

    /// <summary>In words, such as <c>pump-a does not answer</c>; null where it could begin something.</summary>
    public string? Why(string instrument) => _offline.Contains(instrument) ? $"{instrument} does not answer" : _held.Contains(instrument) ? $"{instrument} is held" : null;

    /// <returns>Whether that is something new.</returns>
    public bool Hear(InstrumentNotice notice) => notice switch
    {
        InstrumentNotice.Appeared => _offline.Remove(notice.Instrument),
        InstrumentNotice.WentOnline { Online: true } => _offline.Remove(notice.Instrument),
        InstrumentNotice.WentOnline => _offline.Add(notice.Instrument),
        InstrumentNotice.ChangedState { State.Unit: var unit } => IsHeld(unit) ? _held.Add(notice.Instrument) : _held.Remove(notice.Instrument),
        _ => false,
    };

    /// <inheritdoc cref="Hear(InstrumentNotice)"/>
    public bool Hear(InstrumentList seen)
    {
        var isNew = false;
        foreach (var view in seen.Instruments)
        {
            isNew |= view.Online ? _offline.Remove(view.Birth.Instrument) : _offline.Add(view.Birth.Instrument);
            isNew |= view.State is { } unit && IsHeld(unit) ? _held.Add(view.Birth.Instrument) : _held.Remove(view.Birth.Instrument);
        }

        return isNew;
    }

    private static bool IsHeld(UnitState unit) => unit is UnitState.Holding or UnitState.Held;
}
