namespace LabAutomation.Agents.Analysis;

/// <summary>How a value followed its set-point, sample by sample.</summary>
/// <param name="Error">Mean deviation, in % of the set-point.</param>
/// <param name="Overshoot">
/// How far the value went beyond where its set-point was going, in the unit of the value: above the set-point where that had risen last, below it where it had
/// fallen, either way where it had not moved yet.
/// </param>
/// <param name="Overridden">Share of samples with a verdict other than 0, in %.</param>
/// <param name="Trips">Samples with the verdict 2.</param>
internal sealed record Following(double Error, double Overshoot, double Overridden, int Trips)
{
    /// <exception cref="AnalysisException">Nothing was followed, or a set-point is not above zero.</exception>
    public static Following Of(double[] setPoints, double[] values, double[] verdicts)
    {
        if (values.Length == 0) throw new AnalysisException("the series is empty, so that nothing was followed");
        if (Array.FindIndex(setPoints, setPoint => !(setPoint > 0)) is >= 0 and var at) throw new AnalysisException($"set-point {at + 1} is {setPoints[at]}; a deviation is a part of a set-point above zero");
        if (Array.FindIndex(values, value => !double.IsFinite(value)) is >= 0 and var gap) throw new AnalysisException($"value {gap + 1} is no number");
        var (error, overshoot, direction) = (0.0, 0.0, 0);
        for (var k = 0; k < values.Length; k++)
        {
            var deviation = values[k] - setPoints[k];
            if (k > 0 && setPoints[k] != setPoints[k - 1]) direction = Math.Sign(setPoints[k] - setPoints[k - 1]);
            error += Math.Abs(deviation) / setPoints[k];
            overshoot = Math.Max(overshoot, direction == 0 ? Math.Abs(deviation) : direction * deviation);
        }

        return new Following(100 * error / values.Length, overshoot, 100.0 * verdicts.Count(verdict => verdict != 0) / values.Length, verdicts.Count(verdict => verdict == 2));
    }
}
