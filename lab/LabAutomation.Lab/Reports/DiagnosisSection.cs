using System.Globalization;
using System.Net;
using System.Text;
using LabAutomation.Agents.AskTell;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Lab.Reports;

/// <summary>The part of the report that says what the model is worth, what it says, and whether to go on.</summary>
internal static class DiagnosisSection
{
    /// <summary>Beside those of <see cref="ReportStyle"/>.</summary>
    public const string Css = """
        .diagonal { stroke:var(--random); stroke-width:1.2; stroke-dasharray:3 3; fill:none } .whisker { stroke:var(--ink); stroke-width:1.1; opacity:.6; fill:none } .whisker.outside { stroke:var(--bad); opacity:1 }
        .outside { fill:var(--bad) } .total { fill:var(--accent); opacity:.3 } .first { fill:var(--accent) } .curve { fill:none; stroke:var(--accent); stroke-width:2 } .curveband { fill:var(--band) } .blank { fill:var(--card) }
        .maps { margin-top:.8rem } .tried { fill:#0006; stroke:#fff; stroke-width:1.2; opacity:.8 } .chosen { fill:#fff; stroke:#000; stroke-width:1.6 } .verdict { background:var(--card); border:1px solid var(--line); border-left:4px solid var(--accent); border-radius:8px; padding:.6rem .9rem; margin:.6rem 0 }
        .verdict.good { border-left-color:var(--good); color:inherit } .verdict.bad { border-left-color:var(--bad); color:inherit } .verdict b { display:block } ul.health { list-style:none; padding:0; margin:.4rem 0 } ul.health li { padding:.3rem 0; border-bottom:1px solid var(--line) } .tag { display:inline-block; min-width:4.6rem; font-weight:600; color:var(--soft) } .tag.warning,.tag.error { color:var(--bad) }
        """;

    public static string Write(ReportDiagnosis? report)
    {
        if (report is null) return "";
        var (diagnosis, html) = (report.Diagnosis, new StringBuilder());
        if (diagnosis.Stopping is { } stopping)
            html.Append(CultureInfo.InvariantCulture, $"<h2>Whether to go on</h2><div class=\"verdict {Style(stopping.Decision)}\"><b>{DiagnosisWording.Decision(stopping.Decision)}</b>{Encode(stopping.Reason)}.</div>");
        html.Append("<h2>Health of the campaign</h2>").Append(Findings(diagnosis));
        foreach (var quantity in diagnosis.Quantities) html.Append(Quantity(report, quantity));
        return html.ToString();
    }

    private static string Findings(StudyDiagnosis diagnosis)
    {
        if (diagnosis.Findings.IsEmpty) return "<p class=\"lead\">Nothing is wrong with the problem or its trials, as far as can be seen.</p>";
        var html = new StringBuilder("<ul class=\"health\">");
        foreach (var finding in diagnosis.Findings)
        {
            var severity = DiagnosisReply.Named(finding.Severity);
            html.Append(CultureInfo.InvariantCulture, $"<li><span class=\"tag {severity}\">{severity}</span> <b>{Encode(finding.Where)}</b>: {Encode(finding.What)}. {Encode(Sentence(finding.Right))}</li>");
        }
        return html.Append("</ul>").ToString();
    }

    private static string Quantity(ReportDiagnosis report, QuantityDiagnosis quantity)
    {
        var html = new StringBuilder();
        var calibration = quantity.Calibration;
        html.Append(CultureInfo.InvariantCulture, $"<h2>How far the model of {Encode(quantity.Name)} can be trusted</h2><p class=\"lead\">{Encode(Sentence(calibration.Verdict))} Each value is predicted from all the other trials. Model: {Encode(quantity.Model)}; noise of a measurement ± {Number(quantity.NoiseSd)}.</p><div class=\"charts\">");
        html.Append(Predicted(quantity)).Append(Coverages(calibration)).Append("</div>");
        html.Append("<h2>Which parameters matter</h2><p class=\"lead\">Sobol indices over the feasible space. Solid: what a parameter does alone; pale: with others, too; whisker: where surfaces drawn from the model put it (10 to 90 %).</p>").Append(ImportanceBars.ToSvg(quantity.Importance));
        if (quantity.Curves.IsEmpty) return html.ToString();
        html.Append(CultureInfo.InvariantCulture, $"<h2>What the model says of {Encode(quantity.Name)}</h2><p class=\"lead\">Through the recommended point, along the parameters that matter; shaded: ± 2 standard deviations. Where nothing is drawn, the constraints do not hold.</p><div class=\"charts\">");
        foreach (var curve in quantity.Curves) html.Append(Curve(report, quantity, curve));
        html.Append("</div>");
        if (quantity.Map is { } map) html.Append("<div class=\"charts maps\">").Append(Map(report, quantity, map, isSd: false)).Append(Map(report, quantity, map, isSd: true)).Append("</div><p class=\"lead\">Left: the mean over the two parameters that matter most; right: one standard deviation. Rings: trials, wherever their other parameters were; dot: the recommended point.</p>");
        return html.ToString();
    }

