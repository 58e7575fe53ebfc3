namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>
/// Mean and standard deviation of the background as a function of the distance from the beam, peaks left out: what stands out by more than three standard deviations
/// is left out, three times over (the idea of "peakfinder8", Barty et al., J. Appl. Cryst. 47, 1118, 2014).
/// </summary>
internal sealed class RadialBackground
{
    /// <summary>The bin of a pixel that does not count.</summary>
    public const ushort Nowhere = 0;

    private const int Rounds = 3;
    private const double Clip = 3;

    private readonly ushort[] _bins;
    private readonly double[] _sum;
    private readonly double[] _squares;
    private readonly int[] _number;
    private readonly float[] _ceiling;

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

        (_sum, _squares, _number, _ceiling) = (new double[largest + 1], new double[largest + 1], new int[largest + 1], new float[largest + 1]);
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
        Array.Fill(_ceiling, float.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            Add(counts);
            for (var bin = 1; bin < Mean.Length; bin++)
            {
                if (_number[bin] == 0) continue;
                var mean = _sum[bin] / _number[bin];
                Mean[bin] = (float)mean;
                Deviation[bin] = (float)Math.Sqrt(Math.Max((_squares[bin] / _number[bin]) - (mean * mean), 1.0 / 12));
                _ceiling[bin] = (float)(mean + (Clip * Deviation[bin]));
            }
        }
    }

    private void Add(ReadOnlySpan<ushort> counts)
    {
        Array.Clear(_sum);
        Array.Clear(_squares);
        Array.Clear(_number);
        var bins = _bins.AsSpan(0, counts.Length);
        for (var i = 0; i < counts.Length; i++)
        {
            var (bin, count) = (bins[i], (double)counts[i]);
            if (count > _ceiling[bin]) continue;
            _sum[bin] += count;
            _squares[bin] += count * count;
            _number[bin]++;
        }
    }
}
