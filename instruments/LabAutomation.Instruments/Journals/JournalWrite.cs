using System.Runtime.ExceptionServices;
using Microsoft.Data.Sqlite;

namespace LabAutomation.Instruments;

/// <summary>One write that waits for the file. Whoever has the file carries it out, in a part of the transaction of its own: one that fails leaves the others as they are.</summary>
internal abstract class JournalWrite
{
    private ExceptionDispatchInfo? _failure;

    public bool IsOver { get; private set; }

    public bool HasFailed => _failure is not null;

    /// <param name="isAlone">Whether the transaction is its own, and ends with it.</param>
    public void Run(JournalStore store, bool isAlone)
    {
        if (HasFailed) return;
        if (!isAlone) store.Run("SAVEPOINT part");
        try
        {
            Run(store);
            if (!isAlone) store.Run("RELEASE part");
        }
        catch (Exception error)
        {
            Fail(error is SqliteException sqlite ? store.Explain(sqlite) : error);
            if (!isAlone) store.Run("ROLLBACK TO part");
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
