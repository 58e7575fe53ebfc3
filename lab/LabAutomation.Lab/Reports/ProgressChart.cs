using System.Globalization;
using System.Net;
using System.Text;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Lab.Reports;

/// <summary>How a campaign got on: the best so far, the trade-offs, or what was measured where nothing is best.</summary>
internal static class ProgressChart
{
    public static string Title(ReportData data) => data.Objectives.Count > 1 ? "Trade-offs" : data.Objective.IsRanked ? "Best so far" : "What was measured";

    public static string Write(ReportData data)
    {
        var measured = data.Trials.Where(trial => trial.Objective is not null).ToArray();
        if (measured.Length == 0) return "<p>No trial was measured.</p>";
        return data.Objectives.Count switch
        {
            1 => OverTrials(data, measured),
            2 => Trades(data, measured),
            _ => TradeTable(data),
        } + Legend(data);
    }

    /// <summary>Trials that break a limit are drawn hollow.</summary>
    public static string Style(ReportTrial trial) => trial.Stands ? "winner" : trial.Keeps ? "trial" : "broken";

    public static double Radius(ReportTrial trial) => trial.Stands ? 6 : 3.5;

    private static string OverTrials(ReportData data, ReportTrial[] measured)
    {
        var band = data.Random?.Band ?? [];
        var ys = measured.Select(trial => trial.Objective!.Value).Concat(band.SelectMany(b => new[] { b.Low, b.High })).Concat(data.Objective.Mark is { } mark ? [mark] : []).ToArray();
        var logarithmic = data.Objective.Aim is Aim.Minimise or Aim.Maximise && ys.Min() > 0 && ys.Max() / ys.Min() > 20;
        var chart = new Chart(Title(data), [0, .. measured.Select(trial => (double)trial.Number)], ys, height: 340, logarithmic: logarithmic);
        if (band.Count > 1)
        {
            chart.Band([.. band.Select(b => ((double)b.Trial, b.Low, b.High))], "band");
            chart.Line(band.Select(b => ((double)b.Trial, b.Middle)), "random");
        }

        if (data.Objective.Mark is { } level) chart.Level(level, $"{(data.Objective.Aim switch { Aim.Reach => "target", Aim.FindLevel => "level", _ => "goal" })} {Axis.Label(level)}");
        if (data.Objective.IsRanked) chart.Steps(BestSoFar(data.Objective, measured), "best");
        foreach (var trial in measured) chart.Dot(trial.Number, trial.Objective!.Value, Style(trial), HtmlReport.Tip(data, trial), Radius(trial));
        return chart.ToSvg("trial", data.Objective.Name);
    }

    private static List<(double X, double Y)> BestSoFar(ReportObjective objective, ReportTrial[] measured)
    {
        var best = new List<(double X, double Y)>();
        foreach (var trial in measured.Where(trial => trial.Keeps))
        {
            var value = trial.Objective!.Value;
            best.Add((trial.Number, best.Count > 0 && Cost(objective, best[^1].Y) < Cost(objective, value) ? best[^1].Y : value));
        }

        return best;
    }

    private static double Cost(ReportObjective objective, double value) =>
        objective.Aim switch { Aim.Maximise => -value, Aim.Reach reach => Math.Abs(value - reach.Target), _ => value };

    private static string Trades(ReportData data, ReportTrial[] measured)
    {
        var chart = new Chart(Title(data), measured.Select(trial => trial.Measured[0]), measured.Select(trial => trial.Measured[1]), height: 340);
        chart.Line(data.Trials.Where(trial => trial.Stands).OrderBy(trial => trial.Measured[0]).Select(trial => (trial.Measured[0], trial.Measured[1])), "best");
        foreach (var trial in measured) chart.Dot(trial.Measured[0], trial.Measured[1], Style(trial), HtmlReport.Tip(data, trial), Radius(trial));
        return chart.ToSvg(Named(data.Objectives[0]), Named(data.Objectives[1]));
    }

    private static string TradeTable(ReportData data)
    {
        var html = new StringBuilder("<div class=\"scroll\"><table><thead><tr><th>trial</th>");
        foreach (var objective in data.Objectives) html.Append(CultureInfo.InvariantCulture, $"<th>{Encode(Named(objective))}</th>");
        html.Append("</tr></thead><tbody>");
        foreach (var trial in data.Trials.Where(trial => trial.Stands).OrderBy(trial => trial.Measured[0]))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{trial.Number}</td>");
            foreach (var value in trial.Measured) html.Append(CultureInfo.InvariantCulture, $"<td>{value:G4}</td>");
            html.Append("</tr>");
        }

        return html.Append("</tbody></table></div>").ToString();
    }

    private static string Legend(ReportData data)
    {
        var text = new StringBuilder();
        if (data.Objectives.Count > 1) text.Append("Green: trials of which none is better in everything. ");
        if (data.Limits.Count > 0) text.Append(CultureInfo.InvariantCulture, $"Hollow: trials that break a limit ({string.Join(", ", data.Limits)}). ");
        if (data.Knowledge is { } known) text.Append(known);
        if (data.Random is { } random) text.Append(CultureInfo.InvariantCulture, $"Line: best so far. Dots: trials. Shaded: what random search would have shown (10 to 90 %, dashed the middle). {random.Note}");
        return text.Length == 0 ? "" : $"<p class=\"lead\">{Encode(text.ToString().Trim())}</p>";
    }

    private static string Named(ReportObjective objective) => $"{objective.Name} ({(objective.Aim is Aim.Maximise ? "more is better" : "less is better")})";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
