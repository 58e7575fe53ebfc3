namespace LabAutomation.Learning.Diagnosis;

/// <summary>How far one measurement is from the surface, in the unit of the quantity.</summary>
internal static class MeasurementDoubt
{
    /// <summary>
    /// One standard deviation: the one that is known, else the one that the model has learnt. A warp makes that differ from place to place,
    /// and where its slope is nearly 0 far too large; the lesser of the ones at a value and in the middle of all values is taken.
    /// </summary>
    public static double Sd(GaussianProcess model, double? known, double value)
    {
        if (known is { } sd) return sd;
        double[] sorted = [.. model.Transfer.Own.Select(i => model.Observations[i].Value!.Value).Order()];
        return Math.Min(At(value), At(sorted[sorted.Length / 2]));

        double At(double place) => model.Scale.Moments(model.Scale.Output(place), model.Noise).Sd;
    }
}
