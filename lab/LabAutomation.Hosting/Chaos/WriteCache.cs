namespace LabAutomation.Hosting.Chaos;

/// <summary>
/// What files would lose if the power went now: all that was written to them since they were last forced out to the disk. Kept is what lay there before. Files are known by their names without folder.
/// </summary>
internal sealed class WriteCache
{
    private readonly Dictionary<string, Stack<(long Length, long Offset, byte[] Bytes)>> _before = new(StringComparer.Ordinal);
    private List<Step>? _changes;

    /// <summary>Asked each time that something is to be forced out: whether the disk fails to.</summary>
    public Func<bool> FailsSync { get; init; } = () => false;

    /// <summary>Whether anything of a file would be lost.</summary>
    public bool Holds(string file) => _before.TryGetValue(file, out var before) && before.Count > 0;

    /// <summary>How many bytes were written since <see cref="Follow"/>, to all files.</summary>
    public long Followed => _changes?.Sum(step => (long)step.Written) ?? 0;

    /// <summary>Remembers from now on what is written, one thing after the other, whether or not it is forced out.</summary>
    public void Follow() => _changes = [];

    /// <summary>A part of a file is about to be written or cut off.</summary>
    /// <param name="length">Of the file before.</param>
    /// <param name="offset">Where; a file may be written beyond its end.</param>
    /// <param name="bytes">What lies there before, up to the file's end.</param>
    /// <param name="written">How many bytes are written; 0 where the file is cut off.</param>
    public void Change(string file, long length, long offset, byte[] bytes, int written)
    {
        _changes?.Add(new Step(file, length, offset, bytes, written));
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
            if (bytes.Length > 0) bytes.CopyTo(now.AsSpan((int)offset));
        }

        return now;
    }

    /// <summary>What a file has on the disk where all stopped in the middle: the first bytes of what was written since <see cref="Follow"/>, to whichever files, and nothing after them.</summary>
    /// <param name="now">As it is read while there is power.</param>
    /// <param name="bytes">How many.</param>
    public byte[] Torn(string file, byte[] now, long bytes)
    {
        var end = Followed;
        foreach (var step in Enumerable.Reverse(_changes ?? []))
        {
            var begin = end - step.Written;
            end = begin;
            if (step.File != file || begin + step.Written <= bytes) continue;
            var kept = (int)Math.Clamp(bytes - begin, 0, step.Written);
            Array.Resize(ref now, (int)Math.Max(step.Length, kept == 0 ? 0 : step.Offset + kept));
            if (kept < step.Before.Length) step.Before.AsSpan(kept).CopyTo(now.AsSpan((int)step.Offset + kept));
        }

        return now;
    }

    /// <summary>The program is gone, and the disk has what it has.</summary>
    public void Clear()
    {
        _before.Clear();
        _changes = null;
    }

    private sealed record Step(string File, long Length, long Offset, byte[] Before, int Written);
}
