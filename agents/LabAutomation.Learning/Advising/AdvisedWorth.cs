namespace LabAutomation.Learning.Advising;

/// <summary>
/// What advice makes of the worth of a row, as a factor beside it: with the trust τ that the advice is right the worth is multiplied by a power
/// of how much the row is preferred, π^(β/n), and with 1 − τ by nothing. However much the advice was borne out, τ counts as 0.9 at most: what
/// is chosen for the advice is worth a tenth of what would be chosen without it, or more. The power fades with the trials n that were told:
/// C. Hvarfner et al., "πBO: Augmenting acquisition functions with user beliefs for Bayesian optimization", ICLR 2022, whose convergence does
/// not depend on the preference.
/// </summary>
/// <param name="trust">τ, above 0 and below 1.</param>
/// <param name="told">n, 1 or more.</param>
internal sealed class AdvisedWorth(PreferenceMap map, UnitCube cube, double trust, int told) : IAcquisition
{
    /// <summary>β. After so many trials the preference counts as it was given.</summary>
    private const double Strength = 10;

    private const double MostTrust = 0.9;

    private readonly double _power = Strength / told;
    private readonly double _trust = Math.Min(trust, MostTrust);

    public int Width => cube.Width;

    public void Score(ReadOnlySpan<double> rows, Span<double> scores)
    {
        for (var i = 0; i < scores.Length; i++) scores[i] = Math.Log(Factor(map.Of(cube.Decode(rows.Slice(i * Width, Width)))));
    }

    public double ScoreWithSlopes(ReadOnlySpan<double> row, Span<double> slope)
    {
        slope.Clear();
        Span<double> slopes = stackalloc double[cube.Dimensions.Length];
        var preferred = map.WithSlopes(cube.Decode(row), slopes);
        var factor = Factor(preferred);
        var byPreferred = preferred > 0 ? _trust * _power * Math.Pow(preferred, _power - 1) / factor : 0;
        for (var d = 0; d < slopes.Length; d++)
            if (slopes[d] != 0 && double.IsFinite(byPreferred)) slope[cube.FirstColumnOf(d)] = byPreferred * slopes[d];
        return Math.Log(factor);
    }

    private double Factor(double preferred) => _trust * Math.Pow(preferred, _power) + 1 - _trust;
}
