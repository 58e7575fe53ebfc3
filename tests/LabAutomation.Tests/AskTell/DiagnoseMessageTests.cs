using System.Text.Json;

namespace LabAutomation.Tests.AskTell;

public sealed class DiagnoseMessageTests
{
    [Fact]
    public void Nothing_told_is_answered_by_the_health_of_the_problem_alone()
    {
        var diagnosis = Talk.Opened("""{"open":{"parameters":[{"name":"a","kind":"real","low":0,"high":1},{"name":"b","kind":"real","low":2,"high":2}],"objectives":[{"name":"y","goal":"minimise"}]}}""").Say("""{"diagnose":true}""", "diagnosis");

        var finding = diagnosis.GetProperty("health").EnumerateArray().Should().ContainSingle().Subject;
        (finding.GetProperty("severity").GetString(), finding.GetProperty("name").GetString(), finding.GetProperty("where").GetString()).Should().Be(("note", "constant-parameter", "parameter 'b'"));
        diagnosis.GetProperty("quantities").GetArrayLength().Should().Be(0);
        diagnosis.TryGetProperty("stopping", out _).Should().BeFalse();
    }

    [Fact]
    public void Told_trials_are_answered_by_calibration_importance_curves_a_map_and_a_verdict()
    {
        var talk = Talk.Opened();
        for (var k = 0; k < 10; k++) talk.Try(Talk.Bowl);

        var diagnosis = talk.Say("""{"diagnose":{"goal":-1,"remaining":5,"confidence":0.9}}""", "diagnosis");

        var quantity = diagnosis.GetProperty("quantities")[0];
        quantity.GetProperty("name").GetString().Should().Be("y");
        quantity.GetProperty("calibration").GetProperty("left_out").GetArrayLength().Should().Be(10);
        quantity.GetProperty("calibration").GetProperty("coverage").GetArrayLength().Should().Be(11);
        quantity.GetProperty("importance").EnumerateArray().Select(one => one.GetProperty("parameter").GetString()).Should().BeEquivalentTo("a", "b");
        quantity.GetProperty("curves")[0].GetProperty("points").GetArrayLength().Should().Be(41);
        var map = quantity.GetProperty("map");
        map.GetProperty("mean").GetArrayLength().Should().Be(map.GetProperty("columns").GetArrayLength() * map.GetProperty("rows").GetArrayLength());
        diagnosis.GetProperty("stopping").GetProperty("decision").GetString().Should().Be("goal-out-of-reach");
        diagnosis.GetProperty("stopping").GetProperty("confidence").GetDouble().Should().Be(0.9);
        diagnosis.GetProperty("recommended").GetProperty("x").TryGetProperty("a", out _).Should().BeTrue();
    }

    [Fact]
    public void A_diagnosis_changes_nothing_and_choices_are_told_by_name()
    {
        var talk = Talk.Opened("""{"open":{"parameters":[{"name":"k","kind":"categorical","choices":["p","q","r"]},{"name":"t","kind":"real","low":0,"high":1}],"objectives":[{"name":"y","goal":"maximise"}],"seed":2}}""");
        for (var k = 0; k < 9; k++)
            talk.Try(x => (x.GetProperty("k").GetString() == "q" ? 5 : 0) + x.GetProperty("t").GetDouble());
        var before = talk.Say("""{"state":true}""");

        var diagnosis = talk.Say("""{"diagnose":true}""", "diagnosis");

        talk.Say("""{"state":true}""").Should().Be(before);
        var curve = diagnosis.GetProperty("quantities")[0].GetProperty("curves")[0];
        curve.GetProperty("parameter").GetString().Should().Be("k");
        curve.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("at").GetString()).Should().Equal("p", "q", "r");
        curve.GetProperty("points")[1].GetProperty("mean").GetDouble().Should().BeGreaterThan(curve.GetProperty("points")[0].GetProperty("mean").GetDouble());
    }

    [Theory]
    [InlineData("""{"diagnose":false}""", "diagnose wants true or an object with goal, remaining, tolerance, confidence, context, not false")]
    [InlineData("""{"diagnose":{"budget":3}}""", "'budget' is not a key of diagnose")]
    [InlineData("""{"diagnose":{"remaining":-1}}""", "'remaining' wants a whole number from 0")]
    [InlineData("""{"diagnose":{"tolerance":0}}""", "the tolerance is 0; it is a finite number above 0")]
    [InlineData("""{"diagnose":{"confidence":1}}""", "the confidence is 1; it lies above 0.5 and below 1")]
    public void A_wrong_question_is_refused(string message, string complaint) =>
        JsonDocument.Parse(Talk.Opened().Say(message)).RootElement.GetProperty("error").GetString().Should().Contain(complaint);
}
