using Microsoft.Win32.SafeHandles;

namespace MQTTnet.Server;

/// <summary>Looks at a file from its begin to its end through a buffer that is as large as the largest piece asked for.</summary>
internal sealed class LogWindow(string path, SafeFileHandle file)
{
    private const int SmallestBuffer = 64 * 1024;
    private byte[] _buffer = new byte[SmallestBuffer];
    private int _start, _end;

    /// <summary>Bytes of the file.</summary>
    public long Length { get; } = RandomAccess.GetLength(file);

    /// <summary>Where the window begins.</summary>
    public long Offset { get; private set; }

    public long Remaining => Length - Offset;

    /// <summary>The bytes from <see cref="Offset"/> on, valid until the next call.</summary>
    /// <param name="count">At most <see cref="Remaining"/>.</param>
    public ReadOnlySpan<byte> Peek(int count)
    {
        if (_end - _start < count) Fill(count);

        return _buffer.AsSpan(_start, count);
    }

    /// <summary>Moves on by bytes that were peeked at.</summary>
    public void Skip(int count)
    {
        _start += count;
        Offset += count;
    }

    private void Fill(int count)
    {
        var target = count > _buffer.Length ? new byte[count] : _buffer;
        _buffer.AsSpan(_start, _end - _start).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, _end - _start);
        while (_end < count)
        {
            var read = RandomAccess.Read(file, _buffer.AsSpan(_end), Offset + _end);
            if (read == 0) throw new IOException($"'{path}' became shorter while it was read.");

            _end += read;
        }
    }
}
