using System.Text.Json;

namespace LabAutomation.Tests.AskTell;

public sealed class AskTellConversationTests
{
    private const string Recipe = """
        {"open":{"parameters":[{"name":"t","kind":"real","low":0,"high":1,"scale":"linear"},{"name":"k","kind":"real","low":0.001,"high":10,"scale":"log"},{"name":"n","kind":"integer","low":1,"high":8},{"name":"r","kind":"discrete","values":[5,1,2]},{"name":"base","kind":"categorical","choices":["K2CO3","NaOtBu"]}],"constraints":["t + 0.1*n <= 1.2","base == 'K2CO3' or n > 2"],"objectives":[{"name":"y","goal":"maximise"}],"noise":0.3,"seed":7,"planner":{"kind":"gaussian-process","initial":4}}}
        """;

    private const string Pool = """{"open":{"parameters":[{"name":"a","kind":"real","low":0,"high":3},{"name":"c","kind":"categorical","choices":["x"]},{"name":"e","kind":"integer","low":2,"high":2}],"objectives":[{"name":"y","goal":"minimise"}],"candidates":[[0,"x",2],[1,"x",2],[2,"x",2],[3,"x",2]],"seed":1}}""";

    [Fact]
    public void All_kinds_of_parameters_are_asked_within_their_bounds_and_constraints()
    {
        var talk = new Talk();
        var opened = talk.Say(Recipe, "opened");

        opened.GetProperty("dimension").GetInt32().Should().Be(5);
        opened.GetProperty("engine").GetString().Should().Be("gaussian-process");
        opened.GetProperty("notes").GetArrayLength().Should().Be(0);
        for (var k = 0; k < 7; k++)
        {
            var x = talk.Try(x => x.GetProperty("t").GetDouble()).GetProperty("x");
            var (t, n) = (x.GetProperty("t").GetDouble(), x.GetProperty("n").GetInt32());
            t.Should().BeInRange(0, 1);
            n.Should().BeInRange(1, 8);
            (t + 0.1 * n).Should().BeLessThanOrEqualTo(1.2 + 1e-9);
            x.GetProperty("k").GetDouble().Should().BeInRange(0.001, 10);
            x.GetProperty("r").GetDouble().Should().BeOneOf(1, 2, 5);
            x.GetProperty("base").GetString().Should().BeOneOf("K2CO3", "NaOtBu");
            if (n <= 2) x.GetProperty("base").GetString().Should().Be("K2CO3");
        }
    }

    [Fact]
    public void An_answer_says_what_the_model_expects_in_the_objectives_own_direction()
    {
        var talk = Talk.Opened(Recipe);
        for (var k = 0; k < 4; k++) talk.Try(x => 100 + x.GetProperty("t").GetDouble());

        var asked = talk.Say("""{"ask":2}""", "asked");

        asked.GetArrayLength().Should().Be(2);
        foreach (var one in asked.EnumerateArray())
        {
            one.GetProperty("mean").GetProperty("y").GetDouble().Should().BeInRange(99, 103);
            one.GetProperty("sd").GetProperty("y").GetDouble().Should().BePositive();
            one.GetProperty("feasible").GetDouble().Should().Be(1);
            one.GetProperty("acquisition").ValueKind.Should().Be(JsonValueKind.Number);
            one.GetProperty("reason").GetString().Should().Contain("expected").And.MatchRegex("(better|worse) than the best place known");
        }
    }

    [Fact]
    public void It_finds_the_minimum()
    {
        var talk = Talk.Opened();
        for (var k = 0; k < 20; k++) talk.Try(Talk.Bowl);

        var best = talk.Say("""{"best":true}""", "best");

        best.GetProperty("observed").GetProperty("y").GetDouble().Should().BeLessThan(0.01);
        best.GetProperty("best_observed").GetProperty("y").GetProperty("y").GetDouble().Should().Be(best.GetProperty("observed").GetProperty("y").GetDouble());
    }

