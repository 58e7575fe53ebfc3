using System.Globalization;
using LabAutomation.Models;

namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>
/// A network decides as long as its scores are usual and it sees what the classical finder's rule sees. Otherwise the rule decides, and what it says is handed on for training, until the scores are
/// usual again over a stretch of the rule's peaks. Every further version is on trial first: it labels beside the rule, which decides meanwhile.
/// </summary>
/// <remarks>Usual is what the card says; where it says nothing, what the first frames show.</remarks>
/// <param name="network">Its version may change at any time.</param>
/// <param name="classical">Decides while the network is not trusted.</param>
/// <param name="notice">Called when trust ends, when a version is on trial, and with what came of that.</param>
/// <param name="measures">What the network says is taken for usual, so that it can stand in the card, and is not judged.</param>
/// <param name="relabelled">Gets the patches and shares of each batch that the classical rule has decided since drift was seen.</param>
internal sealed class WatchedLabeller(NetworkLabeller network, ClassicalLabeller classical, Action<DriftNotice> notice, LabelledPatches? relabelled = null, bool measures = false) : IPeakLabeller
{
    /// <summary>Peaks of the classical rule by which a network is judged.</summary>
    public const int Stretch = 8 * UsualScores.Block;

    /// <summary>How many times as many peaks as the rule it may see in all: it is to find fainter ones, and not to take everything for a peak.</summary>
    private const double AtMost = 4;

    /// <summary>Another version has to see such a share of the rule's peaks, or this times the share that was seen before: in a weak beam the surest network leaves many out.</summary>
    private const double AsMany = 0.9;

    /// <summary>Standard deviations of blocks that count as usual where the card does not say what is.</summary>
    private const double Wide = 3;

    private readonly Agreement _block = new();
    private readonly Agreement _stretch = new();
    private ChangeDetector _watch = new(DriftNotice.FalseAlarm);
    private string _version = network.Card.Version;
    private UsualScores? _said = UsualScores.Of(network.Card);
    private UsualScores? _usual = UsualScores.Of(network.Card);
    private double? _found;
    private bool _isOnTrial;
    private bool _hasDrifted;
    private float[] _others = [];

    /// <summary>Whether the network decides.</summary>
    public bool IsTrusted { get; private set; } = true;

    /// <summary>The version of the network that decided last, or null where the classical rule did.</summary>
    public string? Decided { get; private set; } = network.Card.Version;

    /// <summary>Within which bounds the blocks lie that the network has decided; null before the first.</summary>
    public UsualScores? Seen { get; private set; }

    /// <summary>How many there were, of <see cref="UsualScores.Block"/> peaks each.</summary>
    public int Blocks { get; private set; }

    public void Label(ReadOnlySpan<float> patches, Span<float> shares)
    {
        if (_others.Length < patches.Length) _others = new float[patches.Length];
        if (network.Card.Version != _version) Renew();
        if (IsTrusted)
        {
            network.Label(patches, shares);
            if (network.LabelledBy == _version)
            {
                Decided = _version;
                classical.Label(patches, _others);
                Judge(_others.AsSpan(0, patches.Length), shares);
                return;
            }

            // It was swapped in this very moment.
            Renew();
        }

        Decided = null;
        classical.Label(patches, shares);
        if (_hasDrifted) relabelled?.Add(patches, shares);
        Try(patches);
        Judge(shares, _others.AsSpan(0, patches.Length));
    }

    public string? Flag(ReadOnlySpan<float> patches, ReadOnlySpan<float> shares) => Decided is null ? null : network.Flag(patches, shares);

    private void Renew()
    {
        _version = network.Card.Version;
        _usual = _said = UsualScores.Of(network.Card);
        Begin(isTrusted: false);
        _isOnTrial = true;
        notice(new DriftNotice(DriftNotice.About.Trial, _version, $"it labels beside the classical finder, which decides until {Stretch} of its peaks have shown whether the version sees them"));
    }

    private void Begin(bool isTrusted)
    {
        (IsTrusted, _isOnTrial, _watch) = (isTrusted, false, new ChangeDetector(DriftNotice.FalseAlarm));
        _block.Clear();
        _stretch.Clear();
    }

    private void Try(ReadOnlySpan<float> patches)
    {
        try
        {
            network.Label(patches, _others);
        }
        catch (ModelException)
        {
            // What it fails on it does not see.
            _others.AsSpan(0, patches.Length).Clear();
        }
    }

    private void Judge(ReadOnlySpan<float> rule, ReadOnlySpan<float> its)
    {
        for (var at = 0; at < rule.Length; at += IPeakLabeller.Area)
        {
            _block.Add(rule.Slice(at, IPeakLabeller.Area), its.Slice(at, IPeakLabeller.Area));
            if (_block.Rule < UsualScores.Block && _block.Network < AtMost * Stretch) continue;
            _stretch.Add(_block);
            if (IsTrusted) Watch();
            _block.Clear();
            if (_stretch.Rule < Stretch && _stretch.Network < AtMost * Stretch) continue;
            if (IsTrusted) Doubt();
            else Trust();
            _stretch.Clear();
        }
    }

    /// <summary>Where the card does not say what is usual, the doubt is held against what it was.</summary>
    private void Watch()
    {
        (Seen, Blocks) = (UsualScores.Joined(Seen, UsualScores.Of(_block)), Blocks + 1);
        if (measures || _said is not null) return;
        if (!_watch.Add(_block.Doubt)) return;
        var ((usual, deviation), now) = (_watch.Before, _watch.Mean);
        _usual = new UsualScores((usual - (Wide * deviation), usual + (Wide * deviation)), null);
        Distrust(string.Create(CultureInfo.InvariantCulture, $"its doubt was {usual:0.000} and is {now:0.000}"));
    }

    private void Doubt()
    {
        if (measures) return;
        if (Fault(PeakAnalyst.FewestSeen) is { } fault) Distrust(fault);
        else if (_said?.Strange(_stretch) is { } strange) Distrust(strange);
        else _found = _stretch.Found;
    }

    private void Distrust(string why)
    {
        Begin(isTrusted: false);
        _hasDrifted = true;
        notice(new DriftNotice(DriftNotice.About.Drift, _version, why));
    }

    private void Trust()
    {
        var atLeast = Math.Max(PeakAnalyst.FewestSeen, _found is { } before ? AsMany * before : _isOnTrial ? AsMany : 0);
        if ((Fault(atLeast) ?? _usual?.Strange(_stretch)) is { } why)
        {
            if (_isOnTrial) notice(new DriftNotice(DriftNotice.About.Refused, _version, why));
            _isOnTrial = false;
            return;
        }

        (_found, _usual, _hasDrifted) = (_stretch.Found, _said, false);
        var seen = string.Create(CultureInfo.InvariantCulture, $"it sees {_stretch.Found:P0} of the classical finder's peaks, and {_stretch.Times:0.0} times as many in all");
        Begin(isTrusted: true);
        notice(new DriftNotice(DriftNotice.About.Trusted, _version, seen));
    }

    /// <returns>What speaks against the network whatever is usual.</returns>
    private string? Fault(double atLeast) =>
        _stretch.Times > AtMost ? string.Create(CultureInfo.InvariantCulture, $"it sees {_stretch.Times:0.0} times as many peaks as the classical finder, and {AtMost:0} times are the most")
        : _stretch.Found < atLeast ? string.Create(CultureInfo.InvariantCulture, $"it sees {_stretch.Found:P0} of the classical finder's peaks, and {atLeast:P0} are the least")
        : null;
}
