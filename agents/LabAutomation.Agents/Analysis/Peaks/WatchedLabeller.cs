namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>
/// A network decides as long as its scores are distributed as they were. Once they are not, it is not trusted any more: the classical finder's rule decides, and what it says is handed on for
/// training, until another version of the network is current.
/// </summary>
/// <param name="network">Its version may change at any time.</param>
/// <param name="classical">Decides while the network is not trusted.</param>
/// <param name="notice">Called when trust ends and when it begins again.</param>
/// <param name="relabelled">Gets the patches and shares of each batch that the classical rule has decided.</param>
internal sealed class WatchedLabeller(NetworkLabeller network, ClassicalLabeller classical, Action<DriftNotice> notice, LabelledPatches? relabelled = null) : IPeakLabeller
{
    /// <summary>Candidates of which the watch takes the mean doubt, so that one frame counts for little.</summary>
    private const int Block = 64;

    private ChangeDetector _watch = new(DriftNotice.FalseAlarm);
    private string _version = network.Version;
    private double _usual;
    private double _doubt;
    private int _seen;

    /// <summary>Whether the network decides.</summary>
    public bool IsTrusted { get; private set; } = true;

    /// <summary>The version of the network that decided last, or null where the classical rule did.</summary>
    public string? Decided { get; private set; } = network.Version;

    public void Label(ReadOnlySpan<float> patches, Span<float> shares)
    {
        if (network.Version != _version) Renew();
        Decided = IsTrusted ? _version : null;
        if (IsTrusted)
        {
            network.Label(patches, shares);
            Watch(shares[..patches.Length]);
            return;
        }

        classical.Label(patches, shares);
        relabelled?.Add(patches, shares);
    }

    private void Renew()
    {
        _version = network.Version;
        (_watch, _doubt, _seen) = (new ChangeDetector(DriftNotice.FalseAlarm), 0, 0);
        if (IsTrusted) return;
        IsTrusted = true;
        notice(new DriftNotice(IsTrusted: true, _version, _usual, _usual));
    }

    private void Watch(ReadOnlySpan<float> shares)
    {
        for (var at = 0; at < shares.Length && IsTrusted; at += IPeakLabeller.Area)
        {
            // 1 where the network cannot tell, 0 where it is sure: unlike the share it does not depend on how many crystals are hit.
            var share = Patches.Score(shares.Slice(at, IPeakLabeller.Area));
            _doubt += 4 * share * (1 - share);
            if (++_seen < Block) continue;
            var doubt = Math.Clamp(_doubt / Block, 0, 1);
            (_doubt, _seen) = (0, 0);
            var usual = _watch.Mean;
            if (!_watch.Add(doubt)) continue;
            (IsTrusted, _usual) = (false, usual);
            notice(new DriftNotice(IsTrusted: false, _version, usual, _watch.Mean));
        }
    }
}
