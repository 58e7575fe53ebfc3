using System.Text.RegularExpressions;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.AskTell;

/// <summary>The conversation in docs/reference/ask-tell.md is one that the program has.</summary>
public sealed partial class AskTellDocumentationTests
{
    private static readonly string Page = File.ReadAllText(Repository.At("docs", "reference", "ask-tell.md"));

    [Fact]
    public void The_conversations_of_the_page_take_place_as_they_stand_there()
    {
        var conversations = Conversation().Matches(Page).Select(match => match.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        conversations.Sum(lines => lines.Length).Should().BeGreaterThanOrEqualTo(18);
        foreach (var lines in conversations)
        {
            var talk = new Talk();
            for (var k = 0; k < lines.Length; k += 2)
            {
                lines[k].Should().StartWith("→ ");
                lines[k + 1].Should().StartWith("← ");

                talk.Say(lines[k][2..]).Should().MatchRegex(Pattern(lines[k + 1][2..]), lines[k]);
            }
        }
    }

    [Theory]
    [InlineData("trial")]
    [InlineData("candidate")]
    [InlineData("acquisition")]
    [InlineData("repeat")]
    [InlineData("planner")]
    [InlineData("measurements")]
    [InlineData("best_observed")]
    [InlineData("abandoned")]
    [InlineData("diagnose")]
    [InlineData("remaining")]
    [InlineData("stopping")]
    [InlineData("recommended")]
    public void Every_key_is_on_the_page(string key) => Page.Should().Contain($"`{key}`");

    /// <summary>An ellipsis stands for what is left out, and a time for any time.</summary>
    private static string Pattern(string answer)
    {
        var escaped = Regex.Escape(answer).Replace("…", ".*", StringComparison.Ordinal);
        return $"^{SecondsValue().Replace(escaped, "\"seconds\":.*}")}$";
    }

    [GeneratedRegex("```text conversation\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Conversation();

    [GeneratedRegex("\"seconds\":.*}")]
    private static partial Regex SecondsValue();
}
