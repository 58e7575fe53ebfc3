using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LabAutomation.Protocol;

/// <summary>
/// How many writes a database has taken, in a small file beside it. SQLite drops the end of a write-ahead log that a disk has damaged and says nothing:
/// less than was written is there, and this file knows. It is raised after a write has reached the disk and is not forced out itself, so that it
/// may lag behind after a power cut, but is never ahead of what was written.
/// </summary>
public sealed class WrittenMark : IDisposable
{
    /// <summary>Number and checksum, 8 bytes each.</summary>
    private const int Size = 16;

    private readonly FileStream? _file;

    private WrittenMark(FileStream? file) => _file = file;

    /// <summary>The file of a database.</summary>
    public static string Of(string database) => database + "-mark";

    /// <summary>What the mark of a database says; 0 where there is none that can be read.</summary>
    public static long Read(string database)
    {
        try
        {
            if (!File.Exists(Of(database))) return 0;
            using var file = new FileStream(Of(database), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var bytes = new byte[Size];
            var length = file.ReadAtLeast(bytes, Size, throwOnEndOfStream: false);
            var written = BinaryPrimitives.ReadInt64LittleEndian(bytes);
            return length == Size && Form(written).AsSpan().SequenceEqual(bytes) ? written : 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Opens it for raising. Where it cannot be written the database is as safe as its disk, and no safer.</summary>
    public static WrittenMark Open(string database)
    {
        try
        {
            return new WrittenMark(new FileStream(Of(database), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new WrittenMark(null);
        }
    }

    /// <summary>So many writes have reached the disk.</summary>
    public void Raise(long written)
    {
        if (_file is null) return;
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, Form(written), 0);
        }
        catch (IOException)
        {
            // It lags behind, which finds less and accuses nobody.
        }
    }

    public void Dispose() => _file?.Dispose();

    private static byte[] Form(long written)
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, written);
        SHA256.HashData(bytes.AsSpan(0, Size / 2)).AsSpan(0, Size / 2).CopyTo(bytes.AsSpan(Size / 2));
        return bytes;
    }
}
