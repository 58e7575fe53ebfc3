using System.Globalization;
using System.Net;
using System.Text;

namespace LabAutomation.Lab.Reports;

/// <summary>What each instrument did and when, one row an instrument, as inline SVG.</summary>
internal static class Timeline
{
    private const int Width = 720;
    private const int Left = 110;
    private const int Row = 20;

    public static string ToSvg(IReadOnlyList<TimelineSpan> spans)
    {
        if (spans.Count == 0) return "<p>No action ran.</p>";
        var instruments = spans.Select(span => span.Instrument).Distinct().Order(StringComparer.Ordinal).ToArray();
        var begin = spans.Min(span => span.From);
        var axis = Axis.Linear([0, spans.Max(span => (span.To - begin).TotalMinutes)], Left, Width - 14, 8);
        var height = instruments.Length * Row + 46;

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"Instrument timeline\"><title>Instrument timeline</title>");
        foreach (var tick in axis.Ticks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{axis.At(tick):0.#}\" x2=\"{axis.At(tick):0.#}\" y1=\"6\" y2=\"{height - 36}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{axis.At(tick):0.#}\" y=\"{height - 22}\" text-anchor=\"middle\">{Axis.Label(tick)}</text>");
        }

        for (var row = 0; row < instruments.Length; row++)
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{Left - 8}\" y=\"{row * Row + 20}\" text-anchor=\"end\">{WebUtility.HtmlEncode(instruments[row])}</text>");
        foreach (var span in spans)
        {
            var (from, to) = (axis.At((span.From - begin).TotalMinutes), axis.At((span.To - begin).TotalMinutes));
            var row = Array.IndexOf(instruments, span.Instrument);
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{(span.Succeeded ? "span" : "span failed")}\" x=\"{from:0.##}\" y=\"{row * Row + 9}\" width=\"{Math.Max(0.6, to - from):0.##}\" height=\"{Row - 6}\">");
            svg.Append(CultureInfo.InvariantCulture, $"<title>{WebUtility.HtmlEncode(span.Tip)}</title></rect>");
        }

        return svg.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" x=\"{(Left + Width) / 2}\" y=\"{height - 6}\" text-anchor=\"middle\">lab time / min</text></svg>").ToString();
    }
}

internal sealed record TimelineSpan(string Instrument, DateTimeOffset From, DateTimeOffset To, bool Succeeded, string Tip);
