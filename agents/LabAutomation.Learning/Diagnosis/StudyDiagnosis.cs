using System.Collections.Immutable;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>What a study's models are worth, what they say, and whether to go on. A function of problem, trials and question.</summary>
/// <param name="Findings">Of the health check, the gravest first.</param>
/// <param name="Quantities">Per measured quantity, objectives first; empty before two trials were measured.</param>
/// <param name="Recommended">The point through which the curves go; null where there are none.</param>
/// <param name="Stopping">Null before a trial was measured.</param>
public sealed record StudyDiagnosis(
    ImmutableArray<HealthFinding> Findings, ImmutableArray<QuantityDiagnosis> Quantities, Point? Recommended, StoppingVerdict? Stopping);

/// <summary>One measured quantity.</summary>
/// <param name="Model">Kernel and output warp, for people.</param>
/// <param name="NoiseSd">One standard deviation of a measurement about the surface, known, or learnt for the recommended point, in the unit of the quantity.</param>
/// <param name="Curves">The most important parameter first; those that do not matter are left out.</param>
/// <param name="Map">Of the two most important parameters; null where only one is chosen.</param>
public sealed record QuantityDiagnosis(
    string Name, string Model, double NoiseSd, Calibration Calibration, Importance Importance, ImmutableArray<ParameterCurve> Curves, SurfaceMap? Map);
