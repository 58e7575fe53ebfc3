using System.Globalization;
using System.Net;
using System.Text;
using LabAutomation.Agents.Records;
using LabAutomation.Lab.Commands;

namespace LabAutomation.Lab.Reports;

/// <summary>What each sample was made of, where it has been, and where it is.</summary>
internal static class SampleSection
{
    /// <summary>More are in the exports.</summary>
    private const int Most = 500;

    public static string Write(IReadOnlyList<SampleHistory> samples)
    {
        // In a lab that is one place and counts nothing there is nothing to tell.
        if (!samples.Any(sample => !sample.Parents.IsEmpty || sample.Places.Length > 1)) return "";
        var html = new StringBuilder("<h2>Samples</h2><div class=\"scroll\"><table><thead><tr><th class=\"text\">sample</th><th class=\"text\">made of</th><th class=\"text\">has been at</th><th class=\"text\">is now</th></tr></thead><tbody>");
        foreach (var sample in samples.TakeLast(Most))
        {
            var been = string.Join(" → ", sample.Places.Select(place => place.Where));
            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"text name\">{Encode(sample.Id)}</td><td class=\"text\">{Encode(string.Join(", ", sample.Parents.Select(SampleHistoryCommand.Words)))}</td><td class=\"text\">{Encode(been)}</td><td class=\"text\">{Encode(sample.Now)}</td></tr>");
        }

        var lots = samples.SelectMany(sample => sample.Parents).Select(portion => portion.Lot).Distinct().OrderBy(lot => lot.At).ThenBy(lot => lot.Id, StringComparer.Ordinal).ToArray();
        html.Append("</tbody></table></div>");
        if (lots.Length == 0) return html.ToString();
        html.Append("<div class=\"scroll\"><table><thead><tr><th class=\"text\">lot</th><th>amount</th><th class=\"text\">origin</th><th class=\"text\">since</th></tr></thead><tbody>");
        foreach (var lot in lots)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"text name\">{Encode(lot.Id)}</td><td>{Encode(Display.Wording.Short(lot.Amount))}</td><td class=\"text\">{Encode(lot.Origin)}</td><td class=\"text\">{lot.At.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}</td></tr>");
        return html.Append("</tbody></table></div>").ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
