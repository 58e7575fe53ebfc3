using System.Buffers.Binary;
using System.Text.Json;

namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>
/// Patches with the classical finder's word on each pixel, kept to train a network further: the latest so many. models/training/bragg_peaks.py reads the folder that they are written to.
/// Safe for one that adds and one that writes.
/// </summary>
/// <param name="most">Patches that are kept.</param>
internal sealed class LabelledPatches(int most)
{
    /// <summary>What the labels say of a pixel: no peak, a peak, or nothing, where the finder cannot tell.</summary>
    private const byte Peak = 1, Unsaid = 2;

    /// <summary>Pixels around a peak's top, and around what may be a faint peak, of which nothing is said.</summary>
    private const int AroundPeak = 3, AroundFaint = 2;

    private static readonly ClassicalLabeller Faint = new(3);

    private readonly Lock _gate = new();
    private readonly float[] _values = new float[most * IPeakLabeller.Area];
    private readonly byte[] _labels = new byte[most * IPeakLabeller.Area];
    private long _added;

    /// <summary>Patches that are there.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return (int)Math.Min(_added, most);
        }
    }

    public void Add(ReadOnlySpan<float> patches, ReadOnlySpan<float> shares)
    {
        lock (_gate)
        {
            for (var at = 0; at < patches.Length; at += IPeakLabeller.Area)
            {
                var place = (int)(_added++ % most) * IPeakLabeller.Area;
                patches.Slice(at, IPeakLabeller.Area).CopyTo(_values.AsSpan(place));
                Mark(patches.Slice(at, IPeakLabeller.Area), shares.Slice(at, IPeakLabeller.Area), _labels.AsSpan(place, IPeakLabeller.Area));
            }
        }
    }

    /// <summary>Writes patches.json, which says what is there, and the numbers beside it: values of 32 bits (IEEE 754) and labels of 8, [count, side, side], the low byte first.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        lock (_gate)
        {
            var count = (int)Math.Min(_added, most);
            var values = new byte[count * IPeakLabeller.Area * sizeof(float)];
            for (var i = 0; i < count * IPeakLabeller.Area; i++) BinaryPrimitives.WriteSingleLittleEndian(values.AsSpan(i * sizeof(float)), _values[i]);
            File.WriteAllBytes(Path.Combine(folder, "values.f32"), values);
            File.WriteAllBytes(Path.Combine(folder, "labels.u8"), _labels.AsSpan(0, count * IPeakLabeller.Area));
            File.WriteAllText(Path.Combine(folder, "patches.json"), JsonSerializer.Serialize(new { side = IPeakLabeller.Side, count, values = "values.f32", labels = "labels.u8", unsaid = Unsaid, labelled = "by the classical finder" }));
        }
    }

    /// <summary>What stands out is only the top of a peak, and what does not may be a faint one: a network must not be taught that those pixels are none.</summary>
    private static void Mark(ReadOnlySpan<float> patch, ReadOnlySpan<float> shares, Span<byte> labels)
    {
        Span<float> faint = stackalloc float[IPeakLabeller.Area];
        Faint.Label(patch, faint);
        labels.Clear();
        for (var i = 0; i < labels.Length; i++)
        {
            if (shares[i] >= 0.5f) Unsay(labels, i, AroundPeak);
            else if (faint[i] >= 0.5f) Unsay(labels, i, AroundFaint);
        }

        for (var i = 0; i < labels.Length; i++)
        {
            if (shares[i] >= 0.5f) labels[i] = Peak;
        }
    }

    private static void Unsay(Span<byte> labels, int pixel, int reach)
    {
        const int side = IPeakLabeller.Side;
        var (x, y) = (pixel % side, pixel / side);
        for (var row = Math.Max(0, y - reach); row <= Math.Min(side - 1, y + reach); row++)
            labels[((row * side) + Math.Max(0, x - reach))..((row * side) + Math.Min(side - 1, x + reach) + 1)].Fill(Unsaid);
    }
}
