namespace LabAutomation.Learning.Sessions;

/// <summary>How much measurements of one point differ.</summary>
/// <param name="Sd">One standard deviation, in the unit of the objective; 0 where they do not differ, null where it is to be learnt.</param>
public sealed record MeasurementNoise(double? Sd)
{
    /// <summary>A point measured twice gives the same.</summary>
    public static readonly MeasurementNoise None = new(0);

    /// <summary>It is learnt from the data.</summary>
    public static readonly MeasurementNoise Unknown = new((double?)null);

    /// <summary>Whether measurements are exact.</summary>
    public bool IsNone => Sd == 0;
}
