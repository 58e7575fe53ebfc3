using System.Globalization;
using System.Text;
using LabAutomation.Agents.Reasoning;

namespace LabAutomation.Lab.Reasoning;

/// <summary>Agents at work, as the person at the terminal sees them: what they say as it comes, what they call, and what the policy says of it.</summary>
/// <param name="isShown">Not where the output is for machines.</param>
internal sealed class TalkDisplay(TextWriter to, bool isShown)
{
    private readonly Lock _turn = new();
    private string _speaker = "";
    private bool _isMidLine;

    public void Show(ReasoningNotice notice)
    {
        if (!isShown) return;
        lock (_turn)
        {
            switch (notice)
            {
                case ReasoningNotice.Said said: Say(said); break;
                case ReasoningNotice.Called called: Line($"  {called.Agent} calls {Short(called.Call.Tool)}({Arguments(called.Call)}): {Verdict(called)}"); break;
                case ReasoningNotice.Told told: Line($"lab: {told.Text}"); break;
            }

            to.Flush();
        }
    }

    /// <summary>Begins a new line, where words of a model stand on the last one.</summary>
    public void EndLine()
    {
        lock (_turn)
        {
            if (_isMidLine) to.WriteLine();
            (_isMidLine, _speaker) = (false, "");
        }
    }

    /// <summary>A model's words must not move the cursor, colour the screen, or read otherwise than they are written.</summary>
    public static string Plain(string text) => Each(text, _ => "");

    /// <summary>As <see cref="Plain"/>, for what stands on a line of the lab's own: it begins no other.</summary>
    public static string OneLine(string text) => Plain(text.ReplaceLineEndings(" "));

    /// <summary>With what <see cref="Plain"/> leaves out written as \uXXXX, for whoever has to see all there is.</summary>
    public static string Marked(string text) => Each(text.Replace("\r\n", "\n", StringComparison.Ordinal), rune => rune.Value > 0xFFFF ? $"\\U{rune.Value:X8}" : $"\\u{rune.Value:X4}");

    private static string Each(string text, Func<Rune, string> instead)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) shown.Append(rune.Value is '\n' or '\t' || !IsHidden(rune) ? rune.ToString() : instead(rune));
        return shown.ToString();
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private void Say(ReasoningNotice.Said said)
    {
        if (_speaker != said.Agent)
        {
            if (_isMidLine) to.WriteLine();
            to.WriteLine($"{said.Agent}:");
            _speaker = said.Agent;
        }

        var text = Plain(said.Text);
        to.Write(text);
        _isMidLine = text.Length == 0 ? _isMidLine : text[^1] != '\n';
    }

    private void Line(string text)
    {
        if (_isMidLine) to.WriteLine();
        (_isMidLine, _speaker) = (false, "");
        to.WriteLine(OneLine(text));
    }

    private static string Verdict(ReasoningNotice.Called called) => called.Verdict switch
    {
        Agents.Reasoning.Verdict.Allowed when called.Result.Failed => $"allowed; {First(called.Result.Text)}",
        Agents.Reasoning.Verdict.Allowed => "allowed",
        Agents.Reasoning.Verdict.NeedsApproval needs => $"waits for approval {called.Approval}: {needs.Reason}",
        var denied => $"denied: {denied.Reason}",
    };

    private static string Arguments(WantedCall call) => call.Arguments is null ? "?" : string.Join(", ", call.Arguments.Select(pair => $"{Short(pair.Key)}={Short(pair.Value)}"));

    private static string Short(string value)
    {
        var line = value.ReplaceLineEndings(" ");
        return line.Length <= 40 ? line : line[..40] + "…";
    }

    private static string First(string text) => text.Split('\n', 2)[0];
}