    [Fact]
    public void A_candidate_is_named_by_its_row_and_never_asked_twice_and_the_pool_ends()
    {
        var talk = Talk.Opened(Pool);
        talk.Say("""{"tell":[{"candidate":2,"y":{"y":4}},{"x":{"a":0.5,"c":"x","e":2},"y":{"y":0.25}}]}""", "told");

        var asked = talk.Say("""{"ask":5}""");

        var rows = JsonDocument.Parse(asked).RootElement.GetProperty("asked").EnumerateArray().Select(one => one.GetProperty("candidate").GetInt32()).ToArray();
        rows.Should().BeEquivalentTo([0, 1, 3]);
        asked.Should().Contain("5 were asked for and 3 were left");
        talk.Say("""{"ask":1}""").Should().StartWith("""{"error":"line 4: no open point is left""");
        talk.Say("""{"tell":{"candidate":3,"abandoned":true}}""", "told");
        talk.Say("""{"ask":1}""", "asked")[0].GetProperty("candidate").GetInt32().Should().Be(3, "what was abandoned may be asked for again");
    }

    [Fact]
    public void A_candidate_may_be_asked_for_again_where_that_was_said()
    {
        var talk = Talk.Opened(Pool.Replace("\"seed\":1", "\"repeat\":true"));
        talk.Say("""{"tell":[{"candidate":0,"y":{"y":1}},{"candidate":1,"y":{"y":2}},{"candidate":2,"y":{"y":4}},{"candidate":3,"y":{"y":9}}]}""", "told");

        var asked = talk.Say("""{"ask":1}""", "asked")[0];

        asked.GetProperty("candidate").GetInt32().Should().BeInRange(0, 3);
        asked.GetProperty("reason").GetString().Should().StartWith("once more, to be sure (measured so far: 1,");
    }

    [Fact]
    public void A_point_is_taken_for_the_pending_one_it_is_though_digits_were_lost()
    {
        var talk = Talk.Opened();
        var x = talk.Say("""{"ask":2}""", "asked")[0].GetProperty("x");

        talk.Say(FormattableString.Invariant($$$"""{"tell":[{"x":{"a":{{{x.GetProperty("a").GetDouble():F8}}},"b":{{{x.GetProperty("b").GetDouble():F8}}}},"y":1}]}"""), "told");

        talk.Say("""{"state":true}""", "state").GetProperty("pending").EnumerateArray().Select(one => one.GetProperty("trial").GetInt32()).Should().Equal(2);
    }

    [Fact]
    public void A_trial_can_be_told_where_it_was_run_in_the_end()
    {
        var talk = Talk.Opened();
        talk.Say("""{"ask":1}""", "asked");

        talk.Say("""{"tell":[{"trial":1,"x":{"a":0.125,"b":0.5},"y":{"y":1}}]}""", "told");

        var state = talk.Say("""{"state":true}""", "state");
        state.GetProperty("pending").GetArrayLength().Should().Be(0);
        state.GetProperty("trials")[0].GetProperty("x").GetProperty("a").GetDouble().Should().Be(0.125);
    }

    [Fact]
    public void The_best_of_noisy_data_goes_by_the_model_and_both_numbers_are_told()
    {
        var talk = Talk.Opened(Talk.Square.Replace("\"none\"", "\"unknown\""));
        for (var k = 0; k < 12; k++)
        {
            talk.Say("""{"tell":[{"x":{"a":0.25,"b":0.5},"y":{"y":1}},{"x":{"a":0.75,"b":0.5},"y":{"y":2}}]}""", "told");
            talk.Say(FormattableString.Invariant($$$"""{"tell":[{"x":{"a":0.25,"b":0.5},"y":{"y":{{{1 + 0.1 * k}}}}},{"x":{"a":0.75,"b":0.5},"y":{"y":{{{2 + 0.1 * k}}}}}]}"""), "told");
        }
        talk.Say("""{"tell":[{"x":{"a":0.75,"b":0.5},"y":{"y":0.9}}]}""", "told");

        var best = talk.Say("""{"best":true}""", "best");

        best.GetProperty("x").GetProperty("a").GetDouble().Should().Be(0.25, "0.9 was luck");
        best.GetProperty("measurements").GetInt32().Should().Be(24);
        best.GetProperty("observed").GetProperty("y").GetDouble().Should().BeApproximately(1.275, 1e-12);
        best.GetProperty("mean").GetProperty("y").GetDouble().Should().BeApproximately(1.275, 0.3);
        best.GetProperty("best_observed").GetProperty("y").GetProperty("y").GetDouble().Should().Be(0.9);
    }

