using System.Text.Json;

namespace LabAutomation.Tests.AskTell;

/// <summary>Spaces with structure, by messages.</summary>
public sealed class SpaceMessageTests
{
    private const string Objective = "\"objectives\":[{\"name\":\"y\",\"goal\":\"minimise\"}],\"noise\":\"none\",\"seed\":3";

    [Theory]
    [InlineData("""
        "mixtures":[{"of":["a","b","c"],"total":1}]
        """)]
    [InlineData("""
        "constraints":["a + b + c == 1"]
        """)]
    public void A_mixture_is_asked_for_as_one(string rule)
    {
        var talk = Opened("""{"name":"a","kind":"real","low":0,"high":1},{"name":"b","kind":"real","low":0,"high":1},{"name":"c","kind":"real","low":0,"high":1}""", rule.Trim());

        for (var trial = 1; trial <= 12; trial++)
        {
            var x = Asked(talk, """{"ask":1}""").GetProperty("x");
            var (a, b, c) = (x.GetProperty("a").GetDouble(), x.GetProperty("b").GetDouble(), x.GetProperty("c").GetDouble());
            (a + b + c).Should().BeApproximately(1, 1e-9);
            Say(talk, $$$"""{"tell":[{"trial":{{{trial}}},"y":{{{(a - 0.6) * (a - 0.6) + (b - 0.3) * (b - 0.3):R}}}}]}""");
        }

        var best = Say(talk, """{"best":true}""").GetProperty("best").GetProperty("x");
        best.GetProperty("a").GetDouble().Should().BeApproximately(0.6, 0.1);
    }

    [Fact]
    public void A_parameter_that_does_not_count_is_left_out_on_both_sides()
    {
        var talk = Opened("""{"name":"method","kind":"categorical","choices":["heat","light"]},{"name":"power","kind":"real","low":1,"high":9,"when":{"method":["light"]}}""", null);

        var heat = Enumerable.Range(0, 12).Select(_ => Asked(talk, """{"ask":1}""").GetProperty("x")).ToArray();

        heat.Where(x => x.GetProperty("method").GetString() == "heat").Should().OnlyContain(x => !Has(x, "power"));
        heat.Where(x => x.GetProperty("method").GetString() == "light").Should().NotBeEmpty().And.OnlyContain(x => Has(x, "power"));
        Say(talk, """{"tell":[{"x":{"method":"heat"},"y":2},{"x":{"method":"light","power":3},"y":1}]}""").GetProperty("told").GetInt32().Should().Be(2);
        Error(talk, """{"tell":[{"x":{"method":"light"},"y":2}]}""").Should().Contain("'x' lacks parameter 'power'");
    }

    [Fact]
    public void A_context_is_said_with_the_question_and_comes_back_in_the_answer()
    {
        var talk = Opened("""{"name":"t","kind":"real","low":0,"high":1},{"name":"humidity","kind":"real","low":0,"high":1,"context":true}""", null);
        for (var k = 0; k < 12; k++)
            Say(talk, FormattableString.Invariant($$"""{"tell":[{"x":{"t":{{k % 4 / 3.0}},"humidity":{{k / 4 / 2.0}}},"y":{{Math.Pow(k % 4 / 3.0 - k / 4 / 2.0, 2)}}}]}"""));

        var dry = Asked(talk, """{"ask":{"context":{"humidity":0.1}}}""").GetProperty("x");
        var wet = Asked(talk, """{"ask":{"count":1,"context":{"humidity":0.9}}}""").GetProperty("x");

        dry.GetProperty("humidity").GetDouble().Should().Be(0.1);
        wet.GetProperty("t").GetDouble().Should().BeGreaterThan(dry.GetProperty("t").GetDouble() + 0.4);
        Error(talk, """{"ask":1}""").Should().Contain("parameter 'humidity' is a context");
        Error(talk, """{"ask":{"context":{"humidity":0.1,"t":0.5}}}""").Should().Contain("parameter 't' is no context");
    }

    [Fact]
    public void Orders_descriptors_tasks_fidelities_and_fixed_values_are_read_asked_and_resumed()
    {
        var talk = Opened("""
            {"name":"grade","kind":"ordinal","choices":["low","middle","high"]},
            {"name":"solvent","kind":"categorical","choices":["a","b","c"],"descriptors":{"a":[1,2],"b":[1.1,2],"c":[5,9]}},
            {"name":"volume","kind":"fixed","value":3},
            {"name":"campaign","kind":"task","choices":["before","now"],"target":"now"},
            {"name":"grid","kind":"fidelity","values":[2,1],"costs":[9,1]}
            """.ReplaceLineEndings(" "), null);

        var x = Asked(talk, """{"ask":1}""").GetProperty("x");
        Say(talk, """{"tell":[{"x":{"grade":"low","solvent":"a","volume":3,"campaign":"before","grid":1},"y":2}]}""");
        var state = Say(talk, """{"state":true}""").GetProperty("state").GetRawText();

        x.GetProperty("campaign").GetString().Should().Be("now");
        x.GetProperty("volume").GetDouble().Should().Be(3);
        Say(new Talk(), $$$"""{"resume":{{{state}}}}""").GetProperty("resumed").GetProperty("trials").GetInt32().Should().Be(1);
    }

