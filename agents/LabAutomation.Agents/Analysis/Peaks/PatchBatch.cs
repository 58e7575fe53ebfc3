namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>The candidates of one or several frames, labelled together: a few of many frames cost no more than many of one.</summary>
/// <param name="size">Candidates that go through the labeller in one call, at most; once so many are there, no further frame is taken.</param>
internal sealed class PatchBatch(int size)
{
    private readonly List<Patches> _frames = [];
    private float[] _values = [];
    private float[] _shares = [];
    private int _count;

    public bool IsFull => _count >= size * IPeakLabeller.Area;

    public void Add(Patches patches)
    {
        _frames.Add(patches);
        if (_values.Length < _count + patches.Values.Length) Array.Resize(ref _values, 2 * (_count + patches.Values.Length));
        patches.Values.CopyTo(_values.AsSpan(_count));
        _count += patches.Values.Length;
    }

    public void Label(IPeakLabeller labeller)
    {
        if (_shares.Length < _count) _shares = new float[_values.Length];
        for (var at = 0; at < _count; at += size * IPeakLabeller.Area)
        {
            var length = Math.Min(size * IPeakLabeller.Area, _count - at);
            labeller.Label(_values.AsSpan(at, length), _shares.AsSpan(at, length));
        }
    }

    /// <summary>What was found on each frame, in the order in which they were added; afterwards the batch is empty.</summary>
    /// <param name="done">Gets the patches of each frame back.</param>
    public IEnumerable<FramePeaks> Take(float atLeast, Action<Patches> done)
    {
        var at = 0;
        foreach (var patches in _frames)
        {
            var peaks = new FramePeaks(patches.Frame, patches.Peaks(_shares.AsSpan(at, patches.Values.Length), atLeast), patches.Candidates.Count);
            at += patches.Values.Length;
            done(patches);
            yield return peaks;
        }

        _frames.Clear();
        _count = 0;
    }
}
