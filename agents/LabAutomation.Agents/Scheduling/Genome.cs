namespace LabAutomation.Agents.Scheduling;

/// <summary>What <see cref="OrderSearch"/> changes: the order of jobs and, by task, how a batch is kept open and which way is taken.</summary>
internal sealed class Genome(int[] order, long[] waits, long[] opens, int[] preferred)
{
    public int[] Order => order;

    public long[] Waits => waits;

    public long[] Opens => opens;

    public int[] Preferred => preferred;

    public double Score { get; set; }

    public Genome Copy() => new([.. order], [.. waits], [.. opens], [.. preferred]) { Score = Score };

    public void Become(Genome other)
    {
        other.Order.CopyTo(order, 0);
        other.Waits.CopyTo(waits, 0);
        other.Opens.CopyTo(opens, 0);
        other.Preferred.CopyTo(preferred, 0);
        Score = other.Score;
    }
}
