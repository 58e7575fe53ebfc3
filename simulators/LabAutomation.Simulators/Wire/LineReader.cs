using System.Text;

namespace LabAutomation.Simulators.Wire;

/// <summary>Cuts bytes into messages at a terminator. A message that grows beyond the limit is dropped and comes out as null.</summary>
/// <param name="terminator">The last byte of a message, which is left out of it.</param>
/// <param name="limit">Longest message, bytes.</param>
public sealed class LineReader(byte terminator, int limit)
{
    private readonly List<byte> pending = [];
    private bool overrun;

    /// <summary>The messages that these bytes complete, as Latin-1.</summary>
    public IReadOnlyList<string?> Feed(ReadOnlySpan<byte> bytes)
    {
        // Most come whole and alone.
        if (pending.Count == 0 && !overrun && bytes.Length > 0 && bytes.Length <= limit && bytes.IndexOf(terminator) == bytes.Length - 1) return [Encoding.Latin1.GetString(bytes[..^1])];
        var lines = new List<string?>();
        foreach (var value in bytes)
        {
            if (value == terminator)
            {
                lines.Add(overrun ? null : Encoding.Latin1.GetString(pending.ToArray()));
                Clear();
            }
            else if (pending.Count < limit)
            {
                pending.Add(value);
            }
            else
            {
                overrun = true;
            }
        }

        return lines;
    }

    /// <summary>Drops a message that is not complete.</summary>
    public void Clear()
    {
        pending.Clear();
        overrun = false;
    }
}
