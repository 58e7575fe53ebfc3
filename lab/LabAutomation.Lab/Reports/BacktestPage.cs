using System.Globalization;
using System.Net;
using System.Text;
using LabAutomation.Learning.Backtesting;

namespace LabAutomation.Lab.Reports;

/// <summary>A backtest as one self-contained page: best so far and top designs found, planner by planner.</summary>
internal static class BacktestPage
{
    private static readonly string[] Colours = ["#0b6bcb", "#c4320a", "#1a7f37", "#8250df"];
    private static readonly string[] DarkColours = ["#58a6ff", "#ff7b54", "#3fb950", "#bc8cff"];

    public static string Write(DataSet data, BacktestReport report)
    {
        var sign = data.IsMaximised ? -1 : 1;
        var page = new StringBuilder("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        page.Append(CultureInfo.InvariantCulture, $"<title>{Encode(data.Name)} · backtest</title><style>{ReportStyle.Css}");
        page.Append(Style(Colours)).Append(CultureInfo.InvariantCulture, $" @media (prefers-color-scheme: dark) {{{Style(DarkColours)} }}");
        page.Append(CultureInfo.InvariantCulture, $"</style></head><body><h1>{Encode(data.Name)}</h1><p class=\"lead\">{report.Designs} measured designs replayed; {(data.IsMaximised ? "maximise" : "minimise")} {Encode(data.Objective)}; {report.Seeds} runs of {report.Budget} experiments for each planner.</p>");
        if (BacktestWording.Winner(report) is { } winner) page.Append(CultureInfo.InvariantCulture, $"<p>{Encode(winner)}.</p>");
        page.Append("<p class=\"lead\">").AppendJoin(" · ", report.Planners.Select((planner, k) => $"<b class=\"line{k % Colours.Length}\">{Encode(planner.Planner)}</b>")).Append(" (line: median of the runs; shaded: 10 to 90 %). Where lines meet at the left, the planners start from the same random experiments.</p>");
        page.Append("<h2>Best so far</h2>").Append(Curves(report, "Best so far", point => (sign * point.BestSoFar.Median, sign * point.BestSoFar.Low, sign * point.BestSoFar.High), data.Objective));
        page.Append("<h2>Share of the top 5 % designs found</h2>").Append(Curves(report, "Top designs found", point => (point.TopFound.Median, point.TopFound.Low, point.TopFound.High), "share found"));
        page.Append("<h2>Enhancement over random draws (line: mean)</h2>").Append(Curves(report, "Enhancement factor", point => (point.Enhancement.Mean, point.Enhancement.Low, point.Enhancement.High), "enhancement factor"));
        page.Append("<h2>Experiments needed</h2>").Append(Table(report));
        foreach (var note in data.Notes) page.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\">{Encode(note)}</p>");
        return page.Append("</body></html>\n").ToString();
    }

    private static string Style(string[] colours) => string.Concat(colours.Select((colour, k) =>
        $" .line{k} {{ fill:none; stroke:{colour}; stroke-width:2.2 }} .area{k} {{ fill:{colour}18; stroke:{colour}66; stroke-width:.7 }} b.line{k} {{ color:{colour} }}"));

    private static string Curves(BacktestReport report, string title, Func<CurvePoint, (double Middle, double Low, double High)> value, string yTitle)
    {
        var curves = report.Planners.Select(planner => planner.Curve.Select(point => (X: (double)point.Experiments, Y: value(point))).ToArray()).ToArray();
        var chart = new Chart(title, curves[0].Select(point => point.X), curves.SelectMany(curve => curve.SelectMany(point => new[] { point.Y.Low, point.Y.High })));
        for (var k = 0; k < curves.Length; k++) chart.Band([.. curves[k].Select(point => (point.X, point.Y.Low, point.Y.High))], $"area{k % Colours.Length}");
        for (var k = 0; k < curves.Length; k++) chart.Line(curves[k].Select(point => (point.X, point.Y.Middle)), $"line{k % Colours.Length}");
        return chart.ToSvg("experiments", yTitle);
    }

    private static string Table(BacktestReport report)
    {
        var html = new StringBuilder("<div class=\"scroll\"><table><thead><tr><th class=\"text\">planner</th>");
        foreach (var milestone in report.Planners[0].Milestones) html.Append(CultureInfo.InvariantCulture, $"<th>to {Encode(milestone.Name)} ({milestone.Designs})</th>");
        foreach (var acceleration in report.Planners[0].Accelerations) html.Append(CultureInfo.InvariantCulture, $"<th>AF at {acceleration.TopFound:P0}</th>");
        html.Append("</tr></thead><tbody>");
        foreach (var planner in report.Planners)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"text name\">{Encode(planner.Planner)}</td>");
            foreach (var milestone in planner.Milestones) html.Append(CultureInfo.InvariantCulture, $"<td>{Text(milestone.Experiments)}</td>");
            foreach (var acceleration in planner.Accelerations) html.Append(CultureInfo.InvariantCulture, $"<td>{Text(acceleration.Factor)}</td>");
            html.Append("</tr>");
        }

        html.Append("<tr><td class=\"text name\">random, exact expectation</td>");
        foreach (var milestone in report.Planners[0].Milestones) html.Append(CultureInfo.InvariantCulture, $"<td>{milestone.Random:0.0}</td>");
        foreach (var _ in report.Planners[0].Accelerations) html.Append("<td>1</td>");
        return html.Append("</tr></tbody></table></div><p class=\"lead\">Mean ± standard deviation over the runs; in brackets the runs that never got there, which count as the budget. AF, the acceleration factor: experiments that random draws need for that share of the top designs, over those needed.</p>").ToString();
    }

    private static string Text(Spread spread) => string.Create(CultureInfo.InvariantCulture, $"{spread.Mean:0.0} ± {spread.Sd:0.0}{(spread.Censored > 0 ? $" ({spread.Censored})" : "")}");

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
