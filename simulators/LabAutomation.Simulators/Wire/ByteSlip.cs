namespace LabAutomation.Simulators.Wire;

/// <summary>One byte that goes wrong on a line, once, as by a disturbance or by a receiver that was late.</summary>
/// <param name="At">Which byte of the answer, from 0; its last one where it is not that long.</param>
/// <param name="Answer">Answers that come whole before, 0 or more.</param>
public sealed record ByteSlip(ByteSlipKind Kind, int At, int Answer = 0)
{
    /// <param name="answer">At least one byte.</param>
    internal byte[] On(byte[] answer)
    {
        var at = Math.Clamp(At, 0, answer.Length - 1);
        return Kind switch
        {
            ByteSlipKind.Lost => [.. answer[..at], .. answer[(at + 1)..]],
            ByteSlipKind.Doubled => [.. answer[..(at + 1)], .. answer[at..]],
            ByteSlipKind.Inserted => [.. answer[..at], Other(answer[at]), .. answer[at..]],
            _ => [.. answer[..at], Other(answer[at]), .. answer[(at + 1)..]],
        };
    }

    /// <summary>A digit for a digit, since that is what nobody can see; else the same with its lowest bit turned.</summary>
    private static byte Other(byte value) => value switch
    {
        (byte)'0' => (byte)'9',
        > (byte)'0' and <= (byte)'9' => (byte)(value - 1),
        _ => (byte)(value ^ 1),
    };
}

/// <summary>What becomes of the byte.</summary>
public enum ByteSlipKind
{
    Lost,

    /// <summary>It comes twice.</summary>
    Doubled,

    /// <summary>Another one comes before it: a digit before a digit.</summary>
    Inserted,

    /// <summary>Another one comes in its place: a digit for a digit.</summary>
    Changed,
}
