using System.Globalization;
using System.Net;
using System.Text;

namespace LabAutomation.Lab.Reports;

/// <summary>What the scribe wrote about a campaign.</summary>
/// <param name="Conversation">In which it did, as the record names it.</param>
/// <param name="Doubts">Sentences that the record does not bear out.</param>
internal sealed record ReportNarrative(string Text, string Conversation, IReadOnlyList<string> Doubts);

/// <summary>The narrative in a report, told apart from what the program itself says.</summary>
internal static class NarrativeSection
{
    public static string Write(ReportNarrative? narrative)
    {
        if (narrative is null) return "";
        var html = new StringBuilder("<h2>Narrative</h2>");
        foreach (var paragraph in narrative.Text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            html.Append(CultureInfo.InvariantCulture, $"<p>{WebUtility.HtmlEncode(paragraph)}</p>");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\">Written by a language model in conversation {WebUtility.HtmlEncode(narrative.Conversation)}; [#N] is an entry of the record.");
        if (narrative.Doubts.Count == 0) html.Append(" Each number was found in the entries that its sentence names.");
        html.Append("</p>");
        if (narrative.Doubts.Count > 0)
            html.Append("<p class=\"lead bad\">Not borne out by the record:</p><ul>").AppendJoin("", narrative.Doubts.Select(doubt => $"<li>{WebUtility.HtmlEncode(doubt)}</li>")).Append("</ul>");
        return html.ToString();
    }
}
