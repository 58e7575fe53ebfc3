using LabAutomation.Agents.Records;
using LabAutomation.Instruments;
using LabAutomation.Simulators.Faults;
using LabAutomation.Simulators.Time;
using Microsoft.Data.Sqlite;

namespace LabAutomation.Hosting.Chaos;

/// <summary>The disk under the record of a virtual lab: ledger and journal ask it before and after each of their writes.</summary>
internal sealed class FaultyDisk : IDisposable
{
    private const int InputOutputError = 10;
    private const int Full = 13;

    private readonly VirtualTime _time;
    private readonly CachedDisk _files;

    public FaultyDisk(VirtualTime time)
    {
        (_time, Cache) = (time, new WriteCache { FailsSync = Fails });
        _files = new CachedDisk(Cache);
    }

    /// <summary>By which SQLite reaches it.</summary>
    public string Name => _files.Name;

    /// <summary>What would be lost with the power.</summary>
    public WriteCache Cache { get; }

    public bool IsFull { get; set; }

    public bool FailsSync { get; set; }

    /// <summary>What each write takes.</summary>
    public TimeSpan SlowBy { get; set; }

    /// <summary>Whether the power is gone.</summary>
    public bool IsDead { get; set; }

    /// <summary>Writes that were begun.</summary>
    public long Writes { get; private set; }

    /// <summary>Told of each fault that a write met.</summary>
    public Action<FaultKind> Struck { get; init; } = _ => { };

    /// <summary>Told of each write by its number, before (false) and after (true).</summary>
    public Action<long, bool> Reached { get; init; } = (_, _) => { };

    public void Dispose() => _files.Dispose();

    public void Guard(Ledger ledger) => ledger.Boundary = Pass;

    public void Guard(Journal journal) => journal.Store.Boundary = after =>
    {
        try
        {
            Pass(after);
        }
        catch (SqliteException error)
        {
            throw journal.Store.Explain(error);
        }
    };

    /// <exception cref="SqliteException">The disk does not take it.</exception>
    private void Pass(bool after)
    {
        if (!after) Writes++;
        if (!IsDead) Reached(Writes, after);
        if (IsDead) throw new SqliteException("the power is gone", InputOutputError);
        if (after) return;
        if (IsFull)
        {
            Struck(FaultKind.FullDisk);
            throw new SqliteException("database or disk is full", Full);
        }

        if (SlowBy <= TimeSpan.Zero) return;
        Struck(FaultKind.SlowDisk);
        _time.Pass(SlowBy);
    }

    /// <summary>Once it has failed nobody knows what of a write is there: SQLite says that it is not, and finds it perhaps when the file is opened anew.</summary>
    private bool Fails()
    {
        if (FailsSync) Struck(FaultKind.FailingSync);
        return FailsSync;
    }
}
