using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Advising;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Tests.Learning.Advising;

public sealed class AdvisedStudyTests
{
    private static readonly SearchSpace Square = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1)]);

    private static readonly StudyProblem Problem = new() { Space = Square, Objectives = [new Objective("y", new Aim.Minimise())], Seed = 3 };

    private static readonly Advice Corner = new([new AdvisedRegion([new PreferredRange(0, 0.7, null), new PreferredRange(1, null, 0.3)])]);

    [Fact]
    public void First_trials_alternate_between_the_advice_and_an_even_spread()
    {
        var proposals = Study.Open(Problem with { Advice = Corner }).Ask(6).Proposals;

        proposals.Select(proposal => proposal.Advice!.Decided).Should().Equal(true, false, true, false, true, false);
        proposals.Where(proposal => proposal.Advice!.Decided).Should().OnlyContain(proposal => IsInCorner(proposal.Point));
        proposals[0].Reason.Should().Be("first trial where the advice expects the best; the advice decided, trusted 0.80");
        proposals[0].Point.Should().NotBe(proposals[2].Point);
    }

    [Fact]
    public void Without_advice_nothing_is_said_of_it()
    {
        var (study, first) = Run(Problem, 12, Bowl(0.5, 0.5));

        study.Ask(1).Proposals[0].Advice.Should().BeNull();
        first.Should().OnlyContain(proposal => proposal.Advice == null && !proposal.Reason.Contains("advice"));
    }

    [Fact]
    public void Advice_that_was_refuted_changes_no_bit_of_what_is_proposed()
    {
        StudyTrial[] told = [.. Enumerable.Range(0, 14).Select(k => (A: k * 0.618 % 1, B: k * 0.377 % 1)).Select(at => new StudyTrial(new Point([at.A, at.B]), Told(at.A - at.B), null))];
        var plain = Study.Open(Problem).With(told, [], 14).Ask(2).Proposals;
        var advised = Study.Open(Problem with { Advice = Corner }).With(told, [], 14).Ask(2).Proposals;

        advised.Should().OnlyContain(proposal => !proposal.Advice!.Decided && proposal.Advice.Trust < AdviceTrust.Least);
        advised.Select(proposal => (proposal.Point, proposal.Acquisition)).Should().Equal(plain.Select(proposal => (proposal.Point, proposal.Acquisition)));
        advised[0].Reason.Should().StartWith(plain[0].Reason).And.EndWith("; the data decided, trusted 0.00");
    }

    [Fact]
    public void Good_advice_is_trusted_more_and_bad_advice_less()
    {
        var (good, _) = Run(Problem with { Advice = Corner }, 14, Bowl(0.85, 0.15));
        var (bad, proposals) = Run(Problem with { Advice = Corner }, 14, Bowl(0.1, 0.9));

        good.Ask(1).Proposals[0].Advice!.Trust.Should().BeGreaterThan(0.9);
        bad.Ask(1).Proposals[0].Advice!.Trust.Should().BeLessThan(0.1);
        proposals.Count(proposal => proposal.Advice!.Decided).Should().BeLessThan(5);
        bad.Trials.Min(trial => trial.Values!["y"]).Should().BeLessThan(0.02);
    }

    [Fact]
    public void A_study_put_together_from_its_parts_answers_as_the_first_one()
    {
        var problem = Problem with { Advice = Corner };
        var (study, _) = Run(problem, 9, Bowl(0.6, 0.3));
        (study, _) = study.Ask(1);

        var again = Study.Open(problem).With(study.Trials, study.Pending, study.Asked);

        var (one, other) = (study.Ask(1).Proposals[0], again.Ask(1).Proposals[0]);
        (other.Number, other.Point, other.Acquisition, other.Reason, other.Advice).Should().Be((one.Number, one.Point, one.Acquisition, one.Reason, one.Advice));
    }

    /// <summary>Random advice, sound or not, on random spaces with constraints, pools and choices.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Nothing_is_proposed_that_the_space_does_not_allow(int seed)
    {
        var stream = new RandomStream(seed, 1);
        ImmutableArray<SearchDimension> dimensions = [new RealDimension("a", 0, 1), new RealDimension("c", 0.1, 10, seed % 2 == 0), new IntegerDimension("n", 1, 6), new CategoricalDimension("s", ["x", "y", "z"])];
        Func<Point, bool> allowed = point => point[0] + 0.1 * point[2] <= 1.0 && !(point[3] == 1 && point[1] > 2);
        var pool = seed == 3 ? Enumerable.Range(0, 60).Select(_ => new Point([stream.NextUniform(), 0.1 + 9.9 * stream.NextUniform(), 1 + stream.NextIndex(6), stream.NextIndex(3)])).ToImmutableArray() : (ImmutableArray<Point>?)null;
        var low = stream.NextUniform();
        var advice = new Advice(
        [
            new AdvisedRegion([new PreferredRange(0, low, null), new PreferredPlace(1, 5, 0.05), new PreferredChoices(2, [6])]),
            new AdvisedRegion([new PreferredChoices(3, [1]), new PreferredPlace(2, 6, 0.01)]) { Weight = 3 },
        ]) { Trust = Advice.MostTrust };
        var problem = new StudyProblem { Space = new SearchSpace(dimensions, allowed, pool), Objectives = [new Objective("y", new Aim.Maximise())], Seed = seed, Advice = advice };

        var (study, proposals) = Run(problem, 16, point => point[0] + 0.1 * point[2] + (point[3] == 1 ? 0.3 : 0));

        proposals.Concat(study.Ask(3).Proposals).Should().OnlyContain(proposal => allowed(proposal.Point) && (pool == null || pool.Value.Contains(proposal.Point)));
        proposals.Select(proposal => proposal.Point).Should().OnlyHaveUniqueItems();
        foreach (var point in proposals.Select(proposal => proposal.Point))
        {
            point[0].Should().BeInRange(0, 1);
            point[1].Should().BeInRange(0.1, 10);
        }
    }

    [Theory]
    [InlineData(0, "the trust in advice is 0; it is above 0 and at most 0.95")]
    [InlineData(0.96, "the trust in advice is 0.96; it is above 0 and at most 0.95")]
    [InlineData(double.NaN, "the trust in advice is NaN; it is above 0 and at most 0.95")]
    public void Trust_that_is_none_is_refused(double trust, string message) => Refused(Corner with { Trust = trust }).Should().Be(message);

    [Fact]
    public void Advice_that_makes_no_sense_is_refused_by_name_and_number()
    {
        Refused(new Advice([])).Should().Be("advice has at least one region");
        Refused(Of()).Should().Be("advised region 1: it says nothing; it has at least one preference");
        Refused(new Advice([new AdvisedRegion([new PreferredPlace(0, 0.5)]), new AdvisedRegion([new PreferredPlace(0, 0.5)]) { Weight = 0 }])).Should().Be("advised region 2: its weight is 0; it is above 0 and finite");
        Refused(Of(new PreferredRange(7, 0, 1))).Should().Be("advised region 1: there is no dimension 7; the space has 3, from 0");
        Refused(Of(new PreferredRange(0, 0, 1), new PreferredPlace(0, 0.5))).Should().Be("advised region 1: dimension 0 is spoken of twice; once is enough");
        Refused(Of(new PreferredRange(0, null, null))).Should().Be("advised region 1: 'a' has no preferred bound; give a lower or an upper one, or both");
        Refused(Of(new PreferredRange(0, 0.4, 0.2))).Should().Be("advised region 1: 'a' is preferred from 0.4 to 0.2, which are in the wrong order");
        Refused(Of(new PreferredRange(0, -1, 0.2))).Should().Be("advised region 1: 'a' is preferred from or to -1, which it cannot be; its range is 0 to 1");
        Refused(Of(new PreferredPlace(0, double.NaN))).Should().Be("advised region 1: 'a' is preferred near NaN, which it cannot be; its range is 0 to 1");
        Refused(Of(new PreferredPlace(0, 0.5, 2))).Should().Be("advised region 1: 'a' is preferred within 2 of its range; that is 0.001 to 1");
        Refused(Of(new PreferredRange(1, 0, 1))).Should().Be("advised region 1: 's' has no order, so that no range of it can be preferred; name choices");
        Refused(Of(new PreferredChoices(1, [2]))).Should().Be("advised region 1: 's' is preferred at 2, which it cannot be");
        Refused(Of(new PreferredChoices(2, [3]))).Should().Be("advised region 1: 'v' is preferred at 3, which it cannot be");
        Refused(Of(new PreferredChoices(0, [0.5]))).Should().Be("advised region 1: 'a' has no list of values; give a preferred range or a place");
        Refused(Of(new PreferredChoices(1, []))).Should().Be("advised region 1: 's' has an empty list of preferred values");
        FluentActions.Invoking(() => Study.Open(Problem with { Advice = Corner, Objectives = [new Objective("y", new Aim.Learn())] }))
            .Should().Throw<StudyException>().WithMessage("'y' is to be learnt, and advice says where the best is*");
    }

    [Fact]
    public void A_planner_that_does_not_learn_says_that_it_does_not_look() =>
        Study.Open(Problem with { Advice = Corner, Optimiser = new SobolOptimiser() }).Notes.Should().Equal("planner 'sobol' does not look at advice");

    private static Advice Of(params Preference[] preferences) => new([new AdvisedRegion([.. preferences])]);

    private static string Refused(Advice advice)
    {
        var space = new SearchSpace([new RealDimension("a", 0, 1), new CategoricalDimension("s", ["x", "y"]), new DiscreteDimension("v", [1, 2, 5])]);
        return FluentActions.Invoking(() => Study.Open(Problem with { Space = space, Advice = advice })).Should().Throw<StudyException>().Which.Message;
    }

    private static bool IsInCorner(Point point) => point[0] >= 0.6 && point[1] <= 0.4;

    private static Func<Point, double> Bowl(double a, double b) => point => (point[0] - a) * (point[0] - a) + (point[1] - b) * (point[1] - b);

    private static ImmutableSortedDictionary<string, double> Told(double y) => ImmutableSortedDictionary<string, double>.Empty.Add("y", y);

    private static (Study Study, List<Proposal> Proposals) Run(StudyProblem problem, int trials, Func<Point, double> measure)
    {
        var (study, all) = (Study.Open(problem), new List<Proposal>());
        while (study.Trials.Count < trials)
        {
            var (asked, proposals) = study.Ask(1);
            all.Add(proposals[0]);
            study = asked.Tell(new TrialReport(proposals[0].Number, null, Told(measure(proposals[0].Point)), null));
        }
        return (study, all);
    }
}
