using System.Globalization;
using System.Text.Json;

namespace LabAutomation.Tests.AskTell;

/// <summary>Trials that were given up, or run elsewhere than they were asked for.</summary>
public sealed class GivenUpTests
{
    private const string Pool = """{"open":{"parameters":[{"name":"a","kind":"real","low":0,"high":1},{"name":"b","kind":"real","low":0,"high":1}],"objectives":[{"name":"y","goal":"minimise"}],"candidates":[[0,0],[0.1,0.9],[0.2,0.5],[0.3,0.1],[0.4,0.7],[0.5,0.3],[0.6,1],[0.7,0.2],[0.8,0.8],[1,0.4]],"planner":{"kind":"gaussian-process","initial":3},"seed":2}}""";

    [Fact]
    public void What_was_given_up_is_not_asked_for_again_until_another_trial_is_told()
    {
        var talk = Told(Talk.Opened());
        var places = new HashSet<string>();
        for (var round = 0; round < 4; round++)
        {
            var asked = talk.Say("""{"ask":1}""", "asked")[0];
            places.Add(asked.GetProperty("x").GetRawText());
            talk.Say($$"""{"tell":[{"trial":{{asked.GetProperty("trial")}},"abandoned":true}]}""", "told");
        }

        places.Should().HaveCount(4);
    }

    [Fact]
    public void Where_nothing_else_is_left_it_may_be_asked_for_again()
    {
        var talk = Talk.Opened(Pool);
        for (var k = 0; k < 9; k++) talk.Try(Talk.Bowl);
        var last = talk.Say("""{"ask":1}""", "asked")[0];
        talk.Say($$"""{"tell":[{"trial":{{last.GetProperty("trial")}},"abandoned":"later"}]}""", "told");

        talk.Say("""{"ask":1}""", "asked")[0].GetProperty("candidate").GetInt32().Should().Be(last.GetProperty("candidate").GetInt32());
    }

    [Fact]
    public void A_candidate_that_was_run_elsewhere_is_not_asked_for_twice()
    {
        var talk = Talk.Opened(Pool);
        var asked = new List<int>();
        for (var k = 0; k < 9; k++)
        {
            var trial = talk.Say("""{"ask":1}""", "asked")[0];
            asked.Add(trial.GetProperty("candidate").GetInt32());
            talk.Say($$"""{"tell":[{"trial":{{trial.GetProperty("trial")}},"candidate":4,"y":{{(1 + 0.01 * k).ToString(CultureInfo.InvariantCulture)}}}]}""", "told");
        }

        asked.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Another_process_goes_on_knowing_both()
    {
        var talk = Told(Talk.Opened(Pool));
        var asked = talk.Say("""{"ask":2}""", "asked");
        talk.Say($$"""{"tell":[{"trial":{{asked[0].GetProperty("trial")}},"candidate":4,"y":0.4}]}""", "told");
        talk.Say($$"""{"tell":[{"trial":{{asked[1].GetProperty("trial")}},"abandoned":true}]}""", "told");
        var state = talk.Say("""{"state":true}""", "state");
        state.GetProperty("moved").GetArrayLength().Should().Be(1);
        state.GetProperty("abandoned").GetArrayLength().Should().Be(1);

        var resumed = new Talk();
        resumed.Say($$"""{"resume":{{state.GetRawText()}}}""", "resumed");

        var moved = state.GetProperty("moved")[0].GetRawText();
        new Talk().Say($$"""{"resume":{{state.GetRawText().Replace($"[{moved}]", $"[{moved},{moved}]", StringComparison.Ordinal)}}}""").Should().Contain("'moved' of a state names trial ").And.Contain(" twice");
        resumed.Say("""{"state":true}""").Should().Be(talk.Say("""{"state":true}"""));
        resumed.Say("""{"ask":2}""", "asked").GetRawText().Should().Be(talk.Say("""{"ask":2}""", "asked").GetRawText());
    }

    [Fact]
    public void A_cheaper_fidelity_is_not_measured_twice_where_all_points_can_be_counted()
    {
        var talk = Talk.Opened("""{"open":{"parameters":[{"name":"n","kind":"integer","low":0,"high":30},{"name":"f","kind":"fidelity","values":[0.2,1],"costs":[1,6]}],"objectives":[{"name":"y","goal":"minimise"}],"noise":"none","seed":3}}""");
        var places = new List<string>();
        for (var k = 0; k < 30; k++)
            places.Add(talk.Try(x => Math.Pow(x.GetProperty("n").GetDouble() - 17, 2) + x.GetProperty("f").GetDouble()).GetProperty("x").GetRawText());

        places.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void What_was_measured_outside_the_constraints_teaches_and_is_nothing_to_improve_on()
    {
        var talk = Talk.Opened("""{"open":{"parameters":[{"name":"a","kind":"real","low":0,"high":1},{"name":"b","kind":"real","low":0,"high":1}],"constraints":["a + b <= 1"],"objectives":[{"name":"y","goal":"minimise"}],"noise":"none","seed":1}}""");
        talk.Say("""{"tell":[{"x":{"a":0.8,"b":0.8},"y":0},{"x":{"a":0.9,"b":0.7},"y":0.02}]}""", "told");
        var least = double.PositiveInfinity;
        for (var k = 0; k < 14; k++)
            talk.Try(x => Math.Pow(x.GetProperty("a").GetDouble() - 0.8, 2) + Math.Pow(x.GetProperty("b").GetDouble() - 0.8, 2) is var y && (least = Math.Min(least, y)) >= 0 ? y : 0);

        least.Should().BeLessThan(0.18 + 1e-4);
    }

    [Theory]
    [InlineData("a*b >= 0.999")]
    [InlineData("a*b*a*b >= 0.9999")]
    public void A_batch_fits_in_a_small_region(string constraint)
        => Talk.Opened(Talk.Square.Replace("\"objectives\"", $"\"constraints\":[\"{constraint}\"],\"objectives\"")).Say("""{"ask":4}""", "asked").GetArrayLength().Should().Be(4);

    [Fact]
    public void The_first_of_a_small_pool_are_spread_over_its_rows()
    {
        var rows = string.Join(',', Enumerable.Range(0, 6).SelectMany(i => new[] { "p", "q" }.Select(c => $"[{(0.05 * i).ToString(CultureInfo.InvariantCulture)},\"{c}\"]")));
        var talk = Talk.Opened($$$"""{"open":{"parameters":[{"name":"a","kind":"real","low":0,"high":1},{"name":"c","kind":"categorical","choices":["p","q"]}],"objectives":[{"name":"y","goal":"minimise"}],"candidates":[{{{rows}}}]}}""");

        var asked = talk.Say("""{"ask":6}""", "asked").EnumerateArray().Select(one => one.GetProperty("x").GetProperty("a").GetDouble()).ToArray();

        asked.Min().Should().BeLessThan(0.06);
        asked.Max().Should().BeGreaterThan(0.19);
    }

    [Fact]
    public void A_goal_where_there_is_none_is_refused()
    {
        var talk = Talk.Opened("""{"open":{"parameters":[{"name":"a","kind":"real","low":0,"high":1}],"objectives":[{"name":"y","goal":"target","value":2}]}}""");

        talk.Say("""{"diagnose":{"goal":1}}""").Should().Contain("this study has another aim, so leave the goal out");
    }

    private static Talk Told(Talk talk)
    {
        for (var k = 0; k < 6; k++) talk.Try(Talk.Bowl);
        return talk;
    }
}
