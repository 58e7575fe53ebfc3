using System.Globalization;
using System.Text;
using System.Text.Json;
using LabAutomation.Agents.AskTell;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.AskTell;

/// <summary>The other side of a conversation.</summary>
internal sealed class Talk
{
    private readonly AskTellConversation _conversation = new(new FakeTimeProvider());
    private int _line;

    /// <summary>Two real parameters a and b in [0, 1], y to be minimised.</summary>
    public const string Square = """{"open":{"parameters":[{"name":"a","kind":"real","low":0,"high":1},{"name":"b","kind":"real","low":0,"high":1}],"objectives":[{"name":"y","goal":"minimise"}],"noise":"none","seed":3}}""";

    public static Talk Opened(string open = Square)
    {
        var talk = new Talk();
        talk.Say(open).Should().StartWith("{\"opened\":");
        return talk;
    }

    /// <summary>The answer as it stands; empty where there is none.</summary>
    public string Say(string message) => Say(Encoding.UTF8.GetBytes(message));

    public string Say(byte[] message) => _conversation.Answer(message, ++_line) ?? "";

    /// <summary>What stands under the one key of the answer that is expected.</summary>
    public JsonElement Say(string message, string expected)
    {
        var answer = Say(message);
        answer.Should().StartWith($"{{\"{expected}\":");
        return JsonDocument.Parse(answer).RootElement.GetProperty(expected);
    }

    /// <summary>Asks once, and tells what a function of the point gives.</summary>
    public JsonElement Try(Func<JsonElement, double> measure)
    {
        var asked = Say("""{"ask":1}""", "asked")[0];
        Say($$$"""{"tell":[{"trial":{{{asked.GetProperty("trial")}}},"y":{"y":{{{measure(asked.GetProperty("x")).ToString("R", CultureInfo.InvariantCulture)}}}}}]}""", "told");
        return asked;
    }

    public static double Bowl(JsonElement x) => Math.Pow(x.GetProperty("a").GetDouble() - 0.3, 2) + Math.Pow(x.GetProperty("b").GetDouble() - 0.7, 2);
}
