using Microsoft.Win32.SafeHandles;

namespace MQTTnet.Server;

/// <summary>
/// The changes of sessions and retained messages on disk, in their order. <see cref="Append"/> only collects; who waits in
/// <see cref="WrittenAsync()"/> first writes what everybody has collected, in one piece. What was written survives the end of the
/// process; it is forced through to the medium when the log is made compact, so a machine that loses power may lose what the
/// operating system had not written yet.
/// </summary>
internal sealed class SessionLog : IDisposable
{
    private const long SmallestGrowth = 64 * 1024 * 1024, LargestGrowth = 1024 * 1024 * 1024;
    private const int SnapshotPiece = 1024 * 1024;

    private readonly Lock _gate = new();

    /// <summary>Held by the one that uses the file; taken before <see cref="_gate"/> and before the lock of the broker.</summary>
    private readonly Lock _turn = new();

    private readonly string _path;
    private SafeFileHandle _file;
    private LogBuffer _filling = new(), _writing = new();
    private TaskCompletionSource? _whenWritten;
    private bool _isWriting, _isClosed;
    private IOException? _failure;
    private long _end, _written, _offset, _growthLimit;

    private SessionLog(string path, SafeFileHandle file, long offset)
    {
        (_path, _file, _offset) = (path, file, offset);
        (_growthLimit, HasRecords) = (offset + SmallestGrowth, offset > 0);
        if (offset == 0) _filling.Bytes(LogFile.Magic);
    }

    /// <summary>
    /// Tells everything as it is now, for a compact log. It calls what it is given at the moment that it describes: what was appended
    /// before is in the snapshot, what is appended afterwards comes after it.
    /// </summary>
    public Func<Action, IReadOnlyList<LogEntry>>? Snapshot { get; set; }

    /// <summary>Whether there was anything to read.</summary>
    public bool HasRecords { get; }

    /// <summary>The position up to which everything is in the file.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Whether the last attempt to write failed. Nothing that needs the log may be promised until another one succeeds.</summary>
    public bool IsFailing => Volatile.Read(ref _failure) is not null;

    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>The position after the last appended record.</summary>
    public long End
    {
        get
        {
            lock (_gate) return _end;
        }
    }

