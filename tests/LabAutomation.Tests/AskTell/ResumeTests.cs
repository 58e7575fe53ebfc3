using System.Text.Json;
using System.Text.RegularExpressions;

namespace LabAutomation.Tests.AskTell;

public sealed partial class ResumeTests
{
    private const string Mixed = """{"open":{"parameters":[{"name":"a","kind":"real","low":0.001,"high":1,"scale":"log"},{"name":"b","kind":"real","low":0,"high":1},{"name":"solvent","kind":"categorical","choices":["water","ethanol","DMF"]}],"constraints":["a + b <= 1.5"],"objectives":[{"name":"y","goal":"minimise"}],"seed":11,"planner":{"kind":"gaussian-process","initial":5}}}""";

    private const string Pool = """{"open":{"parameters":[{"name":"a","kind":"real","low":0,"high":1},{"name":"b","kind":"real","low":0,"high":1}],"objectives":[{"name":"y","goal":"minimise"}],"candidates":[[0,0.1],[0.1,0.3],[0.7,0.9],[0.4,0.6],[0.3,0.7],[0.2,0.2],[0.9,0.1],[0.6,0.3],[0.5,0.5],[1,1],[0.35,0.65]],"seed":2}}""";

    [Theory]
    [InlineData(Mixed)]
    [InlineData(Pool)]
    public void A_study_that_is_resumed_goes_on_with_the_same_bits(string open)
    {
        var first = Talk.Opened(open);
        for (var k = 0; k < 6; k++) first.Try(Talk.Bowl);
        first.Say("""{"ask":2}""", "asked");
        first.Say("""{"tell":[{"trial":7,"failed":"a \"broken\" flask, 100 °C"}]}""", "told");
        var state = first.Say("""{"state":true}""", "state").GetRawText();

        var second = new Talk();
        var resumed = second.Say($$$"""{"resume":{{{state}}}}""", "resumed");

        resumed.GetProperty("trials").GetInt32().Should().Be(7);
        resumed.GetProperty("pending").GetInt32().Should().Be(1);
        second.Say("""{"state":true}""", "state").GetRawText().Should().Be(state);
        for (var k = 0; k < 3; k++)
        {
            var (one, other) = (first.Say("""{"ask":1}"""), second.Say("""{"ask":1}"""));
            Seconds().Replace(other, "").Should().Be(Seconds().Replace(one, ""));
            var trial = JsonDocument.Parse(one).RootElement.GetProperty("asked")[0].GetProperty("trial").GetInt32();
            foreach (var talk in new[] { first, second }) talk.Say(FormattableString.Invariant($$$"""{"tell":{"trial":{{{trial}}},"y":{{{1.0 / (k + 3)}}}}}"""), "told");
        }
        second.Say("""{"best":true}""").Should().Be(first.Say("""{"best":true}"""));
    }

    [Fact]
    public void More_threads_give_the_same_answers_before_and_after_a_state_is_resumed()
    {
        var (one, three) = (Talk.Opened(Mixed), Talk.Opened(Mixed.Replace("\"seed\":11", "\"threads\":3,\"seed\":11", StringComparison.Ordinal)));
        for (var k = 0; k < 6; k++) three.Try(Talk.Bowl).GetRawText().Should().Be(one.Try(Talk.Bowl).GetRawText());
        var resumed = new Talk();

        resumed.Say($$$"""{"resume":{{{three.Say("""{"state":true}""", "state").GetRawText()}}}}""", "resumed");

        resumed.Try(Talk.Bowl).GetRawText().Should().Be(one.Try(Talk.Bowl).GetRawText());
    }

    [Theory]
    [InlineData("\"asked\":2", "\"asked\":1", "pending and abandoned trials have numbers from 1 to 1")]
    [InlineData("\"version\":1", "\"version\":9", "version 9")]
    [InlineData("\"high\":1", "\"high\":0.001", "its range is 0 to 0.001")]
    [InlineData("\"y\":{\"y\":0.5}", "\"abandoned\":true", "a trial of a state has 'x' or 'candidate', and 'y' or 'failed'")]
    [InlineData("\"trial\":2", "\"number\":2", "'number' is not a key of a trial of a state")]
    public void A_state_that_makes_no_sense_is_refused_and_what_is_open_stays(string part, string other, string complaint)
    {
        var talk = Talk.Opened();
        talk.Say("""{"ask":2}""", "asked");
        talk.Say("""{"tell":[{"trial":1,"y":{"y":0.5}}]}""", "told");
        var state = talk.Say("""{"state":true}""", "state").GetRawText();
        state.Should().Contain(part);

        talk.Say($$$"""{"resume":{{{state.Replace(part, other)}}}}""").Should().StartWith("{\"error\":\"line 5: ").And.Contain(complaint);

        talk.Say("""{"state":true}""", "state").GetRawText().Should().Be(state);
    }

    [GeneratedRegex("\"seconds\":[^,}]*")]
    private static partial Regex Seconds();
}
