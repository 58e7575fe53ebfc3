namespace LabAutomation.Agents.AskTell;

/// <summary>Lines of bytes from a stream that nobody has promised to end them: a line beyond the limit is passed over, not kept.</summary>
public sealed class LineReader(Stream stream, long limit)
{
    private const int Kept = 1 << 16;

    private readonly byte[] _chunk = new byte[Kept];
    private byte[] _line = new byte[Kept];
    private int _from, _until;

    /// <summary>The next line without its end, valid until the next call; null at the end of the stream.</summary>
    public InputLine? Read()
    {
        if (_line.Length > Kept) _line = new byte[Kept];
        var (length, isTooLong, isBegun) = (0, false, false);
        while (true)
        {
            if (_from == _until)
            {
                (_from, _until) = (0, stream.Read(_chunk));
                if (_until == 0) return isBegun ? new InputLine(_line.AsMemory(0, length), isTooLong) : null;
            }
            isBegun = true;
            var rest = _chunk.AsSpan(_from.._until);
            var end = rest.IndexOf((byte)'\n');
            var part = end < 0 ? rest : rest[..end];
            isTooLong |= length + (long)part.Length > limit;
            if (isTooLong) length = 0;
            else length = Append(part, length);
            _from += end < 0 ? part.Length : part.Length + 1;
            if (end >= 0) return new InputLine(_line.AsMemory(0, length), isTooLong);
        }
    }

    private int Append(ReadOnlySpan<byte> part, int length)
    {
        if (length + part.Length > _line.Length) Array.Resize(ref _line, (int)Math.Min(Math.Max(limit, Kept), Math.Max(2L * _line.Length, length + part.Length)));
        part.CopyTo(_line.AsSpan(length));
        return length + part.Length;
    }
}

/// <param name="Bytes">Empty where the line is too long.</param>
public readonly record struct InputLine(ReadOnlyMemory<byte> Bytes, bool IsTooLong);
