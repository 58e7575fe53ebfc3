using LabAutomation.Protocol;

namespace LabAutomation.Interlock;

/// <summary>
/// The interlock's own memory of the trip: a small file, replaced as a whole and durable on return, as far as its <see cref="FolderSync">folder</see> can be. The broker's retained message is the
/// other memory. Where the two disagree, or the file cannot be read, the lab is tripped.
/// </summary>
/// <param name="sync">Makes names in a folder durable; null for <see cref="FolderSync.Sync"/>.</param>
internal sealed class TripRecord(string path, Action<string>? sync = null)
{
    private readonly Action<string> _sync = sync ?? FolderSync.Sync;

    /// <returns>The trip that stands, or null where none does.</returns>
    public TripFrame? Read(DateTimeOffset now)
    {
        if (!File.Exists(path)) return null;
        try
        {
            var frame = FrameCodec.Decode<TripFrame>(File.ReadAllBytes(path));
            return frame.Tripped ? frame : null;
        }
        catch (Exception error) when (error is FrameException or IOException or UnauthorizedAccessException)
        {
            return new TripFrame(true, $"the interlock's state file '{path}' cannot be read: {error.Message}", TripFrame.Interlock, now);
        }
    }

    /// <exception cref="IOException">The disk is full, or the like.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Write(TripFrame frame)
    {
        var next = path + ".next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(FrameCodec.Encode(frame));
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
        _sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