    private static string Predicted(QuantityDiagnosis quantity)
    {
        var trials = quantity.Calibration.Trials;
        double[] values = [.. trials.Select(one => one.Value), .. trials.Select(one => one.Expected)];
        var (low, high) = (values.Min(), values.Max());
        var slack = 0.6 * (high - low);
        // One interval that reaches far out would squeeze all others.
        double[] ends = [.. trials.SelectMany(one => new[] { Math.Max(one.Low, low - slack), Math.Min(one.High, high + slack) })];
        var chart = new Chart("Predicted against measured", values, [.. values, .. ends], 440, 340);
        chart.Line([(low, low), (high, high)], "diagonal");
        foreach (var one in trials)
        {
            var isOutside = one.Value < one.Low || one.Value > one.High;
            chart.Whisker(one.Value, Math.Max(one.Low, low - slack), Math.Min(one.High, high + slack), isOutside ? "whisker outside" : "whisker");
            chart.Dot(one.Value, one.Expected, isOutside ? "outside" : "trial", string.Create(CultureInfo.InvariantCulture, $"trial {one.Number}: measured {one.Value:G4}, predicted {one.Expected:G4} (95 % interval {one.Low:G4} to {one.High:G4})"), 3.5);
        }
        return chart.ToSvg($"{quantity.Name} measured", "predicted, 95 % interval");
    }

    private static string Coverages(Calibration calibration)
    {
        var chart = new Chart("Calibration", [0, 1], [0, 1], 440, 340);
        double Half(double share) => 1.96 * Math.Sqrt(share * (1 - share) / Math.Max(1, calibration.Trials.Length));
        chart.Band([.. Enumerable.Range(0, 21).Select(k => k / 20.0).Select(share => (share, Math.Max(0, share - Half(share)), Math.Min(1, share + Half(share))))], "band");
        chart.Line([(0, 0), (1, 1)], "diagonal");
        chart.Line([(0, 0), .. calibration.Curve.Select(one => (one.Expected, one.Share)), (1, 1)], "curve");
        foreach (var one in calibration.Curve) chart.Dot(one.Expected, one.Share, "first", string.Create(CultureInfo.InvariantCulture, $"{one.Inside} of {one.Count} values lie inside their {100 * one.Expected:F0} % interval"), 3.5);
        return chart.ToSvg("share that should lie inside (shaded: what chance allows)", "share that does");
    }

    private static string Curve(ReportDiagnosis report, QuantityDiagnosis quantity, ParameterCurve curve)
    {
        var names = Admission.ChoicesOf(report.Dimension(curve.Parameter));
        CurvePoint[] shown = [.. curve.Points.Where(point => point.IsFeasible)];
        if (shown.Length == 0) return "";
        var chart = new Chart(curve.Parameter, curve.Points.Select(point => point.Coordinate), shown.SelectMany(point => new[] { point.Mean - 2 * point.Sd, point.Mean + 2 * point.Sd }), 360, 240, choices: names);
        if (names is null) foreach (var run in Runs(curve.Points))
        {
            chart.Band([.. run.Select(point => (point.Coordinate, point.Mean - 2 * point.Sd, point.Mean + 2 * point.Sd))], "curveband");
            chart.Line(run.Select(point => (point.Coordinate, point.Mean)), "curve");
        }
        else foreach (var point in shown)
        {
            chart.Whisker(point.Coordinate, point.Mean - 2 * point.Sd, point.Mean + 2 * point.Sd, "whisker");
            chart.Dot(point.Coordinate, point.Mean, "first", $"{names.Value[(int)point.Coordinate]}: {Number(point.Mean)} ± {Number(point.Sd)}");
        }
        if (report.Diagnosis.Recommended is { } recommended && report.Space.Dimensions.IndexOf(report.Dimension(curve.Parameter)) is var d)
        {
            var nearest = shown.MinBy(point => Math.Abs(point.Coordinate - recommended[d]))!;
            chart.Dot(recommended[d], nearest.Mean, "winner", $"recommended: {curve.Parameter} {(names is { } words ? words[(int)recommended[d]] : Number(recommended[d]))}", 5);
        }
        return chart.ToSvg(report.Titles.GetValueOrDefault(curve.Parameter, curve.Parameter), quantity.Name);
    }

    private static string Map(ReportDiagnosis report, QuantityDiagnosis quantity, SurfaceMap map, bool isSd)
    {
        var (x, y) = (report.Dimension(map.Column), report.Dimension(map.Row));
        var title = $"{(isSd ? "Standard deviation" : "Mean")} of {quantity.Name} over {map.Column} and {map.Row}";
        var chart = new HeatMap(title, map.Columns, Admission.ChoicesOf(x), map.Rows, Admission.ChoicesOf(y), isSd ? HeatMap.Magma : HeatMap.Viridis);
        var (column, row) = (report.Space.Dimensions.IndexOf(x), report.Space.Dimensions.IndexOf(y));
        foreach (var one in quantity.Calibration.Trials) chart.Dot(one.Point[column], one.Point[row], "tried", 3, string.Create(CultureInfo.InvariantCulture, $"trial {one.Number}: {one.Value:G4}"));
        if (report.Diagnosis.Recommended is { } recommended) chart.Dot(recommended[column], recommended[row], "chosen", 5, "recommended");
        return chart.ToSvg(isSd ? map.Sd : map.Mean, map.IsFeasible, report.Titles.GetValueOrDefault(map.Column, map.Column), report.Titles.GetValueOrDefault(map.Row, map.Row));
    }

    private static List<List<CurvePoint>> Runs(IEnumerable<CurvePoint> points)
    {
        var runs = new List<List<CurvePoint>> { new() };
        foreach (var point in points)
        {
            if (point.IsFeasible) runs[^1].Add(point);
            else if (runs[^1].Count > 0) runs.Add([]);
        }
        return [.. runs.Where(run => run.Count > 0)];
    }

    private static string Style(StoppingDecision decision) => decision switch
    {
        StoppingDecision.MayStop or StoppingDecision.GoalReached => "good",
        StoppingDecision.GoalOutOfReach => "bad",
        _ => "",
    };

    private static string Sentence(string text) => text.Length == 0 ? "" : $"{char.ToUpperInvariant(text[0])}{text[1..]}.";

    private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
