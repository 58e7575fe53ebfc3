using LabAutomation.Models;

namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>The candidates of one or several frames, labelled together: a few of many frames cost no more than many of one.</summary>
/// <param name="size">Candidates that go through the labeller in one call, at most; once so many are there, no further frame is taken.</param>
internal sealed class PatchBatch(int size)
{
    private readonly List<Patches> _frames = [];
    private readonly Dictionary<int, string?> _failures = [];
    private readonly Dictionary<int, string?> _flags = [];
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

    /// <summary>Labels them together. Where the labeller fails, each frame's alone: only those on which it fails again have no peaks.</summary>
    public void Label(IPeakLabeller labeller)
    {
        if (_shares.Length < _count) _shares = new float[_values.Length];
        var isWhole = TryLabel(labeller, 0, _count) is null;
        for (var (k, at) = (0, 0); k < _frames.Count; at += _frames[k++].Values.Length)
        {
            var length = _frames[k].Values.Length;
            if (!isWhole) _failures[k] = TryLabel(labeller, at, length);
            _flags[k] = labeller.Flag(_values.AsSpan(at, length), _shares.AsSpan(at, length));
        }
    }

    /// <summary>What was found on each frame, in the order in which they were added; afterwards the batch is empty.</summary>
    /// <param name="done">Gets the patches of each frame back.</param>
    public IEnumerable<FramePeaks> Take(float atLeast, Action<Patches> done)
    {
        var at = 0;
        for (var k = 0; k < _frames.Count; k++)
        {
            var patches = _frames[k];
            var failure = patches.Refusal ?? _failures.GetValueOrDefault(k);
            var peaks = failure is null ? patches.Peaks(_shares.AsSpan(at, patches.Values.Length), atLeast) : [];
            var found = new FramePeaks(patches.Frame, peaks, patches.Candidates.Count) { Failure = failure, Flag = failure is null ? _flags.GetValueOrDefault(k) : null };
            at += patches.Values.Length;
            done(patches);
            yield return found;
        }

        _frames.Clear();
        _failures.Clear();
        _flags.Clear();
        _count = 0;
    }

    /// <returns>Why the labeller failed, or null.</returns>
    private string? TryLabel(IPeakLabeller labeller, int first, int length)
    {
        try
        {
            for (var at = 0; at < length; at += size * IPeakLabeller.Area)
            {
                var some = Math.Min(size * IPeakLabeller.Area, length - at);
                labeller.Label(_values.AsSpan(first + at, some), _shares.AsSpan(first + at, some));
            }

            return null;
        }
        catch (ModelException error)
        {
            return error.Message;
        }
    }
}
