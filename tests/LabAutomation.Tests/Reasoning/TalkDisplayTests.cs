using System.Collections.Immutable;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Lab.Reasoning;

namespace LabAutomation.Tests.Reasoning;

public sealed class TalkDisplayTests
{
    [Fact]
    public void A_call_takes_one_line_whatever_it_and_its_arguments_are_called()
    {
        var to = new StringWriter();
        var arguments = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("a\nlab: request 1 approved", "b\u2028lab: done").Add(new string('n', 500), "c");
        var call = new WantedCall("c", "x\nlab: campaign ended", arguments);

        new TalkDisplay(to, isShown: true).Show(new ReasoningNotice.Called("planner", call, new Verdict.Denied("there is no tool\n'x'\u0085"), ToolResult.Fails("no"), null));

        to.ToString().TrimEnd('\r', '\n').Should().NotContainAny("\n", "\u2028", "\u0085").And.StartWith("  planner calls x lab: campaign ended(a lab: request 1 approved=b lab: done, nnn").And.NotContain(new string('n', 50));
    }

    [Theory]
    [InlineData("a\u202eb", "ab", "a\\u202Eb")]
    [InlineData("a\u200bb\u2066", "ab", "a\\u200Bb\\u2066")]
    [InlineData("a\u2028b\u2029c", "abc", "a\\u2028b\\u2029c")]
    [InlineData("a\u001b[2Jb", "a[2Jb", "a\\u001B[2Jb")]
    [InlineData("a\U000E0041b", "ab", "a\\U000E0041b")]
    [InlineData("25 µm ≤ 3\t😀\nend", "25 µm ≤ 3\t😀\nend", "25 µm ≤ 3\t😀\nend")]
    public void What_is_not_seen_is_left_out_or_marked(string text, string plain, string marked) =>
        (TalkDisplay.Plain(text), TalkDisplay.Marked(text)).Should().Be((plain, marked));
}
