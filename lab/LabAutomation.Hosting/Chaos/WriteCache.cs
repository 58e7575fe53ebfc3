namespace LabAutomation.Hosting.Chaos;

/// <summary>
/// What files would lose if the power went now: all that was written to them since they were last forced out to the disk. Kept is what lay there before. Files are known by their names without folder.
/// </summary>
internal sealed class WriteCache
{
    private readonly Dictionary<string, Stack<(long Length, long Offset, byte[] Bytes)>> _before = new(StringComparer.Ordinal);

    /// <summary>Asked each time that something is to be forced out: whether the disk fails to.</summary>
    public Func<bool> FailsSync { get; init; } = () => false;

    /// <summary>Whether anything of a file would be lost.</summary>
    public bool Holds(string file) => _before.TryGetValue(file, out var before) && before.Count > 0;

    /// <summary>A part of a file is about to be written or cut off.</summary>
    /// <param name="length">Of the file before.</param>
    /// <param name="bytes">What lies there before, up to the file's end.</param>
    public void Change(string file, long length, long offset, byte[] bytes)
    {
        if (!_before.TryGetValue(file, out var before)) _before[file] = before = [];
        before.Push((length, offset, bytes));
    }

    /// <returns>Whether all that was written to a file is on the disk now.</returns>
    public bool Force(string file)
    {
        if (FailsSync()) return false;
        _before.Remove(file);
        return true;
    }

    /// <summary>What a file has on the disk.</summary>
    /// <param name="now">As it is read while there is power.</param>
    public byte[] Forced(string file, byte[] now)
    {
        if (!_before.TryGetValue(file, out var before)) return now;
        foreach (var (length, offset, bytes) in before)
        {
            Array.Resize(ref now, (int)length);
            bytes.CopyTo(now.AsSpan((int)offset));
        }

        return now;
    }

    /// <summary>The program is gone, and the disk has what it has.</summary>
    public void Clear() => _before.Clear();
}
