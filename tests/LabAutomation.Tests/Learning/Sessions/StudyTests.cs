using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Tests.Learning.Sessions;

public sealed class StudyTests
{
    private static readonly StudyProblem Problem = new()
    {
        Space = new SearchSpace([new RealDimension("a", 0, 1), new IntegerDimension("n", 0, 9)]),
        Objectives = [new Objective("y", new Aim.Minimise())],
        Seed = 5,
    };

    [Fact]
    public void Telling_and_asking_leave_the_study_before_them_as_it_was()
    {
        var empty = Study.Open(Problem);

        var told = empty.Tell(At(0.5, 3, 1));
        var (asked, _) = told.Ask(2);

        (empty.Trials.Count, told.Trials.Count, told.Pending.Count, asked.Pending.Count, asked.Asked).Should().Be((0, 1, 0, 2, 2));
    }

    [Fact]
    public void Asking_for_two_is_asking_for_one_twice()
    {
        var study = Measured(8);

        var together = study.Ask(2).Proposals;
        var (first, one) = study.Ask(1);
        var other = first.Ask(1).Proposals;

        together.Select(proposal => (proposal.Number, proposal.Point, proposal.Acquisition))
            .Should().Equal(one.Concat(other).Select(proposal => (proposal.Number, proposal.Point, proposal.Acquisition)));
        together[0].Point.Should().NotBe(together[1].Point, "the second knows that the first is pending");
    }

    [Fact]
    public void A_study_put_together_from_its_parts_answers_as_the_first_one()
    {
        var (study, _) = Measured(7).Ask(1);

        var again = Study.Open(Problem).With(study.Trials, study.Pending, study.Asked);

        var (one, other) = (study.Ask(1).Proposals[0], again.Ask(1).Proposals[0]);
        (other.Number, other.Point, other.Acquisition, other.Reason).Should().Be((one.Number, one.Point, one.Acquisition, one.Reason));
        again.Best().Should().BeEquivalentTo(study.Best());
    }

    [Fact]
    public void To_maximise_is_to_minimise_the_negative()
    {
        var down = Measured(8);
        var up = Study.Open(Problem with { Objectives = [new Objective("y", new Aim.Maximise())] });
        foreach (var trial in down.Trials) up = up.Tell(new TrialReport(null, trial.Point, trial.Values!.SetItem("y", -trial.Values["y"]), null));

        var (one, other) = (down.Ask(1).Proposals[0], up.Ask(1).Proposals[0]);

        other.Point.Should().Be(one.Point);
        other.Expected!.Value[0].Mean.Should().Be(-one.Expected!.Value[0].Mean);
        other.Acquisition.Should().Be(one.Acquisition);
        up.Best().Observed[0].Should().Be(-down.Best().Observed[0]);
    }

    [Fact]
    public void A_failed_trial_counts_as_tried_and_a_forgotten_one_does_not()
    {
        var pool = Problem with { Space = new SearchSpace([new RealDimension("a", 0, 1)], pool: [new Point([0.2]), new Point([0.8])]) };
        var (study, proposals) = Study.Open(pool).Ask(2);
        proposals.Select(proposal => study.RowOf(proposal.Point)).Should().BeEquivalentTo([0, 1]);

        var failed = study.Tell(new TrialReport(1, null, null, "clogged"));
        failed.Invoking(one => one.Ask(1)).Should().Throw<StudyException>().WithMessage("no open point is left*");

        var forgotten = failed.Tell(new TrialReport(2, null, null, null));
        forgotten.Ask(1).Proposals.Single().Point.Should().Be(proposals[1].Point);
    }

    [Fact]
    public void A_noisy_winner_is_measured_again_where_that_is_allowed()
    {
        ImmutableArray<Point> pool = [.. Enumerable.Range(0, 12).Select(k => new Point([k / 11.0]))];
        var study = Study.Open(Problem with { Space = new SearchSpace([new RealDimension("a", 0, 1)], pool: pool), Repeats = true });
        var noise = new Random(4);
        for (var k = 0; k < 30; k++)
        {
            var (asked, proposals) = study.Ask(1);
            var a = proposals[0].Point[0];
            study = asked.Tell(new TrialReport(proposals[0].Number, null, Y((a - 0.4) * (a - 0.4) + 0.05 * noise.NextDouble()), null));
        }

        var counts = study.Trials.CountBy(trial => trial.Point).ToDictionary();

        counts.Values.Max().Should().BeGreaterThan(2);
        study.Best().Point[0].Should().BeApproximately(0.4, 0.15);
    }

    [Fact]
    public void Nothing_is_recommended_before_something_was_measured() =>
        Study.Open(Problem).Tell(new TrialReport(null, new Point([0.5, 1]), null, "clogged"))
            .Invoking(study => study.Best()).Should().Throw<StudyException>().WithMessage("nothing was measured yet*");

    [Theory]
    [InlineData(0.3, 0.3)]
    [InlineData(-1e-10, 0)]
    [InlineData(1 + 1e-10, 1)]
    public void Rounding_at_a_bound_is_put_right(double value, double coordinate) =>
        Admission.OfNumber(Problem.Space.Dimensions[0], value).Should().Be(coordinate);

    [Fact]
    public void A_long_list_of_choices_is_shortened_in_messages() =>
        FluentActions.Invoking(() => Admission.OfChoice(new CategoricalDimension("c", [.. Enumerable.Range(0, 50).Select(k => $"c{k}")]), new string('x', 500)))
            .Should().Throw<StudyException>().Which.Message.Should().EndWith("c19 and 30 more").And.NotContain(new string('x', 61));

    private static Study Measured(int count)
    {
        var study = Study.Open(Problem);
        for (var k = 0; k < count; k++)
        {
            var (asked, proposals) = study.Ask(1);
            var point = proposals[0].Point;
            study = asked.Tell(new TrialReport(proposals[0].Number, null, Y(Math.Abs(point[0] - 0.3) + Math.Abs(point[1] - 6)), null));
        }
        return study;
    }

    private static TrialReport At(double a, int n, double y) => new(null, new Point([a, n]), Y(y), null);

    private static ImmutableSortedDictionary<string, double> Y(double y) => ImmutableSortedDictionary<string, double>.Empty.Add("y", y);
}
