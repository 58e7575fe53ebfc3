namespace LabAutomation.Hosting.Chaos;

/// <summary>A database as it lies on the disk after the power has gone: without what was not forced out, or with its last write cut off in the middle.</summary>
internal sealed class TornFile
{
    private readonly string _path;
    private readonly byte[] _database;
    private readonly byte[] _log;

    private TornFile(string path, byte[] database, byte[] log) => (_path, _database, _log) = (path, database, log);

    /// <summary>Takes the database as it would lie on the disk if all had stopped in the middle of the write that the cache follows.</summary>
    /// <param name="share">How much of the write is there, 0 to 1.</param>
    public static TornFile Take(string path, WriteCache cache, double share)
    {
        var bytes = (long)(cache.Followed * share);
        return new TornFile(path, cache.Torn(Path.GetFileName(path), Read(path), bytes), cache.Torn(Path.GetFileName(path) + "-wal", Read(path + "-wal"), bytes));
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
