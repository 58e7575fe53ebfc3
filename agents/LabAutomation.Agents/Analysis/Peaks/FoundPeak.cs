namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>A peak on a detector frame.</summary>
/// <param name="X">Pixels, to the right; whole numbers are the middles of pixels.</param>
/// <param name="Y">Pixels, downwards.</param>
/// <param name="Counts">Above the background.</param>
/// <param name="Score">How sure the finder is; larger is surer, and only the order counts between finders.</param>
internal readonly record struct FoundPeak(double X, double Y, double Counts, double Score);
