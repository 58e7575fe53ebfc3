using System.Collections.Concurrent;
using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Tests.Learning;

public sealed class ThreadsTests
{
    private static readonly SearchSpace Plane = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1), new CategoricalDimension("c", ["x", "y", "z"])]);

    [Fact]
    public void The_answer_in_a_space_without_a_list_is_bit_for_bit_the_same_with_any_number_of_threads()
        => AnswersAgree(Plane, [new OutcomeLimit("impurity", null, 0.7)]);

    [Fact]
    public void The_answer_where_candidates_are_mended_is_bit_for_bit_the_same_with_any_number_of_threads()
    {
        var talk = """{"open":{"parameters":[{"name":"i","kind":"integer","low":1,"high":40},{"name":"j","kind":"integer","low":1,"high":40},{"name":"k","kind":"integer","low":1,"high":40},{"name":"u","kind":"real","low":0,"high":1},{"name":"v","kind":"real","low":0,"high":1}],"constraints":["i*j - 20*k <= 15","20*k - i*j <= 15"],"objectives":[{"name":"y","goal":"minimise"}],"planner":{"kind":"gaussian-process","initial":4},"threads":THREADS}}""";
        string[] answers = [.. new[] { 1, 2, 4 }.Select(threads =>
        {
            var study = AskTell.Talk.Opened(talk.Replace("THREADS", threads.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            for (var trial = 0; trial < 5; trial++) study.Try(x => x.GetProperty("i").GetDouble() * x.GetProperty("u").GetDouble() - x.GetProperty("v").GetDouble());
            return string.Join('\n', Enumerable.Range(0, 6).Select(_ => study.Try(x => x.GetProperty("k").GetDouble() + x.GetProperty("u").GetDouble()).GetProperty("x").GetRawText()));
        })];

        answers.Should().OnlyContain(answer => answer == answers[0]);
    }

    [Fact]
    public void The_answer_among_the_rows_of_a_large_pool_is_bit_for_bit_the_same_with_any_number_of_threads()
        => AnswersAgree(new SearchSpace(Plane.Dimensions, pool: [.. SpaceFilling.Candidates(Plane, new UnitCube(Plane), 140_000, seed: 3)]), []);

    [Fact]
    public void One_thread_is_the_caller_alone()
    {
        var threads = new ConcurrentDictionary<int, int>();
        var watched = new SearchSpace(Plane.Dimensions, _ => threads.TryAdd(Environment.CurrentManagedThreadId, 0) || true);

        Told(watched, [], threads: 1).Ask(1);

        threads.Keys.Should().Equal(Environment.CurrentManagedThreadId);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Every_part_is_worked_on_once_and_the_first_that_fails_is_what_is_seen(int threads)
    {
        var seen = new ConcurrentBag<int>();
        Threads.Run(50, threads, seen.Add);
        seen.Order().Should().Equal(Enumerable.Range(0, 50));

        var failing = () => Threads.Run(50, threads, part => _ = part >= 20 ? throw new InvalidOperationException($"part {part}") : part);
        failing.Should().Throw<InvalidOperationException>().WithMessage("part 20");
    }

    [Fact]
    public void Without_a_thread_nothing_is_answered()
    {
        FluentActions.Invoking(() => Told(Plane, [], threads: 0)).Should().Throw<StudyException>().WithMessage("0 threads*at least 1*");
        FluentActions.Invoking(() => new GaussianProcessOptimiser(new() { Threads = 0 })).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static void AnswersAgree(SearchSpace space, ImmutableArray<OutcomeLimit> limits)
    {
        var (_, expected) = Told(space, limits, threads: 1).Ask(2);
        foreach (var threads in new[] { 2, 3, 5 })
        {
            var (_, answers) = Told(space, limits, threads).Ask(2);
            for (var k = 0; k < 2; k++)
            {
                answers[k].Point.Should().Be(expected[k].Point);
                answers[k].Acquisition.Should().Be(expected[k].Acquisition);
                answers[k].Feasible.Should().Be(expected[k].Feasible);
                answers[k].Expected!.Value.Should().Equal(expected[k].Expected!.Value);
            }
        }
    }

    private static Study Told(SearchSpace space, ImmutableArray<OutcomeLimit> limits, int threads)
    {
        var study = Study.Open(new StudyProblem { Space = space, Objectives = [new Objective("y", new Aim.Minimise())], Outcomes = limits, Threads = threads });
        return SpaceFilling.Candidates(Plane, new UnitCube(Plane), 18, seed: 1).Aggregate(study, (told, point) => told.Tell(new TrialReport(null, point,
            new Dictionary<string, double> { ["y"] = Math.Sin(5 * point[0]) + point[1] * point[2], ["impurity"] = point[0] }
                .Where(value => value.Key == "y" || !limits.IsEmpty).ToImmutableSortedDictionary(), null)));
    }
}
