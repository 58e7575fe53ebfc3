namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// Whether a sensor lives: it has to show its noise. One that stands still, or goes along a straight line, within less than its noise allows is flat, however little it
/// creeps. The closer it keeps, the fewer readings say so: a living one is called flat in two of a thousand readings, and shows its noise again in the next.
/// </summary>
internal sealed class NoiseWatch
{
    // How many differences in turn may at most be how large, in standard deviations of a reading. Those of readings have √2 of it, those of differences √6.
    private static readonly (int Count, double Most)[] StandsStill = [(1, 0.002), (2, 0.03)], GoesStraight = [(3, 0.1), (6, 0.4)];

    private readonly double[] _steps = Unknown(2), _bends = Unknown(6);
    private double _last = double.NaN, _step = double.NaN;

    public bool IsFlat { get; private set; }

    /// <param name="reading">NaN where there is none.</param>
    /// <param name="noise">Standard deviation that a living sensor has, in the unit of the reading.</param>
    public void Take(double reading, double noise)
    {
        var step = reading - _last;
        Shift(_steps, step / noise);
        Shift(_bends, (step - _step) / noise);
        (_last, _step) = (reading, step);
        IsFlat = Keeps(_steps, StandsStill) || Keeps(_bends, GoesStraight);
    }

    private static bool Keeps(double[] latest, (int Count, double Most)[] rules)
    {
        foreach (var (count, most) in rules)
        {
            var at = 0;
            while (at < count && latest[at] <= most) at++;
            if (at == count) return true;
        }

        return false;
    }

    private static void Shift(double[] latest, double value)
    {
        Array.Copy(latest, 0, latest, 1, latest.Length - 1);
        latest[0] = Math.Abs(value);
    }

    private static double[] Unknown(int count)
    {
        var unknown = new double[count];
        Array.Fill(unknown, double.NaN);
        return unknown;
    }
}
