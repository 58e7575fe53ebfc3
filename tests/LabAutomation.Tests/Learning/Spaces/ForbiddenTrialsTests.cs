using System.Text.Json;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;
using LabAutomation.Tests.AskTell;

namespace LabAutomation.Tests.Learning.Spaces;

/// <summary>What is never asked for or recommended, and what is refused at once since it could only lead there.</summary>
public sealed class ForbiddenTrialsTests
{
    private const string Minimised = "\"objectives\":[{\"name\":\"y\",\"goal\":\"minimise\"}]";
    private const string Shares = """{"name":"a","kind":"real","low":0,"high":0.6},{"name":"b","kind":"real","low":0,"high":0.6},{"name":"c","kind":"real","low":0,"high":1}""";
    private const string Lamp = """{"name":"m","kind":"categorical","choices":["heat","light"]},{"name":"a","kind":"real","low":0,"high":1},{"name":"b","kind":"real","low":0,"high":1},{"name":"p","kind":"real","low":0.2,"high":0.6,"when":{"m":["light"]}}""";
    private const string Fidelity = """{"name":"t","kind":"real","low":0,"high":1},{"name":"f","kind":"fidelity","values":[1,10],"costs":[1,8]}""";

    [Theory]
    [InlineData("\"constraints\":[\"a + n + b == 8\"]")]
    [InlineData("\"mixtures\":[{\"of\":[\"a\",\"n\",\"b\"],\"total\":8}]")]
    public void A_part_that_is_fixed_is_never_set_to_what_the_others_leave(string rule)
    {
        var talk = Opened("""{"name":"a","kind":"integer","low":0,"high":10},{"name":"n","kind":"integer","low":0,"high":10},{"name":"b","kind":"real","low":1,"high":1}""", rule);

        var asked = talk.Say("""{"ask":8}""", "asked").EnumerateArray().Select(trial => trial.GetProperty("x")).ToArray();

        asked.Should().HaveCount(8).And.OnlyContain(x => Number(x, "b") == 1 && Number(x, "a") + Number(x, "n") == 7);
        new Talk().Say($$"""{"resume":{{talk.Say("""{"state":true}""", "state")}}}""", "resumed");
    }

    [Fact]
    public void A_part_that_is_alone_in_a_mixture_stays_within_its_bounds()
    {
        var talk = Opened(Shares, """ "mixtures":[{"of":["a","b","c"],"total":1}],"counts":[{"of":["a","b","c"],"most":2}]""");

        for (var k = 0; k < 14; k++)
            talk.Try(x => Number(x, "a") - Number(x, "b")).GetProperty("x").EnumerateObject().Should().OnlyContain(part => part.Value.GetDouble() >= 0 && part.Value.GetDouble() <= (part.Name == "c" ? 1 : 0.6));
    }

    [Theory]
    [InlineData("""{"name":"a","kind":"real","low":0,"high":1},{"name":"b","kind":"real","low":0,"high":1},{"name":"c","kind":"real","low":0,"high":1}""", """ "mixtures":[{"of":["a","b","c"],"total":2.5}],"counts":[{"of":["a","b","c"],"most":2}]""", "'a + b + c == 2.5' and '0 to 2 of a, b, c' hold nowhere together")]
    [InlineData("""{"name":"a","kind":"real","low":0,"high":1},{"name":"b","kind":"real","low":0,"high":1},{"name":"c","kind":"real","low":0,"high":1}""", "\"constraints\":[\"c <= 0.5\",\"a < b\",\"b < a\"]", "'a < b' and 'b < a'")]
    [InlineData("""{"name":"m","kind":"integer","low":0,"high":500},{"name":"n","kind":"integer","low":0,"high":500}""", "\"constraints\":[\"m >= 3\",\"2*m == 2*n + 1\"]", "'2*m == 2*n + 1'")]
    [InlineData("""{"name":"t","kind":"real","low":0,"high":1},{"name":"k","kind":"task","choices":["old","new"],"target":"new"}""", "\"constraints\":[\"k == 'old'\"]", "'k == 'new'' hold nowhere together")]
    [InlineData(Fidelity, "\"constraints\":[\"t + f <= 5\"]", "'f == 10'")]
    [InlineData(Fidelity, "\"candidates\":[[0.1,1],[0.2,1]]", "no candidate has 'f' = 10; in the rows it is 1")]
    [InlineData("""{"name":"t","kind":"real","low":0,"high":1},{"name":"u","kind":"real","low":0,"high":1}""", "\"mixtures\":[{\"of\":[\"t\",\"u\"],\"total\":0.333}],\"planner\":{\"kind\":\"grid\"}", "no point of the grid satisfies the constraints")]
    public void What_has_no_solution_is_refused_at_once_and_by_name(string parameters, string rules, string complaint)
        => new Talk().Say($"{{\"open\":{{\"parameters\":[{parameters}],{rules},{Minimised}}}}}").Should().StartWith("{\"error\":\"line 1: ").And.Contain(complaint);

