namespace LabAutomation.Agents.Analysis;

/// <summary>CIELAB: lightness 0 to 100, and the two chroma axes green–red and blue–yellow.</summary>
internal sealed record ColourResult(double L, double A, double B);
