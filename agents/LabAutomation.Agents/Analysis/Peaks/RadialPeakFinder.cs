namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>
/// The classical finder: pixels that stand out of the background at their radius and touch (8 neighbours) are a peak, and the middle of what they have above it is its place.
/// It needs no training, makes the labels for networks that do, and is what those are measured against. One owner at a time.
/// </summary>
internal sealed class RadialPeakFinder
{
    /// <summary>Pixels around the brightest one that count for the place.</summary>
    private const int Window = 3;

    private readonly int _width;
    private readonly int _height;
    private readonly PeakFinderOptions _options;
    private readonly float[] _thresholds;
    private readonly List<int> _outstanding = [];
    private readonly int[] _visit;
    private readonly Stack<int> _front = new();
    private readonly List<int> _region = [];
    private int _frame;

    /// <param name="good">Whether a pixel counts, row after row, width × height.</param>
    public RadialPeakFinder(int width, int height, double centreX, double centreY, ReadOnlySpan<bool> good, PeakFinderOptions options)
    {
        if (good.Length != width * height) throw new ArgumentException($"the mask has {good.Length} pixels; {width} × {height} are {width * height}", nameof(good));
        (_width, _height, _options) = (width, height, options);
        Background = new RadialBackground(width, centreX, centreY, good);
        _thresholds = new float[Background.Mean.Length];
        _visit = new int[good.Length];
    }

    /// <summary>Of the frame that was looked at last.</summary>
    public RadialBackground Background { get; }

    /// <summary>The peaks of a frame, from top to bottom.</summary>
    /// <param name="counts">Row after row, width × height.</param>
    /// <exception cref="AnalysisException">The frame has another size, or too many peaks.</exception>
    public List<FoundPeak> Find(ReadOnlySpan<ushort> counts)
    {
        if (counts.Length != _visit.Length) throw new AnalysisException($"the frame has {counts.Length} pixels; {_width} × {_height} are {_visit.Length}");
        Background.Measure(counts);
        for (var bin = 1; bin < _thresholds.Length; bin++) _thresholds[bin] = (float)(Background.Mean[bin] + (_options.Threshold * Background.Deviation[bin]));
        _thresholds[RadialBackground.Nowhere] = float.MaxValue;
        Scan(counts);
        _frame++;
        var peaks = new List<FoundPeak>();
        foreach (var pixel in _outstanding)
        {
            if (_visit[pixel] == _frame) continue;
            Fill(pixel, counts);
            if (_region.Count < _options.FewestPixels || _region.Count > _options.MostPixels) continue;
            if (peaks.Count == _options.MostPeaks) throw new AnalysisException($"more than {_options.MostPeaks} places of the frame stand out of its background, and so many are the most that are looked at");
            peaks.Add(Peak(counts));
        }

        return peaks;
    }

    private void Scan(ReadOnlySpan<ushort> counts)
    {
        _outstanding.Clear();
        var bins = Background.Bins[..counts.Length];
        var thresholds = _thresholds;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > thresholds[bins[i]]) _outstanding.Add(i);
        }
    }

    /// <summary>Everything that stands out and touches.</summary>
    private void Fill(int start, ReadOnlySpan<ushort> counts)
    {
        _region.Clear();
        _visit[start] = _frame;
        _front.Push(start);
        while (_front.TryPop(out var pixel))
        {
            _region.Add(pixel);
            var (x, y) = (pixel % _width, pixel / _width);
            for (var row = Math.Max(0, y - 1); row <= Math.Min(_height - 1, y + 1); row++)
            {
                for (var column = Math.Max(0, x - 1); column <= Math.Min(_width - 1, x + 1); column++)
                {
                    var next = (row * _width) + column;
                    if (_visit[next] == _frame || !(counts[next] > _thresholds[Background.Bins[next]])) continue;
                    _visit[next] = _frame;
                    _front.Push(next);
                }
            }
        }
    }

    private FoundPeak Peak(ReadOnlySpan<ushort> counts)
    {
        var brightest = _region[0];
        var score = 0.0;
        foreach (var pixel in _region)
        {
            if (counts[pixel] > counts[brightest]) brightest = pixel;
            var bin = Background.Bins[pixel];
            score += (counts[pixel] - Background.Mean[bin]) / Background.Deviation[bin];
        }

        var (x, y, total) = Centroid.Of(counts, Background, brightest, _width, _height, Window);
        return new FoundPeak(x, y, total, score / Math.Sqrt(_region.Count));
    }
}
