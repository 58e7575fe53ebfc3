using System.Globalization;
using System.Text.Json;

namespace LabAutomation.Tests.AskTell;

/// <summary>A trial is not asked for where one was made or is under way, unless that was said.</summary>
public sealed class FreshSuggestionTests
{
    private const double Millionth = 1e-6;

    [Theory]
    [InlineData("none", "bowl")]
    [InlineData("none", "corner")]
    [InlineData("none", "flat")]
    [InlineData("unknown", "corner")]
    public void However_well_the_best_place_is_known_it_is_not_asked_for_again(string noise, string surface)
    {
        var talk = Talk.Opened(Talk.Square.Replace("\"none\"", $"\"{noise}\""));
        var asked = Enumerable.Range(0, 24).Select(_ => talk.Try(x => surface switch
        {
            "bowl" => Talk.Bowl(x),
            "corner" => x.GetProperty("a").GetDouble() + x.GetProperty("b").GetDouble(),
            _ => 5,
        }).GetProperty("x")).Select(Place).ToList();

        Nearest(asked).Should().BeGreaterThan(Millionth);
    }

    [Theory]
    [InlineData("gaussian-process")]
    [InlineData("sobol")]
    [InlineData("random")]
    [InlineData("grid")]
    public void After_one_was_abandoned_those_that_are_pending_are_not_asked_for_twice(string planner)
    {
        var talk = Talk.Opened(Talk.Square.Replace("\"seed\":3", $"\"seed\":3,\"planner\":{{\"kind\":\"{planner}\"}}"));
        var first = talk.Say("""{"ask":3}""", "asked").EnumerateArray().Select(one => Place(one.GetProperty("x"))).Skip(1).ToArray();
        talk.Say("""{"tell":[{"trial":1,"abandoned":true}]}""", "told");

        var second = talk.Say("""{"ask":3}""", "asked").EnumerateArray().Select(one => Place(one.GetProperty("x")));

        Nearest([.. first, .. second]).Should().BeGreaterThan(Millionth);
    }

    [Fact]
    public void What_was_told_before_anything_was_asked_is_not_asked_for()
    {
        var (talk, other) = (Talk.Opened(), Talk.Opened());
        var x = talk.Say("""{"ask":2}""", "asked").EnumerateArray().Select(one => one.GetProperty("x")).ToArray();

        other.Say($$"""{"tell":[{"x":{{x[1].GetRawText()}},"y":1}]}""", "told");

        Nearest([Place(x[1]), Place(other.Say("""{"ask":1}""", "asked")[0].GetProperty("x"))]).Should().BeGreaterThan(Millionth);
    }

    [Fact]
    public void Where_nothing_else_can_be_told_apart_that_is_said()
    {
        var talk = Talk.Opened("""{"open":{"parameters":[{"name":"a","kind":"real","low":1,"high":1.0000000000000002}],"objectives":[{"name":"y","goal":"minimise"}]}}""");
        talk.Try(x => x.GetProperty("a").GetDouble());
        talk.Try(x => x.GetProperty("a").GetDouble());

        talk.Say("""{"ask":1}""").Should().Contain("or all that can be told apart was tried");
    }

    [Fact]
    public void On_a_logarithmic_scale_points_are_told_apart_by_their_ratio()
    {
        var talk = Talk.Opened("""{"open":{"parameters":[{"name":"a","kind":"real","low":0.001,"high":1000,"scale":"log"}],"objectives":[{"name":"y","goal":"minimise"}],"seed":4}}""");
        var a = talk.Say("""{"ask":1}""", "asked")[0].GetProperty("x").GetProperty("a").GetDouble();

        talk.Say($$"""{"tell":[{"x":{"a":{{(a * 1.0001).ToString("R", CultureInfo.InvariantCulture)}}},"y":1}]}""", "told");
        talk.Say("""{"state":true}""", "state").GetProperty("pending").GetArrayLength().Should().Be(1, "a ten-thousandth more is another point");

        talk.Say($$"""{"tell":[{"x":{"a":{{(a * 1.000001).ToString("R", CultureInfo.InvariantCulture)}}},"y":1}]}""", "told");
        talk.Say("""{"state":true}""", "state").GetProperty("pending").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public void A_grid_of_conditional_parameters_has_no_point_twice()
    {
        var talk = Talk.Opened("""{"open":{"parameters":[{"name":"m","kind":"categorical","choices":["heat","light"]},{"name":"p","kind":"integer","low":1,"high":3,"when":{"m":["light"]}}],"objectives":[{"name":"y","goal":"minimise"}],"planner":{"kind":"grid"}}}""");

        var asked = talk.Say("""{"ask":10}""", "asked").EnumerateArray().Select(one => one.GetProperty("x").GetRawText()).ToArray();

        asked.Should().HaveCount(4).And.OnlyHaveUniqueItems();
    }

    private static double[] Place(JsonElement x) => [.. x.EnumerateObject().Select(one => one.Value.GetDouble())];

    private static double Nearest(List<double[]> places) => (from i in Enumerable.Range(0, places.Count)
                                                              from j in Enumerable.Range(0, i)
                                                              select places[i].Zip(places[j], (a, b) => Math.Abs(a - b)).Max()).Min();
}
