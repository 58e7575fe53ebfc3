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

    private readonly NetworkLabeller _labeller = new(model);

    /// <inheritdoc cref="NetworkLabeller.Flag" />
    public string? Flag => _labeller.Flag;

    /// <summary>The beam is taken to go through the middle of the frames.</summary>
    /// <exception cref="AnalysisException">There are no such frames, or too few.</exception>
    /// <exception cref="ModelException">The network failed.</exception>
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

    private int[] Count(GraymapStack stack)
    {
        var patches = new Patches();
        var finder = new RadialPeakFinder(stack.Width, stack.Height, (stack.Width - 1) / 2.0, (stack.Height - 1) / 2.0, stack.Living(), Candidates);
        var counted = new int[stack.Frames.Count];
        for (var k = 0; k < counted.Length; k++)
        {
            patches.Cut(k, finder.Find(stack.Frames[k]), stack.Frames[k], finder.Background, stack.Width, stack.Height);
            var shares = new float[patches.Values.Length];
            _labeller.Label(patches.Values, shares);
            counted[k] = patches.Peaks(shares, AtLeast).Count;
        }

        return counted;
    }
}
