namespace LabAutomation.Learning;

/// <summary>What a model expects of the objective, in the objective's unit.</summary>
/// <param name="Sd">One standard deviation of the true value about <paramref name="Mean"/>; the noise of a measurement is not in it
/// unless said.</param>
public readonly record struct Prediction(double Mean, double Sd);

/// <summary>A measured value beside what the model expects there from all other observations.</summary>
/// <param name="Expected">Here with the noise of a measurement.</param>
public sealed record LeaveOneOutResult(Point Point, double Value, Prediction Expected);
