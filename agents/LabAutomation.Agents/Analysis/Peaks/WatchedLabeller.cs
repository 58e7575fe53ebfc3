using LabAutomation.Models;

namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>
/// A network decides as long as its scores are distributed as they were. Once they are not, it is not trusted any more: the classical finder's rule decides, and what it says is handed on for
/// training. Another version is on trial first: it decides when it sees the peaks that the rule sees, and not many times as many.
/// </summary>
/// <param name="network">Its version may change at any time.</param>
/// <param name="classical">Decides while the network is not trusted.</param>
/// <param name="notice">Called when trust ends and when it begins again.</param>
/// <param name="relabelled">Gets the patches and shares of each batch that the classical rule has decided.</param>
internal sealed class WatchedLabeller(NetworkLabeller network, ClassicalLabeller classical, Action<DriftNotice> notice, LabelledPatches? relabelled = null) : IPeakLabeller
{
    /// <summary>Candidates of which the watch takes the mean doubt, so that one frame counts for little.</summary>
    private const int Block = 64;

    /// <summary>Peaks of the classical rule by which another version is judged.</summary>
    private const int Trial = 200;

    /// <summary>The share of them that it has to see, and how many times as many peaks it may see in all: it is to find fainter ones, and not to take everything for a peak.</summary>
    private const double AtLeast = 0.9, AtMost = 4;

    private ChangeDetector _watch = new(DriftNotice.FalseAlarm);
    private string _version = network.Version;
    private double _usual;
    private double _doubt;
    private int _seen;
    private bool _isOnTrial;
    private (int Rule, int Both, int Network) _trial;
    private float[] _tried = [];

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
        if (_isOnTrial) Try(patches, shares);
    }

    private void Renew()
    {
        _version = network.Version;
        (_watch, _doubt, _seen) = (new ChangeDetector(DriftNotice.FalseAlarm), 0, 0);
        (_isOnTrial, _trial) = (!IsTrusted, default);
    }

    /// <param name="shares">What the classical rule said of them.</param>
    private void Try(ReadOnlySpan<float> patches, ReadOnlySpan<float> shares)
    {
        if (_tried.Length < patches.Length) _tried = new float[patches.Length];
        try
        {
            network.Label(patches, _tried);
        }
        catch (ModelException)
        {
            // What it fails on it does not see.
            _tried.AsSpan().Clear();
        }

        for (var at = 0; at < patches.Length; at += IPeakLabeller.Area)
        {
            var (rule, its) = (IsPeak(shares.Slice(at, IPeakLabeller.Area)), IsPeak(_tried.AsSpan(at, IPeakLabeller.Area)));
            _trial = (_trial.Rule + (rule ? 1 : 0), _trial.Both + (rule && its ? 1 : 0), _trial.Network + (its ? 1 : 0));
        }

        if (_trial.Rule < Trial) return;
        _isOnTrial = false;
        IsTrusted = _trial.Both >= AtLeast * _trial.Rule && _trial.Network <= AtMost * _trial.Rule;
        notice(new DriftNotice(IsTrusted, _version, _usual, _usual) { Found = (double)_trial.Both / _trial.Rule, Times = (double)_trial.Network / _trial.Rule });
    }

    private static bool IsPeak(ReadOnlySpan<float> share) => Patches.Score(share) >= PeakAnalyst.AtLeast;

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