    [Theory]
    [InlineData("t + f >= 5", 1)]
    [InlineData("t + 0.1*f >= 1", 0.1)]
    public void A_cheaper_measurement_is_made_only_where_the_constraints_allow_it(string constraint, double weight)
    {
        var talk = Opened(Fidelity, $"\"constraints\":[\"{constraint}\"],\"planner\":{{\"kind\":\"gaussian-process\",\"initial\":3}}");

        for (var k = 0; k < 12; k++)
            talk.Try(x => Math.Pow(Number(x, "t") - 0.3, 2)).GetProperty("x").Should().Match<JsonElement>(x => Number(x, "t") + weight * Number(x, "f") >= (weight == 1 ? 5 : 1) - 1e-8);
    }

    [Fact]
    public void A_cheaper_measurement_of_a_candidate_is_a_candidate_too()
    {
        var talk = Opened(Fidelity, $"\"candidates\":[{string.Join(',', Enumerable.Range(0, 41).Select(k => FormattableString.Invariant($"[{k / 40.0},10]")))},[0.5,1],[0.1,1]],\"planner\":{{\"kind\":\"gaussian-process\",\"initial\":3}}");

        for (var k = 0; k < 14; k++) talk.Try(x => Math.Pow(Number(x, "t") - 0.3, 2)).TryGetProperty("candidate", out _).Should().BeTrue();
    }

    [Fact]
    public void What_is_expected_of_a_cheaper_measurement_is_expected_of_it_and_not_of_the_dear_one()
    {
        var talk = Opened(Fidelity, "\"noise\":\"none\",\"planner\":{\"kind\":\"gaussian-process\",\"initial\":4}");
        static double Measured(JsonElement x) => Math.Pow(Number(x, "t") - 0.3, 2) + (Number(x, "f") == 1 ? 100 : 0);

        for (var k = 0; k < 14; k++) talk.Try(Measured);
        var cheap = Enumerable.Range(0, 8).Select(_ => talk.Try(Measured)).Where(trial => Number(trial.GetProperty("x"), "f") == 1).ToArray();

        cheap.Should().NotBeEmpty().And.OnlyContain(trial => trial.GetProperty("mean").GetProperty("y").GetDouble() > 50);
        cheap[0].GetProperty("reason").GetString().Should().EndWith("; tried at 'f' = 1, which teaches more of 10 for its cost");
    }

    [Fact]
    public void A_parameter_that_does_not_count_is_zero_in_a_mixture_and_a_constraint_on_it_asks_nothing()
    {
        var mixed = Opened(Lamp, """ "mixtures":[{"of":["a","b","p"],"total":1}]""");
        for (var k = 0; k < 12; k++)
            mixed.Try(x => Number(x, "a")).GetProperty("x").Should().Match<JsonElement>(x => Math.Abs(Number(x, "a") + Number(x, "b") + (Has(x, "p") ? Number(x, "p") : 0) - 1) < 1e-8);

        var (bound, open) = (new Talk(), $"{{\"open\":{{\"parameters\":[{Lamp}],\"constraints\":[\"p >= 0.4\",\"a + p <= 0.7\"],{Minimised}}}}}");
        bound.Say(open).Should().Contain("a constraint on parameter 'p' asks nothing where that does not count");
        var asked = Enumerable.Range(0, 14).Select(_ => bound.Try(x => -Number(x, "a")).GetProperty("x")).ToArray();
        asked.Should().Contain(x => x.GetProperty("m").GetString() == "heat" && Number(x, "a") > 0.4);
        asked.Should().OnlyContain(x => !Has(x, "p") || (Number(x, "p") >= 0.4 - 1e-9 && Number(x, "a") + Number(x, "p") <= 0.7 + 1e-9));
    }

