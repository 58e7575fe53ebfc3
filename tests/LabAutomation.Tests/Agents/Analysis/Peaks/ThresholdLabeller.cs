using LabAutomation.Agents.Analysis.Peaks;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

/// <summary>Without a network: pixels that stand out clearly belong to a peak.</summary>
/// <param name="threshold">Standard deviations of the background that count for one half.</param>
internal sealed class ThresholdLabeller(float threshold) : IPeakLabeller
{
    public void Label(ReadOnlySpan<float> patches, Span<float> shares)
    {
        for (var i = 0; i < patches.Length; i++) shares[i] = patches[i] <= 0 ? 0 : patches[i] / (patches[i] + threshold);
    }
}
