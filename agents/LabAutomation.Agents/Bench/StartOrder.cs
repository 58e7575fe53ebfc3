using LabAutomation.Protocol;

namespace LabAutomation.Agents.Bench;

/// <summary>
/// Which start of one instrument's driver is the present one, and which of its states is the newest. A bus delivers at least once, so an old birth or state may come again after a newer one; it is no news.
/// Epochs order the starts on one journal. A journal that was not heard of before is a new one, however low its epoch is and whatever its clock says.
/// </summary>
internal sealed class StartOrder
{
    /// <summary>The highest epoch of each journal, by the time since when it remembers; the default time is that of those who do not say.</summary>
    private readonly Dictionary<DateTimeOffset, long> _journals = [];

    /// <summary>The start that another journal's with a lower epoch has taken the place of, and how far its states had come.</summary>
    private (Birth Birth, long Seq)? _replaced;

    /// <summary>A state that came before the birth of its epoch.</summary>
    private StateFrame? _early;

    /// <summary>Of the present start; null before the first.</summary>
    public Birth? Birth { get; private set; }

    /// <summary>The newest state of the present start; null before the first.</summary>
    public StateFrame? State { get; private set; }

    /// <returns>Whether it is that of the present start, for the first time or once more.</returns>
    public bool Admits(Birth birth)
    {
        if (_journals.TryGetValue(JournalOf(birth), out var latest) && birth.Epoch <= latest && !IsOfLostJournal(birth))
        {
            if (birth.Epoch != Birth!.Epoch || JournalOf(birth) != JournalOf(Birth)) return false;
            Birth = birth;      // its device may be another since
            return true;
        }

        _journals[JournalOf(birth)] = birth.Epoch;
        _replaced = Birth is { } before && before.Epoch > birth.Epoch ? (before, State?.Seq ?? 0) : null;
        (Birth, State) = (birth, null);
        if (_early is { } early && early.Epoch <= birth.Epoch)
        {
            _early = null;
            if (early.Epoch == birth.Epoch) State = early;
        }

        return true;
    }

    /// <returns>Whether it is the newest of the present start. It may come again. One of an epoch without a birth counts when that comes.</returns>
    public bool Admits(StateFrame state)
    {
        if (_replaced is { } replaced && state.Epoch == replaced.Birth.Epoch)
        {
            if (state.Seq <= replaced.Seq) return false;

            // Who was taken to be gone goes on: of two programs the one with the higher epoch stays.
            (_replaced, Birth, State) = (null, replaced.Birth, null);
        }

        if (Birth is null || state.Epoch > Birth.Epoch)
        {
            if (_early is not { } early || (state.Epoch, state.Seq).CompareTo((early.Epoch, early.Seq)) >= 0) _early = state;
            return false;
        }

        if (state.Epoch < Birth.Epoch || state.Seq < State?.Seq) return false;
        State = state;
        return true;
    }

    /// <returns>Whether a liveness is that of a start which another has taken the place of.</returns>
    public bool IsOver(Liveness liveness) => liveness.Epoch < Birth?.Epoch || liveness.Epoch == _replaced?.Birth.Epoch;

    /// <summary>On one journal epochs rise, so a later start with a lower one has another, also where its driver does not say since when it remembers.</summary>
    private bool IsOfLostJournal(Birth birth) => birth.RemembersSince is null && Birth is { RemembersSince: null } && birth.Epoch < Birth.Epoch && birth.At > Birth.At;

    private static DateTimeOffset JournalOf(Birth birth) => birth.RemembersSince ?? default;
}
