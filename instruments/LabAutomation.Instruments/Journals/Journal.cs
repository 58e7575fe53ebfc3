using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// What the drivers of one host have accepted, started and ended, on disk before anybody hears of it (SQLite, write-ahead log,
/// synchronous=FULL). One file for all instruments of a host.
/// </summary>
public sealed class Journal : IDisposable
{
    private readonly JournalStore _store;
    private readonly long _firstEpoch;

    /// <param name="path">Made where it does not exist; its folder does.</param>
    /// <param name="isDurable">Whether what is written outlives the computer's power. Without it, for a lab that is simulated, only the program's end.</param>
    /// <param name="firstEpoch">Of an instrument that the journal does not know yet, at least 1. A file that is made anew, after the old one was lost or put aside, has to begin above what the lab remembers of it.</param>
    /// <param name="disk">By which SQLite reaches a simulated disk; null where there is none.</param>
    /// <param name="isAlone">Whether nobody else opens the file while it is open here, and nobody needs it where the program does not come to its end.</param>
    /// <exception cref="JournalException">The file cannot be opened or written.</exception>
    public Journal(string path, bool isDurable = true, long firstEpoch = 1, string? disk = null, bool isAlone = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(firstEpoch, 1);
        (_store, _firstEpoch) = (new JournalStore(path, isDurable, disk, isAlone), firstEpoch);
    }

    /// <summary>The part of one instrument, under a new epoch that is higher than every earlier one. Whoever holds an older epoch is shut out.</summary>
    /// <param name="at">Lab time, to the tick: when the epoch begins, by which its birth is known again.</param>
    /// <param name="isSimulated">Whether its device is a simulation; null where nobody says.</param>
    /// <exception cref="JournalException">The epoch could not be made durable, or what is not over was begun on a device of the other kind.</exception>
    internal InstrumentJournal Open(string instrument, DateTimeOffset at, bool? isSimulated = null)
    {
        var opened = _store.Write(store =>
        {
            if (isSimulated is { } simulated) Claim(store, instrument, simulated);
            var before = store.Query("SELECT clean FROM instruments WHERE name = $name", row => row.GetBoolean(0), ("$name", instrument));
            var epoch = store.Query(
                "INSERT INTO instruments (name, epoch, clean) VALUES ($name, $first, 0) ON CONFLICT (name) DO UPDATE SET epoch = epoch + 1, clean = 0 RETURNING epoch",
                row => row.GetInt64(0),
                ("$name", instrument),
                ("$first", _firstEpoch)).Single();
            var birth = store.Query("SELECT epoch, at FROM births WHERE instrument = $name", row => (Epoch: row.GetInt64(0), At: InstrumentJournal.Time(row.GetString(1))), ("$name", instrument));
            store.Run(
                "INSERT INTO births (instrument, epoch, at) VALUES ($name, $epoch, $at) ON CONFLICT (instrument) DO UPDATE SET epoch = $epoch, at = $at",
                ("$name", instrument),
                ("$epoch", epoch),
                ("$at", InstrumentJournal.Text(at)));
            if (before.Count == 0) store.Run("INSERT INTO memories (instrument, since) VALUES ($name, $at)", ("$name", instrument), ("$at", InstrumentJournal.Text(at)));
            var since = store.Query("SELECT since FROM memories WHERE instrument = $name", row => (DateTimeOffset?)InstrumentJournal.Time(row.GetString(0)), ("$name", instrument)).SingleOrDefault();
            return (epoch, Clean: before is not [false], Before: birth.SingleOrDefault(), Since: since);
        });
        return new InstrumentJournal(_store, instrument, opened.epoch, opened.Clean) { BornBefore = opened.Before, RemembersSince = opened.Since };
    }

    /// <summary>What was begun in simulation is not for hardware to do, nor the other way round.</summary>
    private static void Claim(JournalStore store, string instrument, bool simulated)
    {
        var was = store.Number("SELECT simulated FROM kinds WHERE instrument = $name", ("$name", instrument));
        if (was is not null && (was == 1) != simulated
            && store.Number("SELECT count(*) FROM actions WHERE instrument = $name AND (phase IN (1, 2) OR action IN (SELECT action FROM unresolved))", ("$name", instrument)) is > 0 and var open)
        {
            var (before, now) = simulated ? ("on hardware", "in simulation") : ("in simulation", "on hardware");
            throw new JournalException($"{open} of the actions of '{instrument}' that were begun {before} are not over, and are not to go on {now}: let them end as they were begun, or give this one a journal of its own (another DataDirectory)");
        }

        store.Run("INSERT INTO kinds (instrument, simulated) VALUES ($name, $simulated) ON CONFLICT (instrument) DO UPDATE SET simulated = $simulated", ("$name", instrument), ("$simulated", simulated ? 1 : 0));
    }

    /// <inheritdoc cref="JournalStore.Lost"/>
    internal event Action<JournalException>? Lost
    {
        add => _store.Lost += value;
        remove => _store.Lost -= value;
    }

    /// <summary>The file itself, for tests that take away its disk.</summary>
    internal JournalStore Store => _store;

    public void Dispose() => _store.Dispose();
}
