using System.Globalization;
using System.Net;
using System.Text;
using LabAutomation.Agents.Records;

namespace LabAutomation.Lab.Reports;

/// <summary>What happened when, one row an instrument or a trial, as inline SVG.</summary>
internal static class Timeline
{
    private const int Width = 720;
    private const int Left = 110;
    private const int Row = 20;

    /// <summary>More trials are not drawn one by one.</summary>
    private const int MostTrials = 100;

    /// <param name="idle">When they did nothing; each stretch says why where one points at it.</param>
    public static string OfInstruments(IReadOnlyList<TimelineSpan> spans, IReadOnlyList<IdleTime> idle) =>
        ToSvg(spans, span => span.Instrument, [.. spans.Select(span => span.Instrument).Distinct().Order(StringComparer.Ordinal)], "Instrument timeline", idle);

    /// <summary>Where each trial was, the last ones of many.</summary>
    public static string OfTrials(IReadOnlyList<TimelineSpan> spans)
    {
        var trials = spans.Select(span => span.Trial).Distinct().Order().TakeLast(MostTrials).ToHashSet();
        return ToSvg([.. spans.Where(span => trials.Contains(span.Trial))], span => $"trial {span.Trial}", [.. trials.Order().Select(trial => $"trial {trial}")], "Trial timeline");
    }

    private static string ToSvg(IReadOnlyList<TimelineSpan> spans, Func<TimelineSpan, string> rowOf, string[] rows, string title, IReadOnlyList<IdleTime>? idle = null)
    {
        if (spans.Count == 0) return "<p>No action ran.</p>";
        var begin = spans.Min(span => span.From);
        var (unit, scale) = spans.Max(span => span.To - begin) switch
        {
            { TotalDays: > 4 } => ("d", TimeSpan.FromDays(1)),
            { TotalHours: > 6 } => ("h", TimeSpan.FromHours(1)),
            _ => ("min", TimeSpan.FromMinutes(1)),
        };
        var axis = Axis.Linear([0, Math.Max(spans.Max(span => (span.To - begin) / scale), (idle ?? []).Select(stretch => (stretch.Until - begin) / scale).DefaultIfEmpty(0).Max())], Left, Width - 14, 8);
        var height = rows.Length * Row + 46;

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{title}\"><title>{title}</title>");
        foreach (var tick in axis.Ticks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{axis.At(tick):0.#}\" x2=\"{axis.At(tick):0.#}\" y1=\"6\" y2=\"{height - 36}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{axis.At(tick):0.#}\" y=\"{height - 22}\" text-anchor=\"middle\">{Axis.Label(tick)}</text>");
        }

        for (var row = 0; row < rows.Length; row++)
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{Left - 8}\" y=\"{row * Row + 20}\" text-anchor=\"end\">{WebUtility.HtmlEncode(rows[row])}</text>");
        foreach (var stretch in (idle ?? []).Where(stretch => stretch.Until > begin))
        {
            var (from, to) = (axis.At(Math.Max(0, (stretch.From - begin) / scale)), axis.At((stretch.Until - begin) / scale));
            if (to - from < 0.6 || Array.IndexOf(rows, stretch.Instrument) is not (>= 0 and var row)) continue;
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"idle {IdleSection.Style(stretch.Cause)}\" x=\"{from:0.##}\" y=\"{row * Row + 13}\" width=\"{to - from:0.##}\" height=\"{Row - 14}\">");
            svg.Append(CultureInfo.InvariantCulture, $"<title>{WebUtility.HtmlEncode($"{stretch.Instrument} idle for {IdleSection.Length(stretch.Length)}: {stretch.Words}")}</title></rect>");
        }

        foreach (var span in spans)
        {
            var (from, to) = (axis.At((span.From - begin) / scale), axis.At((span.To - begin) / scale));
            var row = Array.IndexOf(rows, rowOf(span));
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{(span.Succeeded ? "span" : "span failed")}\" x=\"{from:0.##}\" y=\"{row * Row + 9}\" width=\"{Math.Max(0.6, to - from):0.##}\" height=\"{Row - 6}\">");
            svg.Append(CultureInfo.InvariantCulture, $"<title>{WebUtility.HtmlEncode(span.Tip)}</title></rect>");
        }

        return svg.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" x=\"{(Left + Width) / 2}\" y=\"{height - 6}\" text-anchor=\"middle\">lab time / {unit}</text></svg>").ToString();
    }
}

internal sealed record TimelineSpan(string Instrument, int Trial, DateTimeOffset From, DateTimeOffset To, bool Succeeded, string Tip);
