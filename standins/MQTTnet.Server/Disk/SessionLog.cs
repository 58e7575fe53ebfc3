using Microsoft.Win32.SafeHandles;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>
/// The changes of sessions and retained messages on disk, in their order. <see cref="Append"/> only collects; who waits in
/// <see cref="WrittenAsync"/> first writes what everybody has collected, in one piece. What was written survives the end of the
/// process; it is forced through to the medium when the log is made compact, so a machine that loses power may lose what the
/// operating system had not written yet.
/// </summary>
internal sealed class SessionLog : IDisposable
{
    private const long SmallestGrowth = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly string _path;
    private SafeFileHandle _file;
    private WireWriter _filling = new(), _writing = new();
    private TaskCompletionSource? _whenWritten;
    private bool _isWriting;
    private IOException? _failure;
    private long _end, _written, _offset, _growthLimit;

    private SessionLog(string path, SafeFileHandle file, long offset)
    {
        (_path, _file, _offset) = (path, file, offset);
        (_growthLimit, HasRecords) = (offset + SmallestGrowth, offset > 0);
        if (offset == 0) _filling.Bytes(LogFile.Magic);
    }

    /// <summary>Called when the log has grown: to <see cref="Cut"/> it, to write everything as it is now, and to <see cref="Replace"/> it.</summary>
    public Action? Grown { get; set; }

    /// <summary>Whether there was anything to read.</summary>
    public bool HasRecords { get; }

    /// <summary>The position up to which everything is in the file.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Whether the last attempt to write failed. Nothing that needs the log may be promised until another one succeeds.</summary>
    public bool IsFailing => Volatile.Read(ref _failure) is not null;

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
            var bytes = new byte[RandomAccess.GetLength(file)];
            for (var read = 0; read < bytes.Length;)
                read += RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var count ? count : throw new IOException($"'{path}' became shorter while it was read.");

            var end = LogFile.Read(path, bytes, each);
            report = end == bytes.Length ? null : $"'{path}': the last {bytes.Length - end} bytes, from byte {end}, are of a record that was not written to its end, and were cut off.";
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
    public long Append(params ReadOnlySpan<LogEntry> entries)
    {
        lock (_gate)
        {
            AppendTo(_filling, entries);
            return ++_end;
        }
    }

    public static void AppendTo(WireWriter writer, params ReadOnlySpan<LogEntry> entries)
    {
        var start = writer.Length;
        for (var i = 0; i < LogFile.HeaderLength / 4; i++) writer.UInt32(0);
        foreach (var entry in entries) LogCodec.Write(writer, entry);
        LogFile.Seal(writer, start);
    }

    /// <summary>The position after the last appended record.</summary>
    public long End
    {
        get
        {
            lock (_gate) return _end;
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

    /// <summary>Puts aside what was appended and not yet written: the snapshot that is taken now contains it.</summary>
    /// <returns>What to give back to <see cref="Replace"/>.</returns>
    public (byte[] Unwritten, long End) Cut()
    {
        lock (_gate)
        {
            var unwritten = _filling.Written.ToArray();
            _filling.Clear();
            return (unwritten, _end);
        }
    }

    /// <summary>Puts a snapshot in the place of everything up to the cut.</summary>
    public void Replace(WireWriter snapshot, (byte[] Unwritten, long End) cut)
    {
        var fresh = _path + ".new";
        try
        {
            var file = OpenFile(fresh, FileMode.Create);
            try
            {
                RandomAccess.Write(file, LogFile.Magic, 0);
                RandomAccess.Write(file, snapshot.Written.Span, LogFile.Magic.Length);
                RandomAccess.FlushToDisk(file);
                File.Move(fresh, _path, overwrite: true);
            }
            catch
            {
                file.Dispose();
                throw;
            }

            lock (_gate)
            {
                _file.Dispose();
                _file = file;
                _offset = LogFile.Magic.Length + snapshot.Length;
                _growthLimit = _offset + Math.Max(SmallestGrowth, 2 * _offset);
                Volatile.Write(ref _written, cut.End);
            }
        }
        catch (IOException)
        {
            // The old log is still whole; it grows on and is tried again later.
            lock (_gate)
            {
                _filling = Joined(cut.Unwritten, _filling);
                _growthLimit = _offset + SmallestGrowth;
            }
        }
    }

    /// <summary>Writes what is left. What is appended afterwards is lost.</summary>
    public void Dispose()
    {
        Grown = null;
        lock (_gate)
        {
            if (!_isWriting && _filling.Length > 0 && !_file.IsClosed)
            {
                _isWriting = true;
                WriteAll();
            }

            _file.Dispose();
        }
    }

    private IOException? WriteAll()
    {
        IOException? first = null;
        for (var turn = 0; ; turn++)
        {
            TaskCompletionSource? waiting;
            IOException? failure = null;
            long end;
            lock (_gate)
            {
                (_filling, _writing) = (_writing, _filling);
                (waiting, _whenWritten, end) = (_whenWritten, null, _end);
            }

            try
            {
                RandomAccess.Write(_file, _writing.Written.Span, _offset);
            }
            catch (Exception refused) when (refused is IOException or ObjectDisposedException or UnauthorizedAccessException)
            {
                failure = refused as IOException ?? new IOException("The log of the sessions is closed.", refused);
            }

            lock (_gate)
            {
                _failure = failure;
                if (failure is null)
                {
                    _offset += _writing.Length;
                    Volatile.Write(ref _written, end);
                }
                else
                {
                    _filling = Joined(_writing.Written.Span, _filling);
                }

                _writing.Clear();
            }

            if (turn == 0) first = failure;
            if (failure is null && _offset > _growthLimit) Grown?.Invoke();
            if (failure is null) waiting?.SetResult();
            else waiting?.SetException(failure);
            lock (_gate)
            {
                if (_whenWritten is not null) continue;

                _isWriting = false;
                return first;
            }
        }
    }

    private static WireWriter Joined(ReadOnlySpan<byte> first, WireWriter second)
    {
        var joined = new WireWriter();
        joined.Bytes(first);
        joined.Bytes(second.Written.Span);
        return joined;
    }

    private static SafeFileHandle OpenFile(string path, FileMode mode) => File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.None);
}