    [Fact]
    public void A_measured_point_outside_the_constraints_is_never_recommended()
    {
        var talk = Talk.Opened(Talk.Square.Replace("\"seed\":3", "\"constraints\":[\"a + b <= 1\"]"));
        talk.Say("""{"tell":[{"x":{"a":0.9,"b":0.9},"y":{"y":0}}]}""", "told");
        talk.Say("""{"best":true}""").Should().Be("""{"error":"line 3: no measured trial satisfies the constraints yet"}""");

        talk.Say("""{"tell":[{"x":{"a":0.1,"b":0.1},"y":{"y":5}}]}""", "told");

        talk.Say("""{"best":true}""", "best").GetProperty("observed").GetProperty("y").GetDouble().Should().Be(5);
    }

    [Fact]
    public void Another_open_begins_anew()
    {
        var talk = Talk.Opened();
        talk.Try(Talk.Bowl);

        talk.Say(Talk.Square, "opened");

        talk.Say("""{"ask":1}""", "asked")[0].GetProperty("trial").GetInt32().Should().Be(1);
        talk.Say("""{"state":true}""", "state").GetProperty("trials").GetArrayLength().Should().Be(0);
    }

    [Theory]
    [InlineData("1e150", "-1e150")]
    [InlineData("1e-300", "2e-300")]
    [InlineData("5", "5")]
    [InlineData("-0.0", "0")]
    public void Whatever_was_measured_the_answer_is_a_point(string one, string other)
    {
        var talk = Talk.Opened();
        for (var k = 0; k < 4; k++)
            talk.Say(FormattableString.Invariant($$$"""{"tell":[{"x":{"a":{{{0.1 + 0.2 * k}}},"b":{{{0.9 - 0.2 * k}}}},"y":{"y":{{{one}}}}},{"x":{"a":{{{0.2 + 0.2 * k}}},"b":{{{0.15 * k}}}},"y":{"y":{{{other}}}}}]}"""), "told");

        talk.Say("""{"ask":2}""", "asked").GetArrayLength().Should().Be(2);
        talk.Say("""{"best":true}""", "best");
    }

    [Fact]
    public void One_observation_is_enough_for_an_answer()
    {
        var talk = Talk.Opened();
        talk.Say("""{"tell":[{"x":{"a":0.5,"b":0.5},"y":{"y":5}}]}""", "told");

        talk.Say("""{"ask":1}""", "asked").GetArrayLength().Should().Be(1);
        talk.Say("""{"best":true}""", "best").GetProperty("observed").GetProperty("y").GetDouble().Should().Be(5);
    }

    [Fact]
    public void A_thousand_and_more_measurements_of_one_point_are_one_point_to_the_model()
    {
        var talk = Talk.Opened();
        var many = string.Join(',', Enumerable.Range(0, 10_000).Select(k => FormattableString.Invariant($$$"""{"x":{"a":0.5,"b":0.5},"y":{"y":{{{k % 7}}}}}""")));

        talk.Say($$$"""{"tell":[{{{many}}}]}""", "told").GetInt32().Should().Be(10_000);

        talk.Say("""{"ask":1}""", "asked")[0].GetProperty("mean").ValueKind.Should().Be(JsonValueKind.Object);
    }

    [Fact]
    public void Text_beyond_ascii_is_read_and_written_in_escapes()
    {
        var talk = Talk.Opened(Talk.Square.Replace("\"y\"", "\"Ausbeute für 日本 😀\""));

        var answer = talk.Say("""{"tell":[{"x":{"a":0.5,"b":0.5},"y":{"y":5}}]}""");

        answer.Should().NotContain("ü").And.MatchRegex("^[ -~]*$");
        JsonDocument.Parse(answer).RootElement.GetProperty("error").GetString().Should().Contain("Ausbeute für 日本 😀");
    }
}
