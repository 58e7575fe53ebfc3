namespace LabAutomation.Agents.Scheduling;

/// <summary>A capacity that several share: how much is in use is a staircase over time.</summary>
internal sealed class Pool(int capacity) : ITrack
{
    private long[] _from = [long.MinValue, 0, 0, 0];
    private int[] _used = [0, 0, 0, 0];
    private int _count = 1;

    public long Earliest(long from, long opening, long duration, int amount, string? setting)
    {
        var start = from;
        for (var step = StepAt(from); step < _count; step++)
        {
            if (_from[step] >= start + duration) break;
            if (_used[step] + amount > capacity) start = step + 1 < _count ? _from[step + 1] : Ticks.Never;
        }

        return start;
    }

    public long Change(long at, string? setting) => 0;

    /// <summary>When the last obstacle to the amount within the window is over; <paramref name="from"/> where there is none.</summary>
    public long Clear(long from, long until, int amount)
    {
        var clear = from;
        for (var step = StepAt(from); step < _count && _from[step] < until; step++)
            if (_used[step] + amount > capacity) clear = step + 1 < _count ? _from[step + 1] : Ticks.Never;
        return clear;
    }

    public void Book(long from, long until, int amount, string? setting, long over) => Add(from, until, amount);

    public void Release(long from, long until, int amount) => Add(from, until, -amount);

    public void Occupy(long from, long until, int amount, string? setting, long over) => Add(from, until, amount);

    public void Close(long from, long until) => Add(from, until, capacity);

    /// <summary>Who shares a capacity is not known any more once it is booked.</summary>
    public long Latest(long from, long until, out long unsure)
    {
        unsure = long.MinValue;
        return from;
    }

    public ITrack Copy()
    {
        var copy = new Pool(capacity);
        copy.Restore(this);
        return copy;
    }

    public void Restore(ITrack copy)
    {
        var other = (Pool)copy;
        if (_from.Length < other._count) (_from, _used) = (new long[other._from.Length], new int[other._from.Length]);
        Array.Copy(other._from, _from, other._count);
        Array.Copy(other._used, _used, other._count);
        _count = other._count;
    }

    private int StepAt(long at)
    {
        var index = Array.BinarySearch(_from, 0, _count, at);
        return index >= 0 ? index : ~index - 1;
    }

    private void Add(long from, long until, int amount)
    {
        if (from >= until) return;
        var first = Split(from);
        var last = Split(until);
        for (var step = first; step < last; step++) _used[step] += amount;
        Join(last);
        Join(first);
    }

    private int Split(long at)
    {
        var step = StepAt(at);
        if (_from[step] == at) return step;
        if (_count == _from.Length)
        {
            Array.Resize(ref _from, 2 * _count);
            Array.Resize(ref _used, 2 * _count);
        }

        step++;
        Array.Copy(_from, step, _from, step + 1, _count - step);
        Array.Copy(_used, step, _used, step + 1, _count - step);
        (_from[step], _used[step]) = (at, _used[step - 1]);
        _count++;
        return step;
    }

    private void Join(int step)
    {
        if (step == 0 || _used[step] != _used[step - 1]) return;
        Array.Copy(_from, step + 1, _from, step, _count - step - 1);
        Array.Copy(_used, step + 1, _used, step, _count - step - 1);
        _count--;
    }
}
