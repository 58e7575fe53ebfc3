using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Benchmarks.Bo;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;
using LabAutomation.Tests.Learning.Diagnosis;

namespace LabAutomation.Tests.Learning;

/// <summary>Values that the others contradict.</summary>
public sealed class OutlierTests
{
    private static readonly SearchSpace Square = new(Studies.Square);
    private static readonly Point[] Elsewhere = [.. SpaceFilling.Candidates(Square, new UnitCube(Square), 40, 11)];

    [Theory]
    [InlineData(1e6)]
    [InlineData(-1e6)]
    [InlineData(1e3)]
    [InlineData(-5)]
    [InlineData(2)]
    [InlineData(-1)]
    public void A_value_far_off_does_not_take_the_model_with_it(double wrong)
    {
        foreach (var sign in new[] { 1.0, -1 })
        {
            var clean = Observe(Square, 25, point => sign * Studies.Bowl(point), 0.01, 1);
            var model = Fit(Square, Replaced(clean, (12, wrong)));

            model.Doubted.Should().Equal(new Observation(clean[12].Point, wrong));
            Error(model, sign).Should().BeLessThan(2 * Error(Fit(Square, [.. clean.Where((_, i) => i != 12)]), sign));
            model.Predict(Elsewhere).Should().OnlyContain(told => told.Sd < 0.3);
        }
    }

    [Fact]
    public void Without_it_nothing_changes_at_all()
    {
        var clean = Observe(Square, 25, Studies.Bowl, 0.01, 1);
        Observation[] without = [.. clean.Where((_, i) => i != 12)];

        Fit(Square, Replaced(clean, (12, 1e6))).Predict(Elsewhere).Should().Equal(Fit(Square, without).Predict(Elsewhere));
    }

    [Theory]
    [InlineData(1e6, 1e6)]
    [InlineData(1e6, -3e5)]
    [InlineData(1e6, 2)]
    public void Two_values_far_off_do_not_hide_each_other(double first, double second)
    {
        var model = Fit(Square, Replaced(Observe(Square, 25, Studies.Bowl, 0.01, 1), (5, first), (18, second)));

        model.Doubted.Select(one => one.Value).Should().Equal(first, second);
        Error(model, 1).Should().BeLessThan(0.05);
    }

    [Fact]
    public void A_value_eight_standard_deviations_of_the_noise_off_is_found()
    {
        var clean = Observe(Square, 40, Studies.Bowl, 0.02, 4);

        var model = Fit(Square, Replaced(clean, (21, Studies.Bowl(clean[21].Point) + 0.16)));

        model.Doubted.Should().ContainSingle().Which.Point.Should().Be(clean[21].Point);
        model.LeaveOneOut()[21].Expected.Mean.Should().BeApproximately(Studies.Bowl(clean[21].Point), 0.05);
    }

    [Fact]
    public void One_of_several_measurements_of_a_point_is_found()
    {
        var clean = Observe(Square, 20, Studies.Bowl, 0.01, 2);
        var point = clean[7].Point;
        Observation[] told = [.. clean, new(point, clean[7].Value + 0.01), new(point, -4), new(point, clean[7].Value - 0.01)];

        var model = Fit(Square, told);

        model.Doubted.Should().ContainSingle().Which.Value.Should().Be(-4);
        model.Predict(point).Mean.Should().BeApproximately(Studies.Bowl(point), 0.02);
    }

    [Fact]
    public void What_was_measured_twice_is_believed()
    {
        var clean = Observe(Square, 20, Studies.Bowl, 0.01, 2);
        var point = new Point([0.52, 0.47]);

        Fit(Square, [.. clean, new(point, -4), new(point, -4.01)]).Doubted.Should().BeEmpty();
    }

