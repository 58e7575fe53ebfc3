using System.Text.Json;

namespace LabAutomation.Tests.AskTell;

/// <summary>Advice by messages.</summary>
public sealed class AdviceMessageTests
{
    private const string Parameters = """{"name":"a","kind":"real","low":0,"high":1},{"name":"n","kind":"integer","low":1,"high":9},{"name":"base","kind":"categorical","choices":["K2CO3","NaOtBu"]},{"name":"c","kind":"real","low":0.1,"high":10,"scale":"log"}""";

    private const string Region = """{"trust":0.7,"regions":[{"weight":2,"where":{"a":{"from":0.6},"base":["NaOtBu"]}},{"where":{"n":{"near":3,"within":1}}}],"points":[{"a":0.9}]}""";

    [Fact]
    public void The_first_trial_is_where_the_advice_says_and_every_answer_says_how_far_it_is_trusted()
    {
        var talk = Talk.Opened(Open(Region));

        var asked = talk.Say("""{"ask":2}""", "asked");

        asked[0].GetProperty("x").GetProperty("a").GetDouble().Should().BeGreaterThan(0.55);
        asked[0].GetProperty("advice").GetRawText().Should().Be("""{"trust":0.7,"decided":true}""");
        asked[1].GetProperty("advice").GetProperty("decided").GetBoolean().Should().BeFalse();
    }

    [Fact]
    public void A_resumed_study_has_its_advice()
    {
        var talk = Talk.Opened(Open(Region));
        for (var trial = 0; trial < 10; trial++) talk.Try(x => Math.Abs(x.GetProperty("a").GetDouble() - 0.8));
        var state = talk.Say("""{"state":true}""", "state").GetRawText();

        var other = new Talk();
        other.Say("""{"resume":STATE}""".Replace("STATE", state), "resumed");

        Unclocked(other.Say("""{"ask":1}""", "asked")).Should().Be(Unclocked(talk.Say("""{"ask":1}""", "asked"))).And.Contain("\"advice\"");
    }

    [Theory]
    [InlineData("[]", "'advice' is an object with trust, regions, points, not a list")]
    [InlineData("{}", "'advice' wants 'regions' or 'points', such as")]
    [InlineData("""{"regions":[]}""", "'advice' wants 'regions' or 'points', such as")]
    [InlineData("""{"regions":[{}]}""", "a region of advice lacks 'where'")]
    [InlineData("""{"regions":[{"where":3}]}""", "'where' of a region is an object with a preference for each parameter that is spoken of, not 3")]
    [InlineData("""{"regions":[{"where":{}}]}""", "advised region 1: it says nothing; it has at least one preference")]
    [InlineData("""{"regions":[{"where":{"bas":["K2CO3"]}}]}""", "'bas' is not a parameter; parameters are a, n, base, c (did you mean 'base'?)")]
    [InlineData("""{"regions":[{"where":{"base":["KOH"]}}]}""", "parameter 'base' has no choice 'KOH'; choices are K2CO3, NaOtBu")]
    [InlineData("""{"regions":[{"where":{"base":{"from":"K2CO3"}}}]}""", "advised region 1: 'base' has no order")]
    [InlineData("""{"regions":[{"where":{"a":{"from":2}}}]}""", "advised region 1: 'a' is preferred from or to 2, which it cannot be; its range is 0 to 1")]
    [InlineData("""{"regions":[{"where":{"a":{"from":0.2,"near":0.3}}}]}""", "the preference for 'a' is a range, with 'from' or 'to' or both, or a place, with 'near' and perhaps 'within'")]
    [InlineData("""{"regions":[{"where":{"a":{"near":0.3,"within":0}}}]}""", "advised region 1: 'a' is preferred within 0 of its range; that is 0.001 to 1")]
    [InlineData("""{"regions":[{"where":{"c":{"near":-1,"within":0.5}}}]}""", "advised region 1: 'c' is preferred near -1, which it cannot be; its range is 0.1 to 10")]
    [InlineData("""{"regions":[{"where":{"c":{"near":1,"within":-1}}}]}""", "advised region 1: 'c' is preferred within 0 of its range; that is 0.001 to 1")]
    [InlineData("""{"regions":[{"where":{"c":{"from":-1}}}]}""", "advised region 1: 'c' is preferred from or to -1, which it cannot be; its range is 0.1 to 10")]
    [InlineData("""{"regions":[{"where":{"base":{"near":1,"within":1}}}]}""", "advised region 1: 'base' has no order, so that nothing is near a place of it; name choices")]
    [InlineData("""{"regions":[{"where":{"a":{"near":"b"}}}]}""", "parameter 'a' wants a number, not the text 'b'")]
    [InlineData("""{"trust":1,"points":[{"a":0.5}]}""", "the trust in advice is 1; it is above 0 and at most 0.95")]
    [InlineData("""{"points":[{"a":2}]}""", "parameter 'a' is 2; its range is 0 to 1")]
    [InlineData("""{"points":[{}]}""", "advised region 1: it says nothing")]
    public void Advice_that_makes_no_sense_is_refused_by_name(string advice, string message) =>
        new Talk().Say(Open(advice)).Should().StartWith("{\"error\":\"line 1: " + JsonEncodedText.Encode(message, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping));

    private static string Open(string advice) => """{"open":{"parameters":[PARAMETERS],"objectives":[{"name":"y","goal":"minimise"}],"noise":"none","seed":3,"advice":ADVICE}}""".Replace("PARAMETERS", Parameters).Replace("ADVICE", advice);

    private static string Unclocked(JsonElement asked) => asked[0].GetRawText();
}
