namespace LabAutomation.Agents.Scheduling;

/// <summary>A resource that does one thing after the other: a task, or a batch of tasks that start and end together. Between two settings it needs time.</summary>
/// <param name="isSetUpInTask">Whether that is part of what the tasks are booked for.</param>
internal sealed class Sequence(int capacity, bool isBatch, long setUp, bool isSetUpInTask, long now, string? settingAtFirst) : ITrack
{
    private long[] _start = new long[8];
    private long[] _end = new long[8];
    private int[] _members = new int[8];
    private string?[] _setting = new string?[8];

    /// <summary>By how much each may end later.</summary>
    private long[] _over = new long[8];
    private int _count;

    public long Earliest(long from, long opening, long duration, int amount, string? setting)
    {
        var first = FirstEndingAfter(from);
        var gap = Gap(first, Math.Max(from, opening), duration, setting);
        if (!isBatch) return gap;
        for (var index = first; index < _count && _start[index] < gap; index++)
            if (_start[index] >= from && CanJoin(index, duration, amount, setting)) return _start[index];
        return gap;
    }

    public long Change(long at, string? setting) => isSetUpInTask ? SetUp(SettingBefore(FirstEndingAfter(at)), setting) : 0;

    public void Book(long from, long until, int amount, string? setting, long over)
    {
        var index = FirstEndingAfter(from);
        if (index < _count && _start[index] < until)
        {
            _members[index] += amount;
            _over[index] = Math.Max(_over[index], over);
            return;
        }

        Insert(index, from, until, isBatch ? amount : capacity, setting, over);
    }

    public void Release(long from, long until, int amount)
    {
        var index = FirstEndingAfter(from);
        if (isBatch && (_members[index] -= amount) > 0) return;
        Remove(index, 1);
    }

    public void Close(long from, long until) => Occupy(from, until, capacity, null, 0);

    public void Occupy(long from, long until, int amount, string? setting, long over)
    {
        var first = FirstEndingAfter(from);
        var last = first;
        for (; last < _count && _start[last] < until; last++)
        {
            over = Math.Max(over, _over[last]);
            (from, until) = (Math.Min(from, _start[last]), Math.Max(until, _end[last]));
            setting = _setting[last] ?? setting;
        }

        Remove(first, last - first);
        Insert(first, from, until, capacity, setting, over);
    }

    public long Latest(long from, long until, out long unsure)
    {
        var latest = from;
        unsure = long.MinValue;
        for (var index = FirstEndingAfter(from); index < _count && _end[index] <= until; index++)
        {
            if (_over[index] >= Ticks.Never) unsure = _end[index];
            else latest = Math.Max(latest, _end[index] + _over[index] + (_start[index] < from ? 0 : Math.Max(0, latest - _start[index])));
        }

        return latest;
    }

    public ITrack Copy()
    {
        var copy = new Sequence(capacity, isBatch, setUp, isSetUpInTask, now, settingAtFirst);
        copy.Restore(this);
        return copy;
    }

    public void Restore(ITrack copy)
    {
        var other = (Sequence)copy;
        while (_start.Length < other._count) Grow();
        Array.Copy(other._start, _start, other._count);
        Array.Copy(other._end, _end, other._count);
        Array.Copy(other._members, _members, other._count);
        Array.Copy(other._setting, _setting, other._count);
        Array.Copy(other._over, _over, other._count);
        _count = other._count;
    }

    private long Gap(int index, long from, long duration, string? setting)
    {
        while (true)
        {
            var start = Math.Max(from, (index > 0 ? _end[index - 1] : now) + (setUp > 0 && !isSetUpInTask ? SetUp(SettingBefore(index), setting) : 0));
            if (index == _count || start + duration <= _start[index] && LeavesRoom(index, start + duration, setting)) return start;
            index++;
        }
    }

    /// <summary>What comes after may need another set-up once this stands before it.</summary>
    private bool LeavesRoom(int index, long until, string? setting)
    {
        if (setUp == 0) return true;
        setting ??= SettingBefore(index);
        var next = index;
        while (next < _count && _setting[next] is null) next++;
        if (next == _count) return true;
        var change = SetUp(setting, _setting[next]);
        return isSetUpInTask ? change <= SetUp(SettingBefore(index), _setting[next]) : Math.Max(until, next > index ? _end[next - 1] : until) + change <= _start[next];
    }

    private long SetUp(string? from, string? to) => to is null || from == to ? 0 : setUp;

    private string? SettingBefore(int index)
    {
        while (--index >= 0)
            if (_setting[index] is { } setting) return setting;
        return settingAtFirst;
    }

    private bool CanJoin(int index, long duration, int amount, string? setting) =>
        _members[index] + amount <= capacity && _end[index] - _start[index] == duration && _setting[index] == setting;

    private int FirstEndingAfter(long at)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_end[middle] > at) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    private void Insert(int index, long from, long until, int members, string? setting, long over)
    {
        if (_count == _start.Length) Grow();
        Array.Copy(_start, index, _start, index + 1, _count - index);
        Array.Copy(_end, index, _end, index + 1, _count - index);
        Array.Copy(_members, index, _members, index + 1, _count - index);
        Array.Copy(_setting, index, _setting, index + 1, _count - index);
        Array.Copy(_over, index, _over, index + 1, _count - index);
        (_start[index], _end[index], _members[index], _setting[index], _over[index]) = (from, until, members, setting, over);
        _count++;
    }

    private void Remove(int index, int number)
    {
        _count -= number;
        Array.Copy(_start, index + number, _start, index, _count - index);
        Array.Copy(_end, index + number, _end, index, _count - index);
        Array.Copy(_members, index + number, _members, index, _count - index);
        Array.Copy(_setting, index + number, _setting, index, _count - index);
        Array.Copy(_over, index + number, _over, index, _count - index);
    }

    private void Grow()
    {
        var size = 2 * _start.Length;
        Array.Resize(ref _start, size);
        Array.Resize(ref _end, size);
        Array.Resize(ref _members, size);
        Array.Resize(ref _setting, size);
        Array.Resize(ref _over, size);
    }
}
