using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LabAutomation.Tests.AskTell;

/// <summary>Problems at the edge of what numbers can be, which are taken as they are or refused by name.</summary>
public sealed class HostileInputTests
{
    [Fact]
    public void What_has_one_value_is_kept_and_said()
    {
        var talk = new Talk();

        var opened = talk.Say(Problem("""{"name":"a","kind":"real","low":0,"high":1},{"name":"b","kind":"real","low":2,"high":2,"scale":"log"},{"name":"i","kind":"integer","low":3,"high":3},{"name":"solvent","kind":"fixed","value":"THF"},{"name":"c","kind":"categorical","choices":["x"]},{"name":"o","kind":"ordinal","choices":["only"]}"""), "opened");

        opened.GetProperty("notes").EnumerateArray().Select(note => note.GetString()).Should().HaveCount(5).And.Contain("parameter 'b' has one value, which it keeps");
        for (var k = 0; k < 14; k++)
        {
            var x = talk.Try(x => x.GetProperty("a").GetDouble()).GetProperty("x");
            x.GetProperty("b").GetDouble().Should().Be(2);
            x.GetProperty("i").GetInt32().Should().Be(3);
            (x.GetProperty("solvent").GetString() + x.GetProperty("c").GetString() + x.GetProperty("o").GetString()).Should().Be("THFxonly");
        }
    }

    [Fact]
    public void Where_nothing_varies_there_is_one_trial()
    {
        var talk = Talk.Opened(Problem("""{"name":"a","kind":"real","low":2,"high":2},{"name":"b","kind":"fixed","value":3}"""));

        talk.Say("""{"ask":3}""").Should().Contain("3 were asked for and 1 were left to try");
        talk.Say("""{"ask":1}""").Should().StartWith("{\"error\":\"line 3: no open point is left: the only one of the space was tried");
    }

