using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;
using LabAutomation.Learning.Diagnosis;
using static LabAutomation.Tests.Learning.Diagnosis.Studies;

namespace LabAutomation.Tests.Learning.Diagnosis;

public sealed class CalibrationTests
{
    private static readonly SearchSpace Space = new(Square);

    [Fact]
    public void A_left_out_value_is_predicted_as_by_the_posterior_without_it()
    {
        var noise = new RandomStream(8);
        Observation[] observations = [.. Spread(Space, 14, point => Math.Sin(5 * point[0]) + point[1] + 0.1 * noise.NextNormal()).Select(trial => trial.Of("y"))];
        var model = GaussianProcess.Fit(Space, observations, seed: 2);

        var calibration = CalibrationTest.Of(model, 1, [.. Enumerable.Range(1, 14)]);

        for (var left = 0; left < observations.Length; left++)
        {
            Observation[] others = [.. observations.Where((_, i) => i != left)];
            var (mean, variance) = Without(model, others, observations[left].Point);
            var value = model.Scale.Output(observations[left].Value!.Value);
            calibration.Trials[left].Number.Should().Be(left + 1);
            calibration.Trials[left].Z.Should().BeApproximately((value - mean) / Math.Sqrt(variance + model.Noise), 1e-7);
            calibration.Trials[left].Expected.Should().BeApproximately(model.Scale.Moments(mean, variance + model.Noise).Mean, 1e-7);
            calibration.Trials[left].High.Should().BeApproximately(model.Scale.Value(mean + 1.959963984540054 * Math.Sqrt(variance + model.Noise)), 1e-6);
        }
    }

    [Fact]
    public void Replicates_are_left_out_together_and_judged_as_single_measurements()
    {
        Observation[] once = [.. Spread(Space, 10, Bowl).Select(trial => trial.Of("y"))];
        Observation[] observations = [.. once, once[0] with { Value = once[0].Value + 0.1 }, once[0] with { Value = once[0].Value - 0.1 }];
        var model = GaussianProcess.Fit(Space, observations, seed: 2);

        var trials = CalibrationTest.Of(model, 1, [.. Enumerable.Range(1, 12)]).Trials;

        var (mean, variance) = Without(model, [.. once[1..]], once[0].Point);
        foreach (var k in new[] { 0, 10, 11 })
            trials[k].Z.Should().BeApproximately((model.Scale.Output(observations[k].Value!.Value) - mean) / Math.Sqrt(variance + model.Noise), 1e-7);
    }

    [Fact]
    public void Measurements_of_a_point_with_their_own_standard_deviation_and_without_are_left_out_together()
    {
        Observation[] once = [.. Spread(Space, 10, Bowl).Select(trial => trial.Of("y"))];
        Observation[] observations = [.. once, once[3] with { Value = once[3].Value + 0.2, NoiseSd = 0.3 }, once[3] with { Value = once[3].Value - 0.01, NoiseSd = 0.02 }];
        var model = GaussianProcess.Fit(Space, observations, seed: 2);

        var trials = CalibrationTest.Of(model, 1, [.. Enumerable.Range(1, 12)]).Trials;

        var (mean, variance) = Without(model, [.. once.Where((_, k) => k != 3)], once[3].Point);
        foreach (var (k, noise) in new[] { (3, model.Noise), (10, Math.Pow(0.3 / model.Scale.Sd, 2)), (11, Math.Pow(0.02 / model.Scale.Sd, 2)) })
            trials[k].Z.Should().BeApproximately((model.Scale.Output(observations[k].Value!.Value) - mean) / Math.Sqrt(variance + noise), 1e-6);
    }

    [Fact]
    public void A_poor_repeat_of_a_good_measurement_takes_nothing_from_the_verdict()
    {
        var problem = Problem([new RealDimension("t", 0, 1)]);
        var good = Told(beside: null);

        var (alone, repeated) = (Of(problem, good).Diagnose(), Of(problem, Told(beside: 0.5)).Diagnose());

        repeated.Quantities[0].Calibration.Judgement.Should().Be(CalibrationJudgement.Sound);
        repeated.Findings.Should().NotContain(finding => finding.Name == "outlier");
        repeated.Quantities[0].Calibration.Trials.Should().OnlyContain(trial => Math.Abs(trial.Z) < 4);
        repeated.Stopping!.Decision.Should().Be(alone.Stopping!.Decision);

        static ImmutableArray<StudyTrial> Told(double? beside)
        {
            var stream = new RandomStream(2);
            var trials = ImmutableArray.CreateBuilder<StudyTrial>();
            for (var k = 0; k < 12; k++)
            {
                var point = At(k / 11.0 * 0.99);
                var (value, fine, coarse) = (Math.Pow(point[0] - 0.4, 2), stream.NextNormal(), stream.NextNormal());
                trials.Add(Measured(point, value + 0.001 * fine) with { NoiseSds = Sd(0.001) });
                if (beside is { } sd) trials.Add(Measured(point, value + sd * coarse) with { NoiseSds = Sd(sd) });
            }
            return trials.ToImmutable();
        }

        static ImmutableSortedDictionary<string, double> Sd(double sd) => ImmutableSortedDictionary<string, double>.Empty.Add("y", sd);
    }

