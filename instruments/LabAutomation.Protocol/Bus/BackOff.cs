namespace LabAutomation.Protocol;

/// <summary>How long to wait before the next attempt: doubling from 100 ms up to 2 s.</summary>
internal struct BackOff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private int _failures;

    /// <summary>Whether the latest failure is worth a line in the log: the first, second, fourth, eighth…</summary>
    public readonly bool IsNotable => int.IsPow2(_failures);

    public TimeSpan Next()
    {
        var delay = First * Math.Pow(2, Math.Min(_failures, 16));
        _failures++;
        return delay < Longest ? delay : Longest;
    }

    public void Reset() => _failures = 0;
}
