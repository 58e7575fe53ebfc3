using System.Text.Json;

namespace LabAutomation.Tests.AskTell;

/// <summary>Trials of which objectives were measured and limited outcomes were not, and what trials under way keep free about them.</summary>
public sealed class PartlyMeasuredTests
{
    private const string Limited = """
        {"open":{"parameters":[{"name":"t","kind":"real","low":0,"high":1,"scale":"linear"},{"name":"n","kind":"integer","low":1,"high":8},{"name":"r","kind":"discrete","values":[1,2,5]},{"name":"base","kind":"categorical","choices":["K2CO3","NaOtBu"]}],"constraints":["t + 0.1*n <= 1.2"],"objectives":[{"name":"y","goal":"minimise"}],"outcomes":[{"name":"impurity","max":5}],"candidates":[[0.1,2,5,"K2CO3"],[0.4,3,2,"NaOtBu"],[0.2,3,5,"K2CO3"],[0.9,1,1,"K2CO3"],[0.6,5,2,"NaOtBu"],[0.3,8,1,"K2CO3"],[0.5,4,5,"NaOtBu"],[0.7,2,1,"K2CO3"]],"noise":"unknown","planner":{"kind":"gaussian-process","initial":2},"seed":7}}
        """;

    [Fact]
    public void A_candidate_may_be_told_with_its_objective_alone()
    {
        var talk = Talk.Opened(Limited);

        talk.Say("""{"tell":[{"x":{"t":0.2,"n":3,"r":5,"base":"K2CO3"},"y":{"y":1.25,"impurity":3.1}},{"x":{"t":0.9,"n":1,"r":1,"base":"K2CO3"},"failed":"clogged"},{"candidate":1,"y":{"y":0.9}}]}""").Should().Be("{\"told\":3}");

        var asked = talk.Say("""{"ask":2}""", "asked");
        asked.GetArrayLength().Should().Be(2);
        asked[0].GetProperty("mean").GetProperty("impurity").ValueKind.Should().Be(JsonValueKind.Number);
    }

    [Fact]
    public void What_was_not_measured_is_not_taken_to_keep_its_limit()
    {
        var talk = Talk.Opened(Limited);
        talk.Say("""{"tell":[{"candidate":2,"y":{"y":1.25,"impurity":3.1}},{"candidate":1,"y":{"y":0.9}}]}""", "told");

        talk.Say("""{"best":true}""", "best").GetProperty("candidate").GetInt32().Should().Be(2);
    }

    [Fact]
    public void Before_a_limit_was_ever_told_the_objective_is_planned_for_and_every_answer_names_what_is_missing()
    {
        var talk = Talk.Opened(Limited);
        talk.Say("""{"tell":[{"candidate":0,"y":{"y":1.25}},{"candidate":1,"y":{"y":0.9}},{"candidate":2,"y":{"y":0.7}}]}""", "told");

        var asked = talk.Say("""{"ask":1}""", "asked")[0];
        asked.GetProperty("mean").GetProperty("y").ValueKind.Should().Be(JsonValueKind.Number);
        asked.GetProperty("mean").GetProperty("impurity").ValueKind.Should().Be(JsonValueKind.Null);
        asked.GetProperty("reason").GetString().Should().Contain("than the best place known").And.EndWith("'impurity' has a limit and was never told, so nothing is known of it");
        talk.Say("""{"best":true}""").Should().Contain("'impurity' has a limit and no trial has told it yet");
        var diagnosis = talk.Say("""{"diagnose":true}""", "diagnosis");
        diagnosis.GetProperty("stopping").GetRawText().Should().Contain("'impurity' has a limit and was never measured");
        diagnosis.GetProperty("health").GetRawText().Should().Contain("never-measured").And.NotContain("limits-never-kept");
        diagnosis.GetProperty("quantities")[0].GetProperty("name").GetString().Should().Be("y");
    }

    [Fact]
    public void Resuming_keeps_what_was_partly_measured()
    {
        var talk = Talk.Opened(Limited);
        talk.Say("""{"tell":[{"candidate":2,"y":{"y":1.25,"impurity":3.1}},{"candidate":1,"y":{"y":0.9}}]}""", "told");
        var state = talk.Say("""{"state":true}""", "state").GetRawText();

        var resumed = new Talk();
        resumed.Say($$"""{"resume":{{state}}}""", "resumed");

        resumed.Say("""{"ask":2}""", "asked").GetRawText().Should().Be(talk.Say("""{"ask":2}""", "asked").GetRawText());
    }

    [Fact]
    public void A_batch_is_what_asking_one_by_one_gives_and_does_not_crowd()
    {
        var (together, apart) = (Talk.Opened(), Talk.Opened());
        for (var k = 0; k < 8; k++)
        {
            together.Try(Talk.Bowl);
            apart.Try(Talk.Bowl);
        }

        var batch = together.Say("""{"ask":12}""", "asked").EnumerateArray().Select(one => one.GetProperty("x")).ToArray();

        for (var k = 0; k < 3; k++) apart.Say("""{"ask":1}""", "asked")[0].GetProperty("x").GetRawText().Should().Be(batch[k].GetRawText());
        for (var i = 0; i < batch.Length; i++)
            for (var j = 0; j < i; j++)
                Math.Max(Math.Abs(Of(batch[i], "a") - Of(batch[j], "a")), Math.Abs(Of(batch[i], "b") - Of(batch[j], "b"))).Should().BeGreaterThan(1e-3);
    }

    private static double Of(JsonElement x, string name) => x.GetProperty(name).GetDouble();
}
