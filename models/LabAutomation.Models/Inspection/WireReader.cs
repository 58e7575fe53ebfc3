namespace LabAutomation.Models;

/// <summary>Reads the fields of one protocol-buffer message, the format of .onnx files, and skips what nobody asks for.</summary>
/// <param name="bytes">The message.</param>
/// <param name="start">Where in the file it begins, for what is said about a broken one.</param>
internal ref struct WireReader(ReadOnlySpan<byte> bytes, int start)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>Of a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>Of text, bytes or an inner message.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    public readonly string Text => System.Text.Encoding.UTF8.GetString(Content);

    /// <summary>The inner message that was read last.</summary>
    public readonly WireReader Inner => new(Content, start + _at - Content.Length);

    /// <exception cref="ModelException">The bytes end too soon, or are no message.</exception>
    public bool Next()
    {
        if (_at == _bytes.Length) return false;
        var tag = Varint();
        Field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0: Number = Varint(); break;
            case 1: Content = Take(8); break;
            case 2: Content = Take(Varint()); break;
            case 5: Content = Take(4); break;
            default: throw new ModelException($"byte {start + _at - 1} is no part of an ONNX file");
        }

        if (Field == 0) throw new ModelException($"byte {start + _at - 1} is no part of an ONNX file");
        return true;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_at == _bytes.Length) throw Truncated(1);
            var next = _bytes[_at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }

        throw new ModelException($"byte {start + _at - 1} is no part of an ONNX file");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_bytes.Length - _at)) throw Truncated(length - (ulong)(_bytes.Length - _at));
        var taken = _bytes.Slice(_at, (int)length);
        _at += (int)length;
        return taken;
    }

    private readonly ModelException Truncated(ulong missing) => new($"it ends {missing} bytes too soon, in field {Field} at byte {start + _at}: the file is truncated, or is no ONNX file");
}
