namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>How the frames are shared out: every family has its least, and those that are quick take what is left, so that the slowest line does not decide how long it takes.</summary>
/// <param name="total">Of all families.</param>
/// <param name="least">Of each.</param>
internal sealed class FramePool(int total, int least)
{
    private readonly Dictionary<string, long> _had = new(StringComparer.Ordinal);

    /// <param name="had">Frames that this family has had.</param>
    public bool Wants(string family, long had)
    {
        lock (_had)
        {
            _had[family] = had;
            return had < least || _had.Values.Sum() < total;
        }
    }
}
