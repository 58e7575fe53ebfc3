namespace LabAutomation.Agents.Analysis;

/// <summary>CIE XYZ, scaled so that a clear sample under D65 has Y = 100.</summary>
internal readonly record struct Tristimulus(double X, double Y, double Z);
