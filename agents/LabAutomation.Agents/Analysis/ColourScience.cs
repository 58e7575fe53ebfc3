namespace LabAutomation.Agents.Analysis;

/// <summary>From what a spectrometer measures to the colour a person sees through the sample in daylight.</summary>
internal static class ColourScience
{
    public static Tristimulus White { get; } = Transmitted(new double[CieTables.Count]);

    /// <param name="wavelengthsNm">Increasing, covering at least 400 to 700 nm without a gap of more than 20 nm.</param>
    /// <param name="absorbance">Decadic absorbance at those wavelengths.</param>
    /// <exception cref="AnalysisException">The spectrum is not fit for a colour.</exception>
    public static ColourResult FromAbsorbance(ReadOnlySpan<double> wavelengthsNm, ReadOnlySpan<double> absorbance) =>
        ToLab(Transmitted(SpectrumGrid.Resample(wavelengthsNm, absorbance)));

    /// <summary>Tristimulus values of the light that passes a sample (CIE 15:2004, section 7), by sums over the 5 nm tables.</summary>
    /// <param name="absorbance">Every 5 nm from 380 to 730 nm.</param>
    public static Tristimulus Transmitted(ReadOnlySpan<double> absorbance)
    {
        double x = 0, y = 0, z = 0, full = 0;
        for (var i = 0; i < CieTables.Count; i++)
        {
            var light = CieTables.D65[i];
            full += light * CieTables.YBar[i];
            light *= Math.Pow(10, -absorbance[i]);
            x += light * CieTables.XBar[i];
            y += light * CieTables.YBar[i];
            z += light * CieTables.ZBar[i];
        }

        return new Tristimulus(100 * x / full, 100 * y / full, 100 * z / full);
    }

    /// <summary>CIELAB relative to a clear sample (CIE 15:2004, section 8.2.1).</summary>
    public static ColourResult ToLab(Tristimulus colour)
    {
        var x = Lightness(colour.X / White.X);
        var y = Lightness(colour.Y / White.Y);
        var z = Lightness(colour.Z / White.Z);
        return new ColourResult((116 * y) - 16, 500 * (x - y), 200 * (y - z));
    }

    /// <inheritdoc cref="Ciede2000.Difference"/>
    public static double Difference2000(ColourResult first, ColourResult second) => Ciede2000.Difference(first, second);

    /// <summary>The cube root, with a straight line below (6/29)³ so that dark colours do not run away.</summary>
    private static double Lightness(double ratio)
    {
        const double Knee = 6.0 / 29;
        return ratio > Knee * Knee * Knee ? Math.Cbrt(ratio) : (ratio / (3 * Knee * Knee)) + (4.0 / 29);
    }
}
