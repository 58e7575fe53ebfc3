using System.Globalization;
using LabAutomation.Models;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>Frames of an exposure to how many of them are hits and how many peaks a frame has, as a network labels them.</summary>
/// <param name="model">Labels candidates, as <see cref="NetworkLabeller"/> says.</param>
/// <param name="hit">Peaks that make a frame a hit.</param>
internal sealed class PeakAnalyst(NamedModel model, int hit)
{
    /// <summary>Frames by which stuck pixels are told from others.</summary>
    public const int FewestFrames = 4;

    /// <summary>What the network is asked about: a faint peak stands out little, and in several pixels at once. Of rules with as many candidates this one leaves the network the most to find.</summary>
    internal static readonly PeakFinderOptions Candidates = new() { Threshold = 2.5, FewestPixels = 4, MostPeaks = 4096 };

    /// <summary>The share in a peak that a candidate must have: less than one in ten empty frames then has one.</summary>
    internal const float AtLeast = 0.92f;

    /// <summary>The share of the classical finder's peaks that a network has to see at least, whatever its card says: in the weakest beam the one that comes with the lab sees a fifth of them.</summary>
    internal const double FewestSeen = 0.1;

    /// <summary>Standard deviations at which the classical finder's rule sees a peak, beside which a network is watched.</summary>
    internal const float Classical = 6;

    private readonly NetworkLabeller _labeller = new(model);
    private readonly ClassicalLabeller _classical = new(Classical);
    private readonly List<string> _notices = [];

    /// <summary>What was outside the range for which the network is made, the first time; null where nothing was.</summary>
    public string? Flag { get; private set; }

    /// <summary>What speaks against the quantities: frames that are left out, and scores that are not usual; null where nothing does.</summary>
    public string? Notice => _notices.Count == 0 ? null : string.Join("; ", _notices);

    /// <summary>The beam is taken to go through the middle of the frames.</summary>
    /// <exception cref="AnalysisException">There are no such frames, too few, or more than half cannot be labelled.</exception>
    public (Quantity HitRate, Quantity PeaksPerFrame) Run(Media frames)
    {
        if (frames.ContentType != "image/x-portable-graymap") throw new AnalysisException($"frames are graymaps of 16 bits (image/x-portable-graymap); this is {frames.ContentType}");
        var stack = GraymapStack.Read(frames.ToBytes());
        if (stack.Frames.Count < FewestFrames) throw new AnalysisException($"{stack.Frames.Count} frames are too few to tell stuck pixels; at least {FewestFrames} are needed");
        var peaks = Count(stack);
        var hits = peaks.Count(number => number >= hit);
        var mean = peaks.Average();
        var spread = Math.Sqrt(peaks.Sum(number => (number - mean) * (number - mean)) / (peaks.Length - 1) / peaks.Length);

        // The deviation is that of one hit and one miss more (Laplace's rule of succession): with none of 16 the rate is not known to be zero.
        var likely = (hits + 1.0) / (peaks.Length + 2);
        return (new Quantity((double)hits / peaks.Length, Unit.One, Math.Sqrt(likely * (1 - likely) / peaks.Length)), new Quantity(mean, Unit.One, spread));
    }

    /// <returns>Peaks of each frame that could be labelled.</returns>
    private int[] Count(GraymapStack stack)
    {
        var (patches, seen, counted, failures) = (new Patches(), new Agreement(), new List<int>(), new List<(int Frame, string Why)>());
        var finder = new RadialPeakFinder(stack.Width, stack.Height, (stack.Width - 1) / 2.0, (stack.Height - 1) / 2.0, stack.Living(), Candidates);
        for (var k = 0; k < stack.Frames.Count; k++)
        {
            try
            {
                patches.Cut(k, finder.Find(stack.Frames[k]), stack.Frames[k], finder.Background, stack.Width, stack.Height);
                counted.Add(Label(patches, seen));
            }
            catch (Exception error) when (error is AnalysisException or ModelException)
            {
                failures.Add((k + 1, error.Message.TrimEnd('.')));
            }
        }

        if (2 * failures.Count > stack.Frames.Count || counted.Count < FewestFrames) throw new AnalysisException($"{failures.Count} of {stack.Frames.Count} frames cannot be labelled; frame {failures[0].Frame}: {failures[0].Why}");
        if (failures.Count > 0) _notices.Add($"{failures.Count} of {stack.Frames.Count} frames are left out; frame {failures[0].Frame}: {failures[0].Why}");
        if (Strange(seen) is { } strange) _notices.Add(strange);
        return [.. counted];
    }

    private int Label(Patches patches, Agreement seen)
    {
        var (shares, rule) = (new float[patches.Values.Length], new float[patches.Values.Length]);
        _labeller.Label(patches.Values, shares);
        _classical.Label(patches.Values, rule);
        Flag ??= _labeller.Flag(patches.Values, shares);
        for (var at = 0; at < rule.Length; at += IPeakLabeller.Area) seen.Add(rule.AsSpan(at, IPeakLabeller.Area), shares.AsSpan(at, IPeakLabeller.Area));
        return patches.Peaks(shares, AtLeast).Count;
    }

    /// <returns>What is not usual of the network's scores; null where all is, or there are too few peaks to tell.</returns>
    private string? Strange(Agreement seen)
    {
        if (seen.Rule < UsualScores.Block) return null;
        return seen.Found < FewestSeen
            ? string.Create(CultureInfo.InvariantCulture, $"the network may be blind: it sees {seen.Found:P0} of the {seen.Rule} peaks of the classical finder")
            : UsualScores.Of(_labeller.Card)?.Strange(seen) is { } strange ? $"the scores drift: {strange}" : null;
    }
}