    [Fact]
    public void A_maximised_quantity_is_told_in_its_own_sign()
    {
        var trials = Spread(Space, 12, point => -Bowl(point));
        var model = GaussianProcess.Fit(Space, [.. trials.Select(trial => trial.Of("y", -1))], seed: 1);

        var calibration = CalibrationTest.Of(model, -1, [.. Enumerable.Range(1, 12)]);

        calibration.Trials.Select(one => one.Value).Should().Equal(trials.Select(trial => trial.Values!["y"]));
        calibration.Trials.Should().OnlyContain(one => one.Low <= one.Expected && one.Expected <= one.High);
        calibration.Trials.Should().OnlyContain(one => Math.Sign(one.Z) == Math.Sign(one.Value - one.Expected) || Math.Abs(one.Z) < 1);
    }

    [Fact]
    public void Normal_residuals_are_sound_and_lie_inside_as_often_as_they_should()
    {
        var calibration = CalibrationTest.Of([.. Residuals(200, 1)]);

        calibration.Judgement.Should().Be(CalibrationJudgement.Sound);
        foreach (var coverage in calibration.Curve) coverage.Share.Should().BeApproximately(coverage.Expected, 0.1);
        calibration.At(0.95).Count.Should().Be(200);
    }

    [Fact]
    public void Residuals_that_are_too_large_are_called_overconfident_with_their_number()
    {
        var calibration = CalibrationTest.Of([.. Residuals(30, 2.5)]);

        calibration.Judgement.Should().Be(CalibrationJudgement.Overconfident);
        var outside = calibration.At(0.95).Count - calibration.At(0.95).Inside;
        calibration.Verdict.Should().StartWith($"the model is overconfident: {outside} of 30 values lie outside their 95 % interval");
    }

    [Fact]
    public void Residuals_that_are_too_small_are_called_overcautious() =>
        CalibrationTest.Of([.. Residuals(30, 0.2)]).Should().Match<Calibration>(one => one.Judgement == CalibrationJudgement.Overcautious && one.Verdict.Contains("30 of 30"));

    [Fact]
    public void A_few_values_are_not_judged() => CalibrationTest.Of([.. Residuals(7, 5)]).Judgement.Should().Be(CalibrationJudgement.TooFew);

    [Fact]
    public void Explained_variance_and_rank_correlation_are_those_of_their_definitions()
    {
        LeftOutTrial[] trials = [Row(1, 1, 1.5), Row(2, 2, 1), Row(3, 3, 4), Row(4, 10, 6)];

        var calibration = CalibrationTest.Of([.. trials]);

        // Mean 4, total 9 + 4 + 1 + 36 = 50; residuals 0.25 + 1 + 1 + 16 = 18.25. Ranks 1 2 3 4 against 2 1 3 4: 1 − 6·2/(4·15).
        calibration.Explained.Should().BeApproximately(1 - 18.25 / 50, 1e-12);
        calibration.RankCorrelation.Should().BeApproximately(0.8, 1e-12);
    }

    [Fact]
    public void Equal_values_have_neither()
    {
        var calibration = CalibrationTest.Of([.. Enumerable.Range(1, 9).Select(number => Row(number, 3, 3))]);

        calibration.Explained.Should().BeNull();
        calibration.RankCorrelation.Should().BeNull();
    }

    [Theory]
    [InlineData(10, 3, 0.05, 0.011503557)]
    [InlineData(30, 12, 0.05, 9.04e-9)]
    [InlineData(8, 0, 0.5, 1)]
    [InlineData(8, 8, 0.5, 0.00390625)]
    public void The_binomial_tail_is_that_of_tables(int trials, int successes, double chance, double expected) =>
        Binomial.AtLeast(trials, successes, chance).Should().BeApproximately(expected, 0.02 * expected);

    private static (double Mean, double Variance) Without(GaussianProcess model, Observation[] others, Point point)
    {
        var posterior = Posterior.Of(model.Cube, model.Posterior.Hyper, model.Encode([.. others.Select(one => one.Point)]),
            [.. others.Select(one => model.Scale.Output(one.Value!.Value))], [.. others.Select(_ => model.Noise)]);
        var (mean, variance) = (new double[1], new double[1]);
        posterior.Predict(model.Encode([point]), mean, variance);
        return (mean[0], variance[0]);
    }

    private static IEnumerable<LeftOutTrial> Residuals(int count, double scale)
    {
        var stream = new RandomStream(11);
        for (var k = 0; k < count; k++)
        {
            var z = scale * stream.NextNormal();
            yield return new LeftOutTrial(k + 1, At(0, 0), k + z, k, 1, k - 1.96, k + 1.96, z);
        }
    }

    private static LeftOutTrial Row(int number, double value, double expected) => new(number, At(0, 0), value, expected, 1, expected - 2, expected + 2, value - expected);
}
