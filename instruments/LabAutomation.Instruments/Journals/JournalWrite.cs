using System.Runtime.ExceptionServices;
using Microsoft.Data.Sqlite;

namespace LabAutomation.Instruments;

/// <summary>One write that waits for the file. Whoever has the file carries it out, in a part of the transaction of its own: one that fails leaves the others as they are.</summary>
internal abstract class JournalWrite
{
    private const string Part = "part";

    private ExceptionDispatchInfo? _failure;

    public bool IsOver { get; private set; }

    public void Run(JournalStore store, SqliteTransaction transaction)
    {
        if (_failure is not null) return;
        transaction.Save(Part);
        try
        {
            Run(store);
            transaction.Release(Part);
        }
        catch (Exception error)
        {
            Fail(error is SqliteException sqlite ? store.Explain(sqlite) : error);
            transaction.Rollback(Part);
        }
    }

    /// <summary>Part of the write, unless it has failed already.</summary>
    public void Try(Action part)
    {
        if (_failure is not null) return;
        try
        {
            part();
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    /// <summary>The first failure counts.</summary>
    public void Fail(Exception error) => _failure ??= ExceptionDispatchInfo.Capture(error);

    public void End() => IsOver = true;

    protected abstract void Run(JournalStore store);

    protected void ThrowIfFailed()
    {
        _failure?.Throw();
        if (!IsOver) throw new InvalidOperationException("the write has not been carried out");
    }
}

/// <inheritdoc/>
internal sealed class JournalWrite<T>(Func<JournalStore, T> work) : JournalWrite
{
    private T _result = default!;

    /// <summary>Of the work, or what it threw.</summary>
    public T Result
    {
        get
        {
            ThrowIfFailed();
            return _result;
        }
    }

    protected override void Run(JournalStore store) => _result = work(store);
}
