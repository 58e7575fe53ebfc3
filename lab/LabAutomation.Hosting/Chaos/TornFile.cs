using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Chaos;

/// <summary>A database as it lies on the disk after the power has gone: without what was not forced out, or with its last write cut off in the middle.</summary>
internal sealed class TornFile
{
    private readonly string _path;
    private readonly byte[] _database;
    private readonly byte[] _log;

    /// <summary>Null where it stays as it is.</summary>
    private readonly byte[]? _mark;

    private TornFile(string path, byte[] database, byte[] log, byte[]? mark = null) => (_path, _database, _log, _mark) = (path, database, log, mark);

    /// <summary>What lies in the mark of a database; nothing where it has none.</summary>
    public static byte[] MarkOf(string path) => Read(WrittenMark.Of(path));

    /// <summary>Takes the database as it would lie on the disk if all had stopped in the middle of the write that the cache follows.</summary>
    /// <param name="share">How much of the write is there, 0 to 1.</param>
    /// <param name="mark">As it was before the write, which it would have been raised for after that.</param>
    public static TornFile Take(string path, WriteCache cache, double share, byte[] mark)
    {
        var bytes = (long)(cache.Followed * share);
        return new TornFile(path, cache.Torn(Path.GetFileName(path), Read(path), bytes), cache.Torn(Path.GetFileName(path) + "-wal", Read(path + "-wal"), bytes), mark);
    }

    /// <summary>Takes the database as the disk has it now, while it is open.</summary>
    /// <returns>Null where all of it was forced out.</returns>
    public static TornFile? Forced(string path, WriteCache cache)
    {
        var (database, log) = (Path.GetFileName(path), Path.GetFileName(path) + "-wal");
        return cache.Holds(database) || cache.Holds(log) ? new TornFile(path, cache.Forced(database, Read(path)), cache.Forced(log, Read(path + "-wal"))) : null;
    }

    /// <summary>Puts it back, after the program that had it open is gone.</summary>
    public void Restore()
    {
        File.WriteAllBytes(_path, _database);
        File.WriteAllBytes(_path + "-wal", _log);
        File.Delete(_path + "-shm");
        if (_mark is not null) File.WriteAllBytes(WrittenMark.Of(_path), _mark);
    }

    private static byte[] Read(string path)
    {
        if (!File.Exists(path)) return [];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
