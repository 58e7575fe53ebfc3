namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>
/// How a network's scores stand to the classical rule's on the same candidates. For the doubt only the rule's peaks count: of what is no peak the network is never sure, so that the mean over all
/// candidates would tell how many crystals were hit.
/// </summary>
internal sealed class Agreement
{
    private double _doubt;
    private int _both;

    /// <summary>Peaks of the rule.</summary>
    public int Rule { get; private set; }

    /// <summary>Peaks of the network.</summary>
    public int Network { get; private set; }

    /// <summary>The mean doubt 4·s·(1 − s) of the network's shares s of the rule's peaks: 0 where it is sure, 1 where it cannot tell.</summary>
    public double Doubt => Rule == 0 ? 0 : _doubt / Rule;

    /// <summary>The share of the rule's peaks that the network sees.</summary>
    public double Found => Rule == 0 ? 0 : (double)_both / Rule;

    /// <summary>How many times as many peaks as the rule the network sees in all.</summary>
    public double Times => Network == 0 ? 0 : (double)Network / Rule;

    /// <param name="rule">Shares of one patch's pixels, as the rule says.</param>
    /// <param name="network">The same, as the network says.</param>
    public void Add(ReadOnlySpan<float> rule, ReadOnlySpan<float> network)
    {
        var (seen, share) = (Patches.Score(rule) >= PeakAnalyst.AtLeast, Patches.Score(network));
        var its = share >= PeakAnalyst.AtLeast;
        if (its) Network++;
        if (!seen) return;
        Rule++;
        if (its) _both++;
        _doubt += Math.Clamp(4 * share * (1 - share), 0, 1);
    }

    public void Add(Agreement other) => (Rule, Network, _both, _doubt) = (Rule + other.Rule, Network + other.Network, _both + other._both, _doubt + other._doubt);

    public void Clear() => (Rule, Network, _both, _doubt) = (0, 0, 0, 0);
}
