namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>
/// Mean and standard deviation of the background as a function of the distance from the beam, peaks left out: what stands out by more than three standard deviations
/// is left out, three times over (the idea of "peakfinder8", Barty et al., J. Appl. Cryst. 47, 1118, 2014).
/// </summary>
internal sealed class RadialBackground
{
    /// <summary>The bin of a pixel that does not count.</summary>
    public const ushort Nowhere = 0;

    private const double Clip = 3;

    /// <summary>Pixels of a ring by which it is known where to clip.</summary>
    private const int Enough = 50;

    private readonly ushort[] _bins;
    private readonly Ring[] _rings;

    /// <param name="good">Whether a pixel counts, row after row.</param>
    public RadialBackground(int width, double centreX, double centreY, ReadOnlySpan<bool> good)
    {
        _bins = new ushort[good.Length];
        var largest = 0;
        for (var i = 0; i < good.Length; i++)
        {
            if (!good[i]) continue;
            _bins[i] = (ushort)(1 + double.Hypot((i % width) - centreX, (i / width) - centreY));
            largest = Math.Max(largest, _bins[i]);
        }

        _rings = new Ring[largest + 1];
        (Mean, Deviation) = (new float[largest + 1], new float[largest + 1]);
    }

    /// <summary>The bin of each pixel.</summary>
    public ReadOnlySpan<ushort> Bins => _bins;

    /// <summary>Counts, per bin.</summary>
    public float[] Mean { get; }

    /// <summary>Counts, per bin; at least that of rounding.</summary>
    public float[] Deviation { get; }

    public void Measure(ReadOnlySpan<ushort> counts)
    {
        for (var bin = 0; bin < _rings.Length; bin++) _rings[bin].Ceiling = ushort.MaxValue;

        // Where to clip first is known well enough from a part of the pixels, if there are many. Seven divides no usual width, so that the part has pixels of all columns.
        foreach (var step in (ReadOnlySpan<int>)[7, 1, 1])
        {
            Add(counts, step);
            for (var bin = 1; bin < _rings.Length; bin++)
            {
                ref var ring = ref _rings[bin];
                if (ring.Number == 0 || (step > 1 && ring.Number < Enough)) continue;
                var mean = (double)ring.Sum / ring.Number;
                Mean[bin] = (float)mean;
                Deviation[bin] = (float)Math.Sqrt(Math.Max(((double)ring.Squares / ring.Number) - (mean * mean), 1.0 / 12));
                ring.Ceiling = (int)Math.Min(mean + (Clip * Deviation[bin]), ushort.MaxValue);
            }
        }
    }

    private void Add(ReadOnlySpan<ushort> counts, int step)
    {
        foreach (ref var ring in _rings.AsSpan()) ring = new Ring { Ceiling = ring.Ceiling };
        var bins = _bins.AsSpan(0, counts.Length);
        var rings = _rings.AsSpan();
        for (var i = 0; i < counts.Length; i += step)
        {
            ref var ring = ref rings[bins[i]];
            var count = (long)counts[i];
            if (count > ring.Ceiling) continue;
            ring.Sum += count;
            ring.Squares += count * count;
            ring.Number++;
        }
    }

    /// <summary>What the pixels at one distance have, without those above the ceiling.</summary>
    private struct Ring
    {
        public long Sum;
        public long Squares;
        public int Number;
        public int Ceiling;
    }
}
