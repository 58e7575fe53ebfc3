using System.Globalization;
using System.Text.Json;

namespace LabAutomation.Tests.AskTell;

/// <summary>What is best depends on what is read: it is said with the question, and never chosen.</summary>
public sealed class ContextAnswerTests
{
    private const string Humid = """{"open":{"parameters":[{"name":"t","kind":"real","low":0,"high":1},{"name":"h","kind":"real","low":0,"high":100,"context":true}],"objectives":[{"name":"y","goal":"minimise"}],"noise":"none","seed":3}}""";
    private const string Machines = """{"open":{"parameters":[{"name":"t","kind":"real","low":0,"high":1},{"name":"m","kind":"categorical","choices":["A","B"],"context":true}],OBJECTIVES,"seed":3}}""";

    [Theory]
    [InlineData("best")]
    [InlineData("diagnose")]
    public void A_question_without_the_context_is_an_error_that_says_how_to_say_it(string message)
    {
        var talk = Talk.Opened(Humid);
        talk.Say("""{"tell":{"x":{"t":0.5,"h":40},"y":1}}""", "told");

        talk.Say($$"""{"{{message}}":true}""").Should().Contain($$"""parameter 'h' is a context, which is read and not chosen: say with the question what it is, {\"{{message}}\":{\"context\":{\"h\":""");
        talk.Say($$$$"""{"{{{{message}}}}":{"context":{"h":101}}}""").Should().Contain("parameter 'h' is 101; its range is 0 to 100");
        talk.Say($$$$"""{"{{{{message}}}}":{"context":{"h":40,"t":0.5}}}""").Should().Contain("parameter 't' is no context; it is chosen");
    }

    [Theory]
    [InlineData(30)]
    [InlineData(70)]
    public void The_best_of_a_reading_that_was_never_made_is_what_the_others_teach(int humidity)
    {
        var talk = Talk.Opened(Humid);
        // The wetter, the better: whoever chose the weather would choose the wettest.
        for (var k = 0; k < 24; k++)
        {
            var (t, h) = (k % 8 / 7.0, 25 + 50.0 * (k / 8) / 2);
            talk.Say(string.Create(CultureInfo.InvariantCulture, $$$$"""{"tell":{"x":{"t":{{{{t:R}}}},"h":{{{{h:R}}}}},"y":{{{{2 * Math.Pow(t - h / 100, 2) - h / 50:R}}}}}}"""), "told");
        }

        var best = talk.Say($$$$"""{"best":{"context":{"h":{{{{humidity}}}}}}}""", "best");
        var diagnosis = talk.Say($$$$"""{"diagnose":{"context":{"h":{{{{humidity}}}}}}}""", "diagnosis");

        best.GetProperty("x").GetProperty("h").GetDouble().Should().Be(humidity);
        best.GetProperty("x").GetProperty("t").GetDouble().Should().BeApproximately(humidity / 100.0, 0.08);
        best.GetProperty("mean").GetProperty("y").GetDouble().Should().BeApproximately(-humidity / 50.0, 0.1);
        best.GetProperty("measurements").GetInt32().Should().Be(0);
        best.GetProperty("best_observed").ValueKind.Should().Be(JsonValueKind.Null);
        diagnosis.GetProperty("recommended").GetRawText().Should().Be($$"""{"x":{{best.GetProperty("x").GetRawText()}}}""");
        // Of this weather all is known; a wetter day would promise half a unit.
        diagnosis.GetProperty("stopping").GetProperty("next_gain").GetDouble().Should().BeLessThan(0.05);
        diagnosis.GetProperty("stopping").GetProperty("tolerance").GetDouble().Should().BeLessThan(0.012, "the weather's share of the range is no range of this question");
        diagnosis.GetProperty("quantities")[0].GetProperty("importance").EnumerateArray().Select(one => one.GetProperty("parameter").GetString()).Should().Equal("t");
    }

    [Theory]
    [InlineData("A", 0.2)]
    [InlineData("B", 0.8)]
    public void Each_machine_has_its_own_best(string machine, double place)
    {
        var talk = Told("""
            "objectives":[{"name":"y","goal":"minimise"}]
            """, (t, isB) => string.Create(CultureInfo.InvariantCulture, $"{Math.Pow(t - (isB ? 0.8 : 0.2), 2) - (isB ? 5 : 0):R}"));

        var best = talk.Say($$$$"""{"best":{"context":{"m":"{{{{machine}}}}"}}}""", "best");

        best.GetProperty("x").GetProperty("m").GetString().Should().Be(machine);
        best.GetProperty("x").GetProperty("t").GetDouble().Should().BeApproximately(place, 0.06);
        best.GetProperty("best_observed").GetProperty("x").GetProperty("m").GetString().Should().Be(machine);
    }

    [Fact]
    public void Trades_are_those_of_the_machine()
    {
        var talk = Told("""
            "objectives":[{"name":"a","goal":"minimise"},{"name":"b","goal":"minimise"}]
            """, (t, isB) => string.Create(CultureInfo.InvariantCulture, $$"""{"a":{{t - (isB ? 5 : 0):R}},"b":{{Math.Pow(1 - t, 2) - (isB ? 5 : 0):R}}}"""));

        var best = talk.Say("""{"best":{"context":{"m":"A"}}}""", "best");

        best.GetProperty("front").EnumerateArray().Should().NotBeEmpty().And.OnlyContain(trade => trade.GetProperty("x").GetProperty("m").GetString() == "A" && trade.GetProperty("mean").GetProperty("a").GetDouble() > -1);
        best.GetProperty("reference").GetProperty("a").GetDouble().Should().BeGreaterThan(0.5);
    }

    [Fact]
    public void A_limit_counts_under_the_reading_that_is_asked_about()
    {
        var talk = Talk.Opened(Humid.Replace("\"noise\"", "\"outcomes\":[{\"name\":\"q\",\"max\":1}],\"noise\"", StringComparison.Ordinal));
        // At 80 nothing below 0.6 keeps the limit, at 20 all does.
        for (var k = 0; k < 24; k++)
        {
            var (t, h) = (k % 8 / 7.0, 20 + 30.0 * (k / 8));
            talk.Say(string.Create(CultureInfo.InvariantCulture, $$$$"""{"tell":{"x":{"t":{{{{t:R}}}},"h":{{{{h:R}}}}},"y":{"y":{{{{t:R}}}},"q":{{{{0.8 + h / 100 - t:R}}}}}}}"""), "told");
        }

        talk.Say("""{"best":{"context":{"h":20}}}""", "best").GetProperty("x").GetProperty("t").GetDouble().Should().BeLessThan(0.15);
        talk.Say("""{"best":{"context":{"h":78}}}""", "best").GetProperty("x").GetProperty("t").GetDouble().Should().BeInRange(0.57, 0.75);
    }

    private static Talk Told(string objectives, Func<double, bool, string> measured)
    {
        var talk = Talk.Opened(Machines.Replace("OBJECTIVES", objectives.Trim(), StringComparison.Ordinal));
        for (var k = 0; k < 22; k++)
        {
            var t = k / 2 / 10.0;
            talk.Say(string.Create(CultureInfo.InvariantCulture, $$$$"""{"tell":{"x":{"t":{{{{t:R}}}},"m":"{{{{(k % 2 == 1 ? "B" : "A")}}}}"},"y":{{{{measured(t, k % 2 == 1)}}}}}}"""), "told");
        }
        return talk;
    }
}