    [Theory]
    [InlineData("0", "1e-300", "linear")]
    [InlineData("1e-300", "2e-300", "linear")]
    [InlineData("0", "1e-320", "linear")]
    [InlineData("-8e307", "8e307", "linear")]
    [InlineData("1e-300", "1e300", "log")]
    [InlineData("5e-324", "1.7e308", "log")]
    [InlineData("1e15", "1000000000000001", "linear")]
    public void Ranges_of_any_size_are_searched(string low, string high, string scale)
    {
        var talk = Talk.Opened(Problem($$"""{"name":"a","kind":"real","low":{{low}},"high":{{high}},"scale":"{{scale}}"},{"name":"b","kind":"real","low":0,"high":1}"""));
        var (least, most) = (Parsed(low), Parsed(high));

        var asked = Enumerable.Range(0, 10).Select(_ => talk.Try(x => x.GetProperty("b").GetDouble() + x.GetProperty("a").GetDouble() / most).GetProperty("x")).ToArray();

        asked.Should().OnlyContain(x => x.GetProperty("a").GetDouble() >= least && x.GetProperty("a").GetDouble() <= most);
        asked.Select(x => x.GetRawText()).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Constraints_that_overflow_are_constraints()
    {
        var talk = Talk.Opened(Problem("""{"name":"a","kind":"real","low":-8e307,"high":8e307},{"name":"b","kind":"real","low":0,"high":1.7e308}""").Replace("\"objectives\"", "\"constraints\":[\"a * b <= 1e300\",\"a + b <= 1e308\"],\"objectives\""));

        for (var k = 0; k < 8; k++)
        {
            var x = talk.Try(x => x.GetProperty("a").GetDouble() / 1e308).GetProperty("x");
            (x.GetProperty("a").GetDouble() * x.GetProperty("b").GetDouble()).Should().BeLessThanOrEqualTo(1e300 * 1.000001);
        }
    }

    [Fact]
    public void A_hundred_parameters_are_as_good_as_two()
    {
        var talk = Talk.Opened(Problem(string.Join(',', Enumerable.Range(0, 100).Select(k => $$"""{"name":"x{{k}}","kind":"real","low":0,"high":1}"""))).Replace("\"seed\":3", "\"seed\":3,\"planner\":{\"kind\":\"gaussian-process\",\"initial\":4}"));

        for (var k = 0; k < 6; k++) talk.Try(x => x.EnumerateObject().Sum(one => one.Value.GetDouble()));

        talk.Say("""{"best":true}""", "best").GetProperty("x").EnumerateObject().Should().HaveCount(100);
    }

    [Theory]
    [InlineData("\"y\":1e151", "'y' is 1E+151; what is measured lies between -1E+150 and 1E+150")]
    [InlineData("\"y\":{\"y\":-1.7e308}", "'y' is -1.7E+308")]
    [InlineData("\"y\":1,\"sd\":{\"y\":1e200}", "'y' is 1E+200")]
    [InlineData("\"y\":1,\"sd\":{\"y\":-1}", "'sd' of 'y' is -1; a standard deviation is 0 or more")]
    public void Values_that_cannot_be_squared_are_refused(string outcome, string complaint)
    {
        var talk = Talk.Opened();

        Error(talk.Say($$$"""{"tell":[{"x":{"a":0.5,"b":0.5},{{{outcome}}}}]}""")).Should().Contain(complaint);
        talk.Say("""{"state":true}""", "state").GetProperty("trials").GetArrayLength().Should().Be(0);
    }

    [Theory]
    [InlineData("\"objectives\":[{\"name\":\"y\",\"goal\":\"minimise\"}]", 1e149, 1e150)]
    [InlineData("\"objectives\":[{\"name\":\"y\",\"goal\":\"minimise\"}]", 1, 1e150)]
    [InlineData("\"objectives\":[{\"name\":\"y\",\"goal\":\"minimise\"}]", 1, 1e-300)]
    [InlineData("\"objectives\":[{\"name\":\"y\",\"goal\":\"target\",\"value\":1e300}]", 1, 0)]
    [InlineData("\"objectives\":[{\"name\":\"y\",\"goal\":\"level\",\"value\":-1e300}]", 1, 1)]
    [InlineData("\"objectives\":[{\"name\":\"y\",\"goal\":\"learn\"}]", 1e149, 1)]
    public void However_large_the_values_and_their_doubts_there_are_answers(string objectives, double value, double sd)
    {
        var talk = Talk.Opened($$$"""{"open":{"parameters":[{"name":"a","kind":"real","low":0,"high":1},{"name":"b","kind":"real","low":0,"high":1}],{{{objectives}}},"seed":3}}""");
        for (var k = 0; k < 8; k++)
            talk.Say(string.Create(CultureInfo.InvariantCulture, $$$"""{"tell":[{"x":{"a":{{{k / 8.0}}},"b":{{{k * 3 % 8 / 8.0}}}},"y":{{{value * k}}},"sd":{"y":{{{(k % 2 == 0 ? sd : 0.01)}}}}}]}""").Replace("E+", "e", StringComparison.Ordinal), "told");

        talk.Say("""{"ask":2}""", "asked").GetArrayLength().Should().Be(2);
        talk.Say("""{"best":true}""", "best");
    }

    [Fact]
    public void A_front_of_enormous_values_is_a_front()
    {
        var talk = Talk.Opened("""{"open":{"parameters":[{"name":"a","kind":"real","low":0,"high":1}],"objectives":[{"name":"u","goal":"minimise"},{"name":"v","goal":"maximise"},{"name":"w","goal":"minimise"}]}}""");
        for (var k = 0; k < 8; k++)
            talk.Say(string.Create(CultureInfo.InvariantCulture, $$$"""{"tell":[{"x":{"a":{{{k / 8.0}}}},"y":{"u":{{{k}}}e149,"v":{{{k * 3 % 8}}}e149,"w":{{{7 - k}}}e149}}]}"""), "told");

        talk.Say("""{"ask":1}""", "asked");
        talk.Say("""{"best":true}""", "best").GetProperty("front").GetArrayLength().Should().BePositive();
    }

    [Fact]
    public void Where_every_trial_fails_other_places_are_tried()
    {
        var talk = Talk.Opened();
        var places = new HashSet<string>();
        for (var trial = 1; trial <= 14; trial++)
        {
            places.Add(talk.Say("""{"ask":1}""", "asked")[0].GetProperty("x").GetRawText());
            talk.Say($$"""{"tell":[{"trial":{{trial}},"failed":true}]}""", "told");
        }

        places.Should().HaveCount(14);
        Error(talk.Say("""{"best":true}""")).Should().Contain("nothing was measured yet");
    }

    [Fact]
    public void A_trial_counts_once()
    {
        var talk = Talk.Opened();
        talk.Say("""{"ask":2}""", "asked");
        talk.Say("""{"tell":[{"trial":1,"y":1}]}""", "told");

        Error(talk.Say("""{"tell":[{"trial":1,"y":1}]}""")).Should().Contain("trial 1 is not pending; pending are 2");
    }

    [Fact]
    public void A_thousand_are_asked_for_and_the_pool_has_five_of_which_one_is_there_twice()
    {
        var talk = Talk.Opened(Talk.Square.Replace("\"seed\":3", "\"candidates\":[[0,0],[0,1],[1,0],[1,1],[0,1]]"));

        talk.Say("""{"ask":1000}""").Should().Contain("1000 were asked for and 4 were left to try");
    }

    [Fact]
    public void Another_study_may_be_open_when_one_is_resumed()
    {
        var talk = Talk.Opened();
        talk.Say("""{"ask":1}""", "asked");
        var state = talk.Say("""{"state":true}""", "state").GetRawText();
        talk.Say(Problem("""{"name":"other","kind":"integer","low":1,"high":3}"""), "opened");

        talk.Say($$"""{"resume":{{state}}}""", "resumed").GetProperty("pending").GetInt32().Should().Be(1);

        talk.Say("""{"tell":[{"trial":1,"y":1}]}""", "told");
        Error(talk.Say("""{"tell":[{"x":{"other":1},"y":1}]}""")).Should().Contain("'other' is not a parameter; parameters are a, b");
    }

    [Theory]
    [InlineData("{\"tell\":[{\"x\":{\"a\":0.5,\"b\":0.5},\"failed\":\"\\ud800\"}]}")]
    [InlineData("{\"tell\":[{\"x\":{\"a\":0.5,\"\\udc00\":0.5},\"failed\":true}]}")]
    [InlineData("{\"\\udbff\\ud800\":1}")]
    public void Half_a_character_is_refused(string message) => Error(Talk.Opened().Say(message)).Should().Contain("the text has half of a character");

    [Fact]
    public void A_mark_of_byte_order_and_the_other_end_of_line_are_passed_over_on_any_line()
    {
        var talk = Talk.Opened();

        talk.Say([.. Encoding.UTF8.Preamble, .. "{\"ask\":1}\r"u8]).Should().StartWith("{\"asked\"");
    }

    private static string Problem(string parameters) => $$$"""{"open":{"parameters":[{{{parameters}}}],"objectives":[{"name":"y","goal":"minimise"}],"noise":"none","seed":3}}""";

    private static double Parsed(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Error(string answer) => JsonDocument.Parse(answer).RootElement.GetProperty("error").GetString()!;
}
