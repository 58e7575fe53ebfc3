using LabAutomation.Agents.Bench;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Scheduling;

/// <summary>Instruments that could begin nothing now, as far as the bus says: they do not answer, or are held. One that has aborted is not among them: it is cleared when something is to be done on it, and not before. Not thread-safe.</summary>
internal sealed class AwayInstruments
{
    private readonly HashSet<string> _offline = new(StringComparer.Ordinal);
    private readonly HashSet<string> _halted = new(StringComparer.Ordinal);

    public bool IsEmpty => _offline.Count + _halted.Count == 0;

    public bool Contains(string instrument) => _offline.Contains(instrument) || _halted.Contains(instrument);

    /// <returns>Whether that is something new.</returns>
    public bool Hear(InstrumentNotice notice) => notice switch
    {
        InstrumentNotice.Appeared => _offline.Remove(notice.Instrument),
        InstrumentNotice.WentOnline { Online: true } => _offline.Remove(notice.Instrument),
        InstrumentNotice.WentOnline => _offline.Add(notice.Instrument),
        InstrumentNotice.ChangedState { State.Unit: var unit } => IsHalted(unit) ? _halted.Add(notice.Instrument) : _halted.Remove(notice.Instrument),
        _ => false,
    };

    /// <inheritdoc cref="Hear(InstrumentNotice)"/>
    public bool Hear(InstrumentList seen)
    {
        var isNew = false;
        foreach (var view in seen.Instruments)
        {
            isNew |= view.Online ? _offline.Remove(view.Birth.Instrument) : _offline.Add(view.Birth.Instrument);
            isNew |= view.State is { } unit && IsHalted(unit) ? _halted.Add(view.Birth.Instrument) : _halted.Remove(view.Birth.Instrument);
        }

        return isNew;
    }

    private static bool IsHalted(UnitState unit) => unit is UnitState.Holding or UnitState.Held;
}
