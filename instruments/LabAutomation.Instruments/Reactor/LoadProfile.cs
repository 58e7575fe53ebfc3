namespace LabAutomation.Instruments.Reactor;

/// <summary>Set-points over time: from one power to another, there for a while, and on to a third.</summary>
/// <param name="From">In multiples of the rated power; likewise the other two.</param>
/// <param name="Ramp">Multiples of the rated power per second.</param>
/// <param name="Lead">s before the first ramp.</param>
/// <param name="Hold">s between the ramps.</param>
public sealed record LoadProfile(double From, double To, double Then, double Ramp, double Lead, double Hold)
{
    /// <param name="time">s since the start.</param>
    public double At(double time)
    {
        var there = Lead + (Math.Abs(To - From) / Ramp);
        return time < there + Hold ? Towards(From, To, time - Lead) : Towards(To, Then, time - there - Hold);
    }

    private double Towards(double from, double to, double time) => from + Math.Clamp(to - from, -Ramp * Math.Max(time, 0), Ramp * Math.Max(time, 0));
}
