using System.Buffers.Binary;
using System.Text;
using LabAutomation.Simulators.Diffraction;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

/// <summary>Frames of a simulated detector as they come over a pipe.</summary>
internal static class FrameStreams
{
    public static byte[] Graymaps(DetectorFrame[] frames, int side = 256)
    {
        using var bytes = new MemoryStream();
        foreach (var frame in frames)
        {
            bytes.Write(Encoding.ASCII.GetBytes($"P5\n{side} {side}\n65535\n"));
            var samples = new byte[2 * frame.Counts.Length];
            for (var i = 0; i < frame.Counts.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(samples.AsSpan(2 * i), frame.Counts[i]);
            bytes.Write(samples);
        }

        return bytes.ToArray();
    }
}
