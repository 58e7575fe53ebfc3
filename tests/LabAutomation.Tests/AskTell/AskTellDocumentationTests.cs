using System.Text.RegularExpressions;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.AskTell;

/// <summary>The conversation in docs/reference/ask-tell.md is one that the program has.</summary>
public sealed partial class AskTellDocumentationTests
{
    private static readonly string Page = File.ReadAllText(Repository.At("docs", "reference", "ask-tell.md"));

    public static TheoryData<string> Conversations => new(Conversation().Matches(Page).Select(match => match.Groups[1].Value));

    [Theory]
    [MemberData(nameof(Conversations))]
    public void Every_conversation_of_the_page_takes_place_as_it_stands_there(string conversation)
    {
        var lines = conversation.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var talk = new Talk();
        for (var k = 0; k < lines.Length; k += 2)
        {
            lines[k].Should().StartWith("→ ");
            lines[k + 1].Should().StartWith("← ");

            talk.Say(lines[k][2..]).Should().MatchRegex(Pattern(lines[k + 1][2..]), lines[k]);
        }
    }

    [Fact]
    public void There_are_conversations_on_the_page_and_nothing_that_looks_like_one_and_is_not_tested()
    {
        Conversations.Should().HaveCountGreaterThanOrEqualTo(6);
        Page.Split('\n').Count(line => line.StartsWith('→')).Should().Be(Conversation().Matches(Page).Sum(match => match.Value.Split('\n').Count(line => line.StartsWith('→'))));
    }

    [Theory]
    [InlineData("trial")]
    [InlineData("candidate")]
    [InlineData("acquisition")]
    [InlineData("repeat")]
    [InlineData("planner")]
    [InlineData("threads")]
    [InlineData("measurements")]
    [InlineData("best_observed")]
    [InlineData("abandoned")]
    [InlineData("nearest")]
    [InlineData("matters")]
    [InlineData("mixtures")]
    [InlineData("counts")]
    [InlineData("outcomes")]
    [InlineData("descriptors")]
    [InlineData("when")]
    [InlineData("hypervolume")]
    [InlineData("mean_sd")]
    [InlineData("sd")]
    [InlineData("reference")]
    [InlineData("diagnose")]
    [InlineData("remaining")]
    [InlineData("stopping")]
    [InlineData("recommended")]
    public void Every_key_is_on_the_page(string key) => Page.Contains($"`{key}`", StringComparison.Ordinal).Should().BeTrue();

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