    [Theory]
    [InlineData("""{"name":"a","kind":"ordinal","choices":[]}""", "parameter 'a' has no choices; it needs at least one")]
    [InlineData("""{"name":"a","kind":"task","choices":["x","y"],"target":"z"}""", "'target' of parameter 'a' is 'z', which is none of its choices: x, y")]
    [InlineData("""{"name":"a","kind":"fidelity","values":[1,2],"costs":[1]}""", "parameter 'a' has 2 values and 1 costs")]
    [InlineData("""{"name":"a","kind":"fidelity","values":[1,2],"costs":[1,0]}""", "parameter 'a' has the cost 0")]
    [InlineData("""{"name":"a","kind":"categorical","choices":["x","y"],"descriptors":{"x":[1]}}""", "'descriptors' of parameter 'a' lacks the choice 'y'")]
    [InlineData("""{"name":"a","kind":"categorical","choices":["x","y"],"descriptors":{"x":[1],"y":[1,2]}}""", "'y' of parameter 'a' has 2 descriptors and 'x' has 1")]
    [InlineData("""{"name":"a","kind":"categorical","choices":["x","y"],"descriptors":{"x":[1],"y":[2],"z":[3]}}""", "'descriptors' of parameter 'a' names 'z'")]
    [InlineData("""{"name":"a","kind":"real","low":0,"high":1,"when":{"b":["x"]}}""", "'when' of parameter 'a' names 'b', which is not a parameter")]
    [InlineData("""{"name":"b","kind":"real","low":0,"high":1},{"name":"a","kind":"real","low":0,"high":1,"when":{"b":[1]}}""", "names 'b', which is real")]
    [InlineData("""{"name":"b","kind":"integer","low":0,"high":1},{"name":"a","kind":"real","low":0,"high":1,"when":{"b":[]}}""", "lists no value of 'b', so 'a' would never count")]
    public void A_parameter_that_makes_no_sense_is_refused_by_name(string parameters, string complaint) =>
        Error(new Talk(), $$$"""{"open":{"parameters":[{{{parameters}}}],{{{Objective}}}}}""").Should().Contain(complaint);

    [Theory]
    [InlineData("""
        "mixtures":[{"of":["a","b"],"total":9}]
        """, "the parts a, b of a mixture have 0 to 2 together within their bounds, and 'total' is 9")]
    [InlineData("""
        "mixtures":[{"of":["a","d"],"total":1}]
        """, "names 'd', which is not a parameter")]
    [InlineData("""
        "mixtures":[{"of":["a"],"total":1}]
        """, "a mixture is of two or more parameters")]
    [InlineData("""
        "counts":[{"of":["a","b"],"least":2,"most":1}]
        """, "a count has its limits the wrong way round")]
    [InlineData("""
        "counts":[{"of":["a","c"],"most":1}]
        """, "parameter 'c' of a count can never be 0")]
    [InlineData("""
        "constraints":["a + b <= 0.5","a + b >= 0.6"]
        """, "'a + b <= 0.5' and 'a + b >= 0.6' hold nowhere together")]
    public void Rules_that_make_no_sense_are_refused(string rule, string complaint) =>
        Error(new Talk(), $$$"""{"open":{"parameters":[{"name":"a","kind":"real","low":0,"high":1},{"name":"b","kind":"real","low":0,"high":1},{"name":"c","kind":"real","low":1,"high":2}],{{{rule.Trim()}}},{{{Objective}}}}}""")
            .Should().Contain(complaint);

    [Fact]
    public void Two_objectives_and_a_limit_are_answered_with_a_front()
    {
        var talk = new Talk();
        Say(talk, """{"open":{"parameters":[{"name":"a","kind":"real","low":0,"high":1}],"objectives":[{"name":"y","goal":"maximise","reference":0},{"name":"z","goal":"minimise"}],"outcomes":[{"name":"w","max":0.9}],"noise":"none","seed":2}}""");
        for (var k = 0; k <= 8; k++) Say(talk, FormattableString.Invariant($$$"""{"tell":[{"x":{"a":{{{k / 8.0}}}},"y":{"y":{{{k / 8.0}}},"z":{{{k * k / 64.0}}},"w":{{{k / 8.0}}}},"sd":{"y":0.01}}]}"""));

        var asked = Asked(talk, """{"ask":1}""");
        var best = Say(talk, """{"best":true}""").GetProperty("best");

        asked.GetProperty("mean").EnumerateObject().Select(one => one.Name).Should().Equal("y", "z", "w");
        asked.GetProperty("nearest").GetProperty("told").GetInt32().Should().BeInRange(1, 9);
        best.GetProperty("front").EnumerateArray().Should().OnlyContain(trade => trade.GetProperty("x").GetProperty("a").GetDouble() <= 0.9);
        best.GetProperty("reference").GetProperty("y").GetDouble().Should().Be(0);
        best.GetProperty("hypervolume").GetDouble().Should().BePositive();
    }

    private static Talk Opened(string parameters, string? rule)
    {
        var talk = new Talk();
        Say(talk, $$$"""{"open":{"parameters":[{{{parameters}}}],{{{(rule is null ? "" : rule + ",")}}}{{{Objective}}}}}""");
        return talk;
    }

    private static JsonElement Asked(Talk talk, string message) => Say(talk, message).GetProperty("asked")[0];

    private static JsonElement Say(Talk talk, string message)
    {
        var answer = JsonDocument.Parse(talk.Say(message)).RootElement;
        answer.TryGetProperty("error", out var error).Should().BeFalse($"{message} gave {error}");
        return answer;
    }

    private static string Error(Talk talk, string message) => JsonDocument.Parse(talk.Say(message)).RootElement.GetProperty("error").GetString()!;

    private static bool Has(JsonElement x, string name) => x.TryGetProperty(name, out _);
}
