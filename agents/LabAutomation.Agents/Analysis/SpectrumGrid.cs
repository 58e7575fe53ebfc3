namespace LabAutomation.Agents.Analysis;

/// <summary>Brings a measured spectrum onto the wavelengths of the CIE tables.</summary>
internal static class SpectrumGrid
{
    public const double NeededFromNm = 400;
    public const double NeededToNm = 700;

    /// <summary>Wider steps than this would invent what lies between (CIE 15:2004 knows tables of at most 20 nm).</summary>
    public const double WidestGapNm = 20;

    /// <summary>Interpolates linearly. Beyond the measured ends the last value is held, as CIE 15:2004 permits for missing ends.</summary>
    public static double[] Resample(ReadOnlySpan<double> wavelengthsNm, ReadOnlySpan<double> values)
    {
        Check(wavelengthsNm, values);
        var grid = new double[CieTables.Count];
        var right = 1;
        for (var i = 0; i < grid.Length; i++)
        {
            var at = Math.Clamp(CieTables.FirstNm + (i * CieTables.StepNm), wavelengthsNm[0], wavelengthsNm[^1]);
            while (wavelengthsNm[right] < at)
                right++;
            var share = (at - wavelengthsNm[right - 1]) / (wavelengthsNm[right] - wavelengthsNm[right - 1]);
            grid[i] = double.Lerp(values[right - 1], values[right], share);
        }

        return grid;
    }

    private static void Check(ReadOnlySpan<double> wavelengthsNm, ReadOnlySpan<double> values)
    {
        if (wavelengthsNm.Length != values.Length)
            throw new AnalysisException($"The spectrum has {wavelengthsNm.Length} wavelengths and {values.Length} values; it needs as many of each.");
        if (wavelengthsNm.Length < 2)
            throw new AnalysisException($"The spectrum has {wavelengthsNm.Length} points; a colour needs {NeededFromNm} to {NeededToNm} nm.");

        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]) || !double.IsFinite(wavelengthsNm[i]))
                throw new AnalysisException(
                    $"Point {i} of the spectrum is {values[i]} at {wavelengthsNm[i]} nm; every point must be a finite number.");
            if (i > 0 && wavelengthsNm[i] <= wavelengthsNm[i - 1])
                throw new AnalysisException(
                    $"The wavelengths go from {wavelengthsNm[i - 1]} to {wavelengthsNm[i]} nm at point {i}; they must increase.");
        }

        if (wavelengthsNm[0] > NeededFromNm || wavelengthsNm[^1] < NeededToNm)
            throw new AnalysisException(
                $"The spectrum covers {wavelengthsNm[0]} to {wavelengthsNm[^1]} nm; a colour needs {NeededFromNm} to {NeededToNm} nm.");
        for (var i = 1; i < wavelengthsNm.Length; i++)
        {
            var (left, right) = (wavelengthsNm[i - 1], wavelengthsNm[i]);
            if (right - left > WidestGapNm && right > NeededFromNm && left < NeededToNm)
                throw new AnalysisException(
                    $"The spectrum has nothing between {left} and {right} nm; a colour needs a point every {WidestGapNm} nm.");
        }
    }
}
