namespace LabAutomation.Agents.Scheduling;

/// <summary>What is booked of one resource, in ticks. Bookings end before their end: the next one may start there.</summary>
internal interface ITrack
{
    /// <summary>The first start, not before <paramref name="from"/>, at which the amount is free for the whole duration; <see cref="Ticks.Never"/> or later where there is none.</summary>
    /// <param name="opening">Where things start together: nothing that others could join is started before.</param>
    long Earliest(long from, long opening, long duration, int amount, string? setting);

    /// <summary>How much longer what starts then takes because it is brought to the setting first; 0 where that happens before.</summary>
    long Change(long at, string? setting);

    /// <param name="over">By how much it may end later; <see cref="Ticks.Never"/> of what has taken longer than it may.</param>
    void Book(long from, long until, int amount, string? setting, long over);

    /// <summary>Takes back exactly what was booked.</summary>
    void Release(long from, long until, int amount);

    /// <summary>What is under way and cannot be joined or moved.</summary>
    void Occupy(long from, long until, int amount, string? setting, long over);

    /// <summary>Nothing can be booked in this window, whatever is booked there already.</summary>
    void Close(long from, long until);

    /// <summary>When everything that is booked to end after <paramref name="from"/>, and by <paramref name="until"/>, is over at the latest; <paramref name="from"/> where nothing is.</summary>
    /// <param name="unsure">The end, as booked, of the last of it that has taken longer than it may, which does not count; <see cref="long.MinValue"/> where nothing is.</param>
    long Latest(long from, long until, out long unsure);

    ITrack Copy();

    /// <summary>Becomes like the other, which is a copy of this one.</summary>
    void Restore(ITrack copy);
}