    /// <param name="directory">Created where it is missing.</param>
    /// <param name="each">Takes what was written before, record by record.</param>
    /// <param name="report">What was found damaged at the end and cut off, or null.</param>
    /// <exception cref="InvalidDataException">The log is damaged before its end.</exception>
    /// <exception cref="IOException">The log cannot be opened, or another server has it open.</exception>
    public static SessionLog Open(string directory, Action<List<LogEntry>> each, out string? report)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, LogFile.Name);
        var file = OpenFile(path, FileMode.OpenOrCreate);
        try
        {
            var end = LogFile.Read(path, file, each);
            var beyond = RandomAccess.GetLength(file) - end;
            report = beyond == 0 ? null : $"'{path}': the last {beyond} bytes, from byte {end}, are of a record that was not written to its end, and were cut off.";
            if (report is not null) RandomAccess.SetLength(file, end);
            return new SessionLog(path, file, end);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds one record, which is read back whole or not at all.</summary>
    /// <returns>The position that <see cref="Written"/> has to reach.</returns>
    /// <exception cref="MQTTnet.Exceptions.MqttProtocolViolationException">The entries have no form on disk; nothing was added.</exception>
    public long Append(params ReadOnlySpan<LogEntry> entries)
    {
        lock (_gate)
        {
            // Nobody will write it; whoever waits for it is told.
            if (!_isClosed) _filling.Append(entries);
            return ++_end;
        }
    }

    /// <summary>Completes when everything appended so far is in the file.</summary>
    /// <exception cref="IOException">It could not be written. It is kept and tried again with the next call.</exception>
    public Task WrittenAsync() => WrittenAsync(End);

    /// <summary>Completes when everything up to the position is in the file.</summary>
    /// <exception cref="IOException">It could not be written. It is kept and tried again with the next call.</exception>
    public Task WrittenAsync(long position)
    {
        lock (_gate)
        {
            if (_written >= position) return Task.CompletedTask;
            if (_isWriting)
            {
                _whenWritten ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _whenWritten.Task;
            }

            _isWriting = true;
        }

        return WriteAll() is { } failure ? Task.FromException(failure) : Task.CompletedTask;
    }

    /// <summary>Puts the snapshot in the place of everything up to its moment. Where that cannot be done the old log stays, and grows on.</summary>
    public void Compact()
    {
        lock (_turn)
        {
            if (IsClosed || Snapshot is not { } snapshot) return;

            LogBuffer? aside = null;
            long end = 0;
            try
            {
                var entries = snapshot(() =>
                {
                    lock (_gate) (aside, _filling, end) = (_filling, new LogBuffer(), _end);
                });
                Replace(entries, end);
            }
            catch (Exception)
            {
                // The old log is still whole. Whatever went wrong must not stop those who wait for the log.
                lock (_gate)
                {
                    if (aside is not null) _filling.Prepend(aside);
                    _growthLimit = _offset + SmallestGrowth;
                }
            }
        }
    }

    /// <summary>Writes what is left. What is appended afterwards is lost.</summary>
    public void Dispose()
    {
        lock (_gate) _isClosed = true;
        lock (_turn)
        {
            if (_file.IsClosed) return;

            WriteOnce();
            _file.Dispose();
        }
    }

    private void Replace(IReadOnlyList<LogEntry> entries, long end)
    {
        var fresh = _path + ".new";
        var file = OpenFile(fresh, FileMode.Create);
        try
        {
            var length = WriteSnapshot(file, entries);
            RandomAccess.FlushToDisk(file);
            lock (_gate)
            {
                ThrowIfClosed();
                File.Move(fresh, _path, overwrite: true);
                _file.Dispose();
                (_file, _offset) = (file, length);
                _growthLimit = _offset + Math.Clamp(2 * _offset, SmallestGrowth, LargestGrowth);
                Volatile.Write(ref _written, end);
            }
        }
        catch
        {
            file.Dispose();
            File.Delete(fresh);
            throw;
        }
    }

    private long WriteSnapshot(SafeFileHandle file, IReadOnlyList<LogEntry> entries)
    {
        long offset = 0;
        var piece = new LogBuffer();
        piece.Bytes(LogFile.Magic);
        foreach (var entry in entries)
        {
            piece.Append(entry);
            if (piece.Length >= SnapshotPiece) WritePiece();
        }

        WritePiece();
        return offset;

        void WritePiece()
        {
            // Who stops the server does not wait for a compaction.
            ThrowIfClosed();
            piece.WriteTo(file, offset);
            offset += piece.Length;
            piece.Clear();
        }
    }

    private void ThrowIfClosed()
    {
        if (IsClosed) throw new IOException("The log of the sessions is closed.");
    }

    private IOException? WriteAll()
    {
        IOException? first = null;
        for (var turn = 0; ; turn++)
        {
            TaskCompletionSource? waiting;
            IOException? failure;
            bool hasGrown;
            lock (_turn)
            {
                lock (_gate) (waiting, _whenWritten) = (_whenWritten, null);
                failure = WriteOnce();
                hasGrown = failure is null && _offset > _growthLimit;
            }

            if (turn == 0) first = failure;
            if (failure is null) waiting?.SetResult();
            else waiting?.SetException(failure);
            if (hasGrown) Compact();
            lock (_gate)
            {
                if (_whenWritten is not null) continue;

                _isWriting = false;
                return first;
            }
        }
    }

    /// <summary>Writes what was collected; where that fails it is kept.</summary>
    private IOException? WriteOnce()
    {
        long end;
        lock (_gate)
        {
            if (_file.IsClosed) return _failure = _written >= _end ? null : new IOException("The log of the sessions is closed.");

            (_filling, _writing, end) = (_writing, _filling, _end);
        }

        IOException? failure = null;
        try
        {
            _writing.WriteTo(_file, _offset);
        }
        catch (Exception refused)
        {
            failure = refused as IOException ?? new IOException($"'{_path}' could not be written. {refused.Message}", refused);
        }

        lock (_gate)
        {
            Volatile.Write(ref _failure, failure);
            if (failure is null)
            {
                _offset += _writing.Length;
                Volatile.Write(ref _written, end);
                _writing.Clear();
            }
            else
            {
                _filling.Prepend(_writing);
                _writing = new LogBuffer();
            }

            return failure;
        }
    }

    private static SafeFileHandle OpenFile(string path, FileMode mode) => File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.None);
}
