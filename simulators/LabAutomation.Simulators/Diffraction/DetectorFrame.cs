namespace LabAutomation.Simulators.Diffraction;

/// <summary>One exposure.</summary>
/// <param name="Number">Of the pulse, from 1.</param>
/// <param name="Counts">Row after row, height × width; 0 in gaps between panels and in dead pixels.</param>
/// <param name="Peaks">The truth: every reflection whose middle lies on a pixel that counts. Empty where the pulse met no crystal.</param>
public sealed record DetectorFrame(long Number, DetectorGeometry Geometry, ushort[] Counts, IReadOnlyList<BraggPeak> Peaks)
{
    /// <summary>The counts as they are sent: 16 bits each, the low byte first.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[2 * Counts.Length];
        for (var i = 0; i < Counts.Length; i++) System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), Counts[i]);
        return bytes;
    }
}
