using LabAutomation.Tests.AskTell;

namespace LabAutomation.Tests.Learning.Spaces;

/// <summary>A parameter that cannot change is no reason to fail, whatever its kind.</summary>
public sealed class OneValueTests
{
    public static TheoryData<string> Kinds => new(
        """{"name":"p","kind":"real","low":2,"high":2}""", """{"name":"p","kind":"real","low":2,"high":2,"scale":"log"}""", """{"name":"p","kind":"integer","low":2,"high":2}""",
        """{"name":"p","kind":"discrete","values":[2]}""", """{"name":"p","kind":"categorical","choices":["A"]}""", """{"name":"p","kind":"categorical","choices":["A"],"descriptors":{"A":[66,4.0]}}""",
        """{"name":"p","kind":"ordinal","choices":["A"]}""", """{"name":"p","kind":"task","choices":["A"],"target":"A"}""", """{"name":"p","kind":"fidelity","values":[2],"costs":[1]}""");

    [Theory, MemberData(nameof(Kinds))]
    public void Beside_another(string parameter)
    {
        var talk = Talk.Opened($$"""{"open":{"parameters":[{{parameter}},{"name":"t","kind":"real","low":0,"high":1}],"objectives":[{"name":"y","goal":"minimise"}],"planner":{"kind":"gaussian-process","initial":3} } }""");

        for (var k = 0; k < 6; k++) talk.Try(x => x.GetProperty("t").GetDouble());

        talk.Say("""{"best":true}""", "best");
        talk.Say("""{"diagnose":true}""", "diagnosis");
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Alone(string parameter)
    {
        var talk = Talk.Opened($$"""{"open":{"parameters":[{{parameter}}],"objectives":[{"name":"y","goal":"minimise"}] } }""");

        talk.Try(_ => 3);

        talk.Say("""{"best":true}""", "best").GetProperty("measurements").GetInt32().Should().Be(1);
        talk.Say("""{"diagnose":true}""", "diagnosis");
        talk.Say("""{"ask":1}""").Should().StartWith("{\"error\"").And.NotContain("defect");
    }
}
