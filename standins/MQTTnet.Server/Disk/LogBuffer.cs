using Microsoft.Win32.SafeHandles;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>Records that wait for the file, in pieces, so that no array has to hold all of them.</summary>
internal sealed class LogBuffer
{
    private const int PieceLength = 1024 * 1024;
    private readonly List<WireWriter> _pieces = [new()];

    public long Length { get; private set; }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        _pieces[^1].Bytes(bytes);
        Length += bytes.Length;
    }

    /// <summary>Adds one record; where that fails, nothing.</summary>
    public void Append(params ReadOnlySpan<LogEntry> entries)
    {
        if (_pieces[^1].Length >= PieceLength) _pieces.Add(new WireWriter());

        var piece = _pieces[^1];
        var start = piece.Length;
        LogFile.Write(piece, entries);
        Length += piece.Length - start;
    }

    /// <summary>Puts these bytes before those that are here.</summary>
    public void Prepend(LogBuffer earlier)
    {
        var all = new List<WireWriter>(earlier._pieces);
        foreach (var piece in _pieces)
        {
            if (all[^1].Length + piece.Length <= PieceLength) all[^1].Bytes(piece.Written.Span);
            else all.Add(piece);
        }

        _pieces.Clear();
        _pieces.AddRange(all);
        Length += earlier.Length;
    }

    public void Clear()
    {
        _pieces.RemoveRange(1, _pieces.Count - 1);
        _pieces[0].Clear();
        Length = 0;
    }

    public void WriteTo(SafeFileHandle file, long offset)
    {
        foreach (var piece in _pieces)
        {
            RandomAccess.Write(file, piece.Written.Span, offset);
            offset += piece.Length;
        }
    }
}
