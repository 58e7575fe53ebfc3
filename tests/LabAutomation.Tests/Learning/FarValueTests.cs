using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;
using LabAutomation.Tests.Learning.Diagnosis;

namespace LabAutomation.Tests.Learning;

/// <summary>One wrong value far off, where something else than the least value is wanted.</summary>
public sealed class FarValueTests
{
    private static readonly ImmutableArray<SearchDimension> Five = [.. Enumerable.Range(0, 5).Select(d => new RealDimension($"x{d}", 0, 1))];
    private static readonly SearchSpace Space = new(Five);
    private static readonly Point[] Elsewhere = [.. SpaceFilling.Candidates(Space, new UnitCube(Space), 100, 11)];

    [Theory]
    [InlineData("learn", 100)]
    [InlineData("learn", -99999)]
    [InlineData("level", 1000)]
    [InlineData("target", -1000)]
    public void A_wrong_value_does_not_take_the_model_with_it(string aim, double wrong)
    {
        var problem = Studies.Problem(Five, aim switch { "learn" => new Aim.Learn(), "level" => new Aim.FindLevel(15), _ => new Aim.Reach(15) });
        var trials = Studies.Spread(Space, 30, Measured());

        var clean = Miss(problem, trials);
        var spoilt = trials.SetItem(7, Studies.Measured(trials[7].Point, wrong));

        Miss(problem, spoilt).Should().BeLessThan(3 * clean + 0.5, "values lie between -9 and 30, and it was thousands");
        Studies.Of(problem, spoilt).Diagnose().Findings.Should().ContainSingle(one => one.Name == "outlier").Which.Where.Should().Be("trial 8, 'y'");
    }

    [Fact]
    public void A_value_beyond_a_level_or_a_limit_stays_beyond_it_and_two_that_agree_are_believed()
    {
        Observation[] flat = [.. Elsewhere.Take(20).Select((point, k) => new Observation(point, k % 5))];
        ImmutableArray<Observation> one = [.. flat, new Observation(new Point([0.5, 0.5, 0.5, 0.5, 0.5]), 1000)], two = [.. one, new Observation(new Point([0.5, 0.5, 0.5, 0.5, 0.6]), 990)];

        FarValues.Caps(one, new FarValueRule(false, [])).Should().ContainSingle().Which.Value.Value.Should().Be(4);
        FarValues.Caps(one, new FarValueRule(false, [6, 2000])).Should().ContainSingle().Which.Value.Value.Should().Be(8);
        FarValues.Caps(two, new FarValueRule(false, [])).Should().BeEmpty();
        FarValues.Caps(two, new FarValueRule(true, null)).Should().HaveCount(2);
    }

    [Fact]
    public void Trades_and_their_reference_are_those_of_the_rest()
    {
        var problem = new StudyProblem { Space = Space, Objectives = [new Objective("a", new Aim.Minimise()), new Objective("b", new Aim.Minimise())], Seed = 3 };
        ImmutableArray<StudyTrial> trials = [.. Elsewhere.Take(30).Select((point, k) => Both(point, k == 7 ? -1000 : Distance(point, 0.2)))];

        var front = Study.Open(problem).With(trials, [], 0).Front();

        front.Reference[0].Should().BeInRange(0.2, 3);
        front.Trades.Should().OnlyContain(trade => trade.Expected[0].Mean > -1);
        front.Trades.Should().HaveCountGreaterThan(2);

        static StudyTrial Both(Point point, double a) => new(point, ImmutableSortedDictionary<string, double>.Empty.Add("a", a).Add("b", Distance(point, 0.8)), null);
    }

    [Fact]
    public void A_limit_is_known_as_well_as_without_the_wrong_value()
    {
        var problem = Studies.Problem(Five) with { Outcomes = [new OutcomeLimit("q", null, 15)] };
        var quantity = Measured();
        ImmutableArray<StudyTrial> trials = [.. Elsewhere.Take(30).Select((point, k) => new StudyTrial(point, ImmutableSortedDictionary<string, double>.Empty.Add("y", point[4]).Add("q", k == 7 ? 9999 : quantity(point)), null))];

        var model = StudyModels.OfOutcome(problem, problem.Outcomes[0], Space, trials, 1);

        var wrong = Elsewhere.Skip(30).Count(point => model.Predict(point).Mean > 15 != Truth(point) > 15);
        wrong.Should().BeLessThan(12, "of 70 places; with the value as it is all of them are said to keep it, or to break it");
    }

    private static double Miss(StudyProblem problem, ImmutableArray<StudyTrial> trials)
    {
        var model = StudyModels.OfObjective(problem, problem.Objectives[0], Space, trials, 1);
        return Math.Sqrt(Elsewhere.Average(point => Math.Pow(model.Predict(point).Mean - Truth(point), 2)));
    }

    private static double Truth(Point point) => 30 * point[0] - 25 * Math.Pow(point[1] - 0.6, 2);

    private static double Distance(Point point, double from) => point.Coordinates.Sum(x => Math.Pow(x - from, 2));

    private static Func<Point, double> Measured()
    {
        var noise = new RandomStream(6);
        return point => Truth(point) + 0.1 * noise.NextNormal();
    }
}
