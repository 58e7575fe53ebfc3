namespace LabAutomation.Learning;

/// <summary>What a model expects of the objective, in the objective's unit.</summary>
/// <param name="Sd">One standard deviation of the true value about <paramref name="Mean"/>; the noise of a measurement is not in it
/// unless said.</param>
public readonly record struct Prediction(double Mean, double Sd)
{
    /// <summary>By how much the value is expected to lie below another, where it does: J. Mockus, 1975; D. Jones, M. Schonlau and W. Welch, 1998, equation 15.</summary>
    public double Improvement(double best)
    {
        if (!(Sd > 0)) return Math.Max(0, best - Mean);
        var z = (best - Mean) / Sd;
        return (best - Mean) * 0.5 * MathNet.Numerics.SpecialFunctions.Erfc(-z / Math.Sqrt(2)) + Sd * Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
    }

    /// <summary>By how much the value is expected to lie nearer to a target than a distance, where it does: E[(distance − |y − target|)⁺], as the sum of three improvements.</summary>
    /// <param name="distance">Not negative.</param>
    public double Approach(double target, double distance)
    {
        var mirrored = new Prediction(-Mean, Sd);
        return mirrored.Improvement(distance - target) - 2 * mirrored.Improvement(-target) + mirrored.Improvement(-target - distance);
    }
}

/// <summary>A measured value beside what the model expects there from all other observations.</summary>
/// <param name="Expected">Here with the noise of a measurement.</param>
public sealed record LeaveOneOutResult(Point Point, double Value, Prediction Expected);
