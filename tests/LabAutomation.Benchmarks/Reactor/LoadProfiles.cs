namespace LabAutomation.Benchmarks.Reactor;

/// <summary>Set-points that a policy has not been trained on: its training draws profiles at random.</summary>
internal static class LoadProfiles
{
    public static IReadOnlyList<(string Name, int Seconds, Func<double, double> SetPoint)> All { get; } =
    [
        ("100, 80, 90 % at 10 %/min", 300, Ramps((0, 1), (20, 1), (140, 0.8), (180, 0.8), (240, 0.9), (300, 0.9))),
        ("100, 60, 100 % at 10 %/min", 900, Ramps((0, 1), (60, 1), (300, 0.6), (480, 0.6), (720, 1), (900, 1))),
        ("100, 60, 100 % at 20 %/min", 900, Ramps((0, 1), (60, 1), (180, 0.6), (480, 0.6), (600, 1), (900, 1))),
        ("steps 100, 90, 80, 90, 100 %", 900, Ramps((0, 1), (60, 1), (61, 0.9), (240, 0.9), (241, 0.8), (420, 0.8), (421, 0.9), (600, 0.9), (601, 1), (900, 1))),
        ("steps 100, 60, 100 %", 1200, Ramps((0, 1), (60, 1), (61, 0.6), (600, 0.6), (601, 1), (1200, 1))),
        ("70 %, and waves of 8 %", 600, time => 0.7 + (0.08 * Math.Sin(2 * Math.PI * time / 120))),
    ];

    /// <summary>Straight lines between corners.</summary>
    /// <param name="corners">s and multiples of the rated power, rising in time.</param>
    private static Func<double, double> Ramps(params (double Time, double Power)[] corners) => time =>
    {
        var after = Array.FindIndex(corners, corner => corner.Time > time);
        if (after < 0) return corners[^1].Power;
        if (after == 0) return corners[0].Power;
        var (from, to) = (corners[after - 1], corners[after]);
        return from.Power + ((to.Power - from.Power) * (time - from.Time) / (to.Time - from.Time));
    };
}