    [Fact]
    public void What_was_measured_beside_the_candidates_is_never_recommended()
    {
        var talk = Opened("""{"name":"a","kind":"real","low":0,"high":1}""", "\"candidates\":[[0],[0.25],[0.5],[0.75],[1]]");
        talk.Say("""{"tell":{"x":{"a":0.55},"y":-9}}""", "told");

        talk.Say("""{"best":true}""").Should().Contain("no candidate was measured yet");
        talk.Say("""{"tell":[{"candidate":1,"y":3},{"candidate":2,"y":1}]}""", "told");
        var best = talk.Say("""{"best":true}""", "best");
        best.GetProperty("candidate").GetInt32().Should().BeOneOf(1, 2);
        best.GetProperty("best_observed").GetProperty("candidate").GetInt32().Should().Be(2);
    }

    [Fact]
    public void Where_nothing_is_left_the_answer_says_of_what()
    {
        var tasks = Opened("""{"name":"t","kind":"real","low":0,"high":1},{"name":"k","kind":"task","choices":["old","new"],"target":"new"}""", "\"candidates\":[[0.1,\"old\"],[0.2,\"old\"],[0.3,\"new\"],[0.4,\"new\"]]");
        tasks.Say("""{"ask":2}""", "asked");
        tasks.Say("""{"ask":1}""").Should().Contain("all 2 of the candidates with 'k' = new that are feasible were tried or are pending");

        var contexts = Opened("""{"name":"t","kind":"real","low":0,"high":1},{"name":"h","kind":"real","low":0,"high":100,"context":true}""", "\"candidates\":[[0.1,10],[0.2,20]]");
        contexts.Say("""{"ask":{"context":{"h":15}}}""").Should().Contain("no candidate has 'h' = 15; in the rows it is 10, 20");

        var forbidden = Opened("""{"name":"t","kind":"real","low":0,"high":1},{"name":"h","kind":"real","low":0,"high":100,"context":true}""", "\"constraints\":[\"t + h <= 1\"]");
        forbidden.Say("""{"ask":{"context":{"h":100}}}""").Should().Contain("'t + h <= 1' and 'h == 100' hold nowhere together");
    }

    [Fact]
    public void A_grid_has_points_for_a_context_between_its_levels()
    {
        var talk = Opened("""{"name":"a","kind":"real","low":0,"high":10},{"name":"h","kind":"real","low":0,"high":5,"context":true}""", "\"planner\":{\"kind\":\"grid\"}");

        talk.Say("""{"ask":{"count":3,"context":{"h":2.2}}}""", "asked").EnumerateArray().Should().HaveCount(3).And.OnlyContain(trial => Number(trial.GetProperty("x"), "h") == 2.2);
    }

    [Theory]
    [InlineData(1.5, null, "lies outside the bounds or breaks a rule")]
    [InlineData(0.9, null, "lies outside the bounds or breaks a rule")]
    [InlineData(0.3, 0.4, "is no candidate")]
    public void A_planner_with_a_defect_is_found_out_before_anything_is_asked_for(double chosen, double? row, string complaint)
    {
        SearchSpace space = new([new RealDimension("a", 0, 1)], point => point[0] <= 0.8, row is { } only ? [new Point([only])] : null);
        var study = Study.Open(new StudyProblem { Space = space, Objectives = [new Objective("y", new Aim.Minimise())], Optimiser = new Stubborn(new Point([chosen])) });

        var asking = () => study.Ask(1);

        asking.Should().Throw<InvalidOperationException>().WithMessage($"planner 'stubborn' chose a = {FormattableString.Invariant($"{chosen}")}, which {complaint}*");
    }

    [Fact]
    public void A_value_that_does_not_count_makes_no_second_trial_of_the_first()
    {
        var talk = Opened("""{"name":"p","kind":"discrete","values":[0.5,0.7,2]},{"name":"q","kind":"discrete","values":[0,2],"when":{"p":[0.7]}}""", "\"constraints\":[\"p + q == 0.3\"],\"planner\":{\"kind\":\"random\"},\"seed\":261");

        talk.Say("""{"ask":5}""", "asked").EnumerateArray().Select(trial => trial.GetProperty("x").GetRawText()).Should().BeEquivalentTo("""{"p":0.5}""", """{"p":2}""");
    }

    private static Talk Opened(string parameters, string rules) => Talk.Opened($"{{\"open\":{{\"parameters\":[{parameters}],{rules},{Minimised}}}}}");

    private static bool Has(JsonElement x, string name) => x.TryGetProperty(name, out _);

    private static double Number(JsonElement x, string name) => x.GetProperty(name).GetDouble();

    private sealed class Stubborn(Point point) : IOptimiser
    {
        public string Name => "stubborn";

        public Suggestion Suggest(SearchSpace space, IReadOnlyList<Observation> history, IReadOnlyList<Point> pending, int seed) => new(point, null, null, null, "always there");
    }
}
