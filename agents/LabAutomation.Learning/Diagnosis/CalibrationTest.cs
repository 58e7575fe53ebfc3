using System.Collections.Immutable;
using System.Globalization;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>Makes a <see cref="Calibration"/> of a fitted model.</summary>
internal static class CalibrationTest
{
    /// <summary>Fewer values say nothing about shares of them.</summary>
    private const int LeastValues = 8;

    /// <summary>What chance alone would show less often is no chance.</summary>
    private const double Unlikely = 0.01;

    private static readonly double[] Shares = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

    /// <param name="sign">What values were multiplied by before they were modelled, 1 or −1.</param>
    /// <param name="numbers">Of the trials that gave values; those of the task asked about are looked at.</param>
    public static Calibration Of(GaussianProcess model, double sign, IReadOnlyList<int> numbers)
    {
        var outputs = model.LeaveOneOutOutputs();
        var far = SpecialFunctions.NormalQuantile(0.975);
        ImmutableArray<LeftOutTrial> trials =
        [
            .. model.Transfer.Own.Select(i =>
            {
                var (observation, (mean, variance)) = (model.Observations[i], outputs[i]);
                var sd = Math.Sqrt(variance);
                var expected = model.Scale.Moments(mean, variance);
                double[] ends = [sign * model.Scale.Believed(mean - far * sd), sign * model.Scale.Believed(mean + far * sd)];
                return new LeftOutTrial(numbers[model.Transfer.Places[i]], observation.Point, sign * observation.Value!.Value, sign * expected.Mean, expected.Sd,
                    ends.Min(), ends.Max(), sign * (model.Scale.Output(observation.Value!.Value) - mean) / sd);
            }),
        ];
        return Of(trials, [.. trials.Where((_, k) => !model.Doubts.Contains(model.Transfer.Own[k]) && !model.Caps.ContainsKey(model.Transfer.Own[k]))]);
    }

    public static Calibration Of(ImmutableArray<LeftOutTrial> trials) => Of(trials, trials);

    /// <param name="believed">Of the trials: a single wrong value far off would be all that there is to explain.</param>
    private static Calibration Of(ImmutableArray<LeftOutTrial> trials, ImmutableArray<LeftOutTrial> believed)
    {
        ImmutableArray<Coverage> curve = [.. Shares.Select(share => Count(trials, share))];
        var explained = Explained(believed);
        var (judgement, verdict) = Judge(trials.Length, curve, explained);
        return new Calibration(trials, curve, explained, Ranks.Correlation([.. trials.Select(one => one.Expected)], [.. trials.Select(one => one.Value)]), judgement, verdict);
    }

    private static Coverage Count(ImmutableArray<LeftOutTrial> trials, double share)
    {
        var bound = SpecialFunctions.NormalQuantile(0.5 + 0.5 * share);
        return new Coverage(share, trials.Count(one => Math.Abs(one.Z) <= bound), trials.Length);
    }

    private static double? Explained(ImmutableArray<LeftOutTrial> trials)
    {
        var mean = trials.Average(one => one.Value);
        var total = trials.Sum(one => (one.Value - mean) * (one.Value - mean));
        return trials.Length > 1 && total > 1e-24 * mean * mean ? 1 - trials.Sum(one => (one.Value - one.Expected) * (one.Value - one.Expected)) / total : null;
    }

    private static (CalibrationJudgement, string) Judge(int count, ImmutableArray<Coverage> curve, double? explained)
    {
        if (count < LeastValues) return (CalibrationJudgement.TooFew, Text($"{count} {(count == 1 ? "value is" : "values are")} too few to judge the model by; {LeastValues} are the least"));
        var (half, most, nearly) = (curve.Single(one => one.Expected == 0.5), curve.Single(one => one.Expected == 0.8), curve.Single(one => one.Expected == 0.95));
        var skill = explained switch
        {
            null => "; all values are the same",
            <= 0 => Text($"; its means are no better than the mean of all values (R² {explained:F2}), so do not choose by them yet"),
            _ => Text($"; its means explain {100 * explained:F0} % of the variance (R² {explained:F2})"),
        };
        // The surest of the shares that are too low is the one to tell.
        var low = new[] { nearly, most, half }.Select(one => (Coverage: one, Chance: Binomial.AtLeast(one.Count, one.Count - one.Inside, 1 - one.Expected))).MinBy(one => one.Chance);
        if (low.Chance < Unlikely)
            return (CalibrationJudgement.Overconfident, Text($"the model is overconfident: {low.Coverage.Count - low.Coverage.Inside} of {count} values lie outside their {100 * low.Coverage.Expected:F0} % interval, where about {count * (1 - low.Coverage.Expected):F0} should{skill}"));
        if (Binomial.AtLeast(count, half.Inside, 0.5) < Unlikely)
            return (CalibrationJudgement.Overcautious, Text($"the model is overcautious: {half.Inside} of {count} values lie inside their 50 % interval, where about {count / 2.0:F0} should{skill}"));
        return (CalibrationJudgement.Sound, Text($"the model's doubt is sound: {nearly.Inside} of {count} values lie inside their 95 % interval{skill}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