    [Fact]
    public void A_lone_peak_in_an_empty_part_of_the_space_is_believed()
    {
        var space = new SearchSpace([.. Enumerable.Range(0, 6).Select(d => new RealDimension($"x{d}", 0, 1))]);
        var clean = Observe(space, 25, point => 0.1 * point[0], 0.01, 3);

        Fit(space, Replaced(clean, (9, -3))).Doubted.Should().BeEmpty();
        Fit(space, Replaced(clean, (9, -1e6))).Doubted.Should().ContainSingle("no peak is that high");
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    public void A_value_far_on_the_bad_side_is_no_worse_than_the_worst_even_without_neighbours(double wrong)
    {
        var space = new SearchSpace([.. Enumerable.Range(0, 6).Select(d => new RealDimension($"x{d}", 0, 1))]);
        var surface = Surfaces.Of("hartmann6");
        var clean = Observe(space, 40, point => surface([.. point.Coordinates])[0], 0.01, 3);
        var told = Replaced(clean, (7, wrong));
        Point[] elsewhere = [.. SpaceFilling.Candidates(space, new UnitCube(space), 200, 11)];

        var model = GaussianProcess.Fit(space, told, seed: 1, isMinimised: true);

        model.Caps.Should().ContainSingle().Which.Should().Be(new KeyValuePair<int, FarValueCap>(7, new FarValueCap(clean.Where((_, i) => i != 7).Max(one => one.Value!.Value), null)));
        model.LeaveOneOut()[7].Value.Should().Be(wrong);
        Miss(model).Should().BeLessThan(1.2 * Miss(GaussianProcess.Fit(space, [.. clean.Where((_, i) => i != 7)], seed: 1, isMinimised: true)));
        GaussianProcess.Fit(space, Replaced(clean, (7, -wrong)), seed: 1, isMinimised: true).Caps.Should().BeEmpty("a peak may stand alone");
        GaussianProcess.Fit(space, told, seed: 1, noiseSd: 0, isMinimised: true).Caps.Should().BeEmpty("an exact value is what it is");

        double Miss(GaussianProcess model) => Math.Sqrt(elsewhere.Average(point => Math.Pow(model.Predict(point).Mean - surface([.. point.Coordinates])[0], 2)));
    }

    [Fact]
    public void A_maximum_is_found_beside_a_value_far_on_the_bad_side_and_diagnosis_names_it()
    {
        ImmutableArray<SearchDimension> dimensions = [.. Enumerable.Range(0, 5).Select(d => new RealDimension($"x{d}", 0, 1))];
        var trials = Studies.Spread(new SearchSpace(dimensions), 12, Height).ToBuilder();
        trials[7] = Studies.Measured(trials[7].Point, -500);
        var problem = Studies.Problem(dimensions, new Aim.Maximise());
        for (var k = 0; k < 12; k++)
        {
            var point = StudyEngine.Next(problem, [.. trials], []).Point;
            trials.Add(Studies.Measured(point, Height(point)));
        }

        trials.Where((_, k) => k != 7).Max(trial => trial.Values!["y"]).Should().BeGreaterThan(-0.01);
        var worst = trials.Where((_, k) => k != 7).Min(trial => trial.Values!["y"]);
        var diagnosis = Studies.Of(problem, trials).Diagnose();
        diagnosis.Quantities[0].Calibration.Explained.Should().BeGreaterThan(0.5, "one wrong value is not what there is to explain");
        var finding = diagnosis.Findings.Where(one => one.Name == "outlier").Should().ContainSingle().Subject;
        finding.Where.Should().Be("trial 8, 'y'");
        finding.What.Should().EndWith(string.Create(CultureInfo.InvariantCulture, $"the model takes it for as bad as the worst of the rest, {worst:G4}"));

        static double Height(Point point) => -point.Coordinates.Sum(x => Math.Pow(x - 0.3, 2));
    }

    [Fact]
    public void The_only_trial_that_gave_anything_is_believed() =>
        Fit(Square, Replaced([.. Elsewhere.Take(20).Select(point => new Observation(point, 0))], (4, -40))).Doubted.Should().BeEmpty();

    [Fact]
    public void Exact_values_values_with_their_own_standard_deviation_and_few_values_are_believed()
    {
        var wild = Replaced(Observe(Square, 25, Studies.Bowl, 0, 1), (12, 50));

        GaussianProcess.Fit(Square, wild, 1, noiseSd: 0).Doubted.Should().BeEmpty();
        GaussianProcess.Fit(Square, wild, 1, noiseSd: 0.01).Doubted.Should().ContainSingle();
        wild[12] = wild[12] with { NoiseSd = 0.01 };
        Fit(Square, wild).Doubted.Should().BeEmpty();
        Fit(Square, [.. Replaced(Observe(Square, 7, Studies.Bowl, 0, 1), (3, 1e6))]).Doubted.Should().BeEmpty();
    }

    [Fact]
    public void Noise_alone_makes_no_outlier()
    {
        var doubted = Enumerable.Range(0, 20).Sum(seed => Fit(Square, Observe(Square, 30, Studies.Bowl, seed % 2 == 0 ? 0.05 : 0.3, seed)).Doubted.Length);

        doubted.Should().BeLessThanOrEqualTo(1, "600 normal values were told");
    }

    [Theory]
    [InlineData("rosenbrock")]
    [InlineData("goldstein-price")]
    [InlineData("branin")]
    [InlineData("needle")]
    public void Steep_surfaces_make_no_outlier(string name)
    {
        for (var seed = 0; seed < 8; seed++)
            foreach (var sign in new[] { 1.0, -1 })
                Fit(Square, Observe(Square, 15 + 5 * (seed % 4), point => sign * Steep(name, point[0], point[1]), 0, seed)).Doubted.Should().BeEmpty($"seed {seed}, sign {sign}");
    }

    [Theory]
    [InlineData(1e6, false)]
    [InlineData(-5, false)]
    [InlineData(-1e6, true)]
    [InlineData(5, true)]
    public void A_study_with_a_wild_value_still_comes_to_the_optimum(double wrong, bool isMaximised)
    {
        var sign = isMaximised ? -1 : 1;
        var noise = new RandomStream(8);
        var space = new SearchSpace(Studies.Square);
        var trials = Studies.Spread(space, 15, Measure).ToBuilder();
        var wild = Studies.Measured(trials[6].Point, wrong);
        trials[6] = wild;
        var problem = Studies.Problem(Studies.Square, isMaximised ? new Aim.Maximise() : new Aim.Minimise());
        for (var k = 0; k < 10; k++)
        {
            var point = StudyEngine.Next(problem, [.. trials], []).Point;
            trials.Add(Studies.Measured(point, Measure(point)));
        }

        Studies.Bowl(Studies.Of(problem, trials).Best().Point).Should().BeLessThan(0.02);
        var finding = Studies.Of(problem, trials).Diagnose().Findings.Where(one => one.Name == "outlier").Should().ContainSingle().Subject;
        finding.Where.Should().Be("trial 7, 'y'");
        finding.What.Should().EndWith("the model does not believe it");

        double Measure(Point point) => sign * Studies.Bowl(point) + 0.01 * noise.NextNormal();
    }

    private static double Steep(string name, double a, double b)
    {
        var (x, y) = name == "branin" ? (15 * a - 5, 15 * b) : name == "rosenbrock" ? (15 * a - 5, 15 * b - 5) : (4 * a - 2, 4 * b - 2);
        return name switch
        {
            "rosenbrock" => 100 * Math.Pow(y - x * x, 2) + Math.Pow(1 - x, 2),
            "branin" => Math.Pow(y - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6, 2) + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x) + 10,
            "needle" => -Math.Exp(-40 * ((a - 0.6) * (a - 0.6) + (b - 0.3) * (b - 0.3))),
            _ => (1 + Math.Pow(x + y + 1, 2) * (19 - 14 * x + 3 * x * x - 14 * y + 6 * x * y + 3 * y * y))
                * (30 + Math.Pow(2 * x - 3 * y, 2) * (18 - 32 * x + 12 * x * x + 48 * y - 36 * x * y + 27 * y * y)),
        };
    }

    private static GaussianProcess Fit(SearchSpace space, Observation[] observations) => GaussianProcess.Fit(space, observations, seed: 1);

    private static Observation[] Observe(SearchSpace space, int count, Func<Point, double> measure, double sd, int seed)
    {
        var noise = new RandomStream(100 + seed);
        return [.. SpaceFilling.Candidates(space, new UnitCube(space), count, seed).Select(point => new Observation(point, measure(point) + sd * noise.NextNormal()))];
    }

    private static Observation[] Replaced(Observation[] observations, params (int Row, double Value)[] wrong)
        => [.. observations.Select((one, i) => wrong.Any(w => w.Row == i) ? one with { Value = wrong.First(w => w.Row == i).Value } : one)];

    private static double Error(GaussianProcess model, double sign)
        => Math.Sqrt(Elsewhere.Average(point => Math.Pow(model.Predict(point).Mean - sign * Studies.Bowl(point), 2)));
}
