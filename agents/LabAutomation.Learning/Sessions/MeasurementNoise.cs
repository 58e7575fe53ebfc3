namespace LabAutomation.Learning.Sessions;

/// <summary>How much measurements of one point differ.</summary>
/// <param name="Sd">One standard deviation, in the unit of the objective; 0 where they do not differ, null where it is to be learnt.</param>
public sealed record MeasurementNoise(double? Sd)
{
    public static readonly MeasurementNoise None = new(0);
    public static readonly MeasurementNoise Unknown = new((double?)null);

    public bool IsNone => Sd == 0;
}
