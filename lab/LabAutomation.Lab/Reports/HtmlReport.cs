using System.Globalization;
using System.Net;
using System.Text;

namespace LabAutomation.Lab.Reports;

/// <summary>One self-contained page: no script, no font, no address outside itself.</summary>
internal static class HtmlReport
{
    /// <param name="narrative">By the scribe, where one was asked for.</param>
    public static string Write(ReportData data, ReportNarrative? narrative = null)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        page.Append(CultureInfo.InvariantCulture, $"<title>{Encode(data.Campaign)} · lab report</title><style>{ReportStyle.Css}{DiagnosisSection.Css}</style></head><body>");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Encode(data.Campaign)}</h1><p class=\"lead\">{Encode(data.Description)} Goal: {Encode(data.Goal)}.</p>");
        page.Append(Facts(data)).Append(NarrativeSection.Write(narrative));
        page.Append(CultureInfo.InvariantCulture, $"<h2>{ProgressChart.Title(data)}</h2>").Append(ProgressChart.Write(data));
        for (var objective = 0; objective < data.Objectives.Count; objective++)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>Each parameter against {Encode(data.Objectives[objective].Name)}</h2><div class=\"charts\">");
            for (var k = 0; k < data.Parameters.Count; k++) page.Append(Scatter(data, k, objective));
            page.Append("</div>");
        }

        page.Append(DiagnosisSection.Write(data.Diagnosis)).Append("<h2>Instruments over time</h2>").Append(Timeline.OfInstruments(data.Timeline)).Append("<h2>Trials over time</h2>").Append(Timeline.OfTrials(data.Timeline));
        page.Append("<h2>Trials</h2>");
        if (data.Advice is { } advice) page.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\">{Encode(char.ToUpperInvariant(advice.Course[0]) + advice.Course[1..])}.{(advice.Because.Length > 0 ? $" It comes from: {Encode(advice.Because)}" : "")}</p>");
        page.Append(Table(data));
        page.Append(CultureInfo.InvariantCulture, $"<h2>Campaign file</h2><pre>{Encode(data.CampaignText)}</pre>");
        page.Append("<h2>Provenance</h2>").Append(Provenance(data));
        return page.Append("</body></html>\n").ToString();
    }

    private static string Facts(ReportData data)
    {
        var best = data.Best;
        var facts = new StringBuilder("<div class=\"facts\">");
        void Fact(string value, string label, string style = "", string width = "") =>
            facts.Append(CultureInfo.InvariantCulture, $"<div class=\"fact{width}\"><b class=\"{style}\">{value}</b><span>{Encode(label)}</span></div>");

        Fact(data.Reached ? "goal reached" : data.CanBeReached ? "goal not reached" : "open-ended", data.Verdict, data.Reached ? "good" : data.CanBeReached ? "bad" : "");
        if (best is not null)
        {
            Fact(Number(best.Objective), $"best {data.Objective.Name}, trial {best.Number}");
            Fact(string.Join(" · ", data.Parameters.Zip(best.Values, (parameter, value) => $"<i>{Encode($"{parameter.Name} {value}")}</i>")), "best recipe", width: " wide");
        }

        if (data.Objectives.Count > 1) Fact(data.Trials.Count(trial => trial.Stands).ToString(CultureInfo.InvariantCulture), "best trade-offs");
        if (data.Limits.Count > 0) Fact(data.Trials.Count(trial => trial.Keeps).ToString(CultureInfo.InvariantCulture), $"trials with {string.Join(", ", data.Limits)}");
        Fact(data.Trials.Count.ToString(CultureInfo.InvariantCulture), $"trials, {data.Trials.Count(trial => trial.Failure is not null)} failed");
        Fact(Duration(data.LabTime), "lab time");
        if (data.Random?.ExpectedTrials is { } expected && data.Reached)
            Fact($"{Math.Max(1, expected / Math.Max(1, data.Trials.Count)):0.#} ×", $"fewer trials than random search, which would need about {expected:0}", width: " wide");
        return facts.Append("</div>").ToString();
    }

    private static string Scatter(ReportData data, int parameter, int objective)
    {
        var points = data.Trials.Where(trial => trial.Objective is not null && trial.Numbers[parameter] is not null).ToArray();
        if (points.Length == 0) return "";
        var ys = points.Select(trial => trial.Measured[objective]).ToArray();
        var chart = new Chart(data.Parameters[parameter].Name, points.Select(trial => trial.Numbers[parameter]!.Value), ys, 360, 240, ys.Min() > 0 && ys.Max() / ys.Min() > 20);
        foreach (var trial in points) chart.Dot(trial.Numbers[parameter]!.Value, trial.Measured[objective], ProgressChart.Style(trial), Tip(data, trial), ProgressChart.Radius(trial));
        var unit = data.Parameters[parameter].Unit;
        return chart.ToSvg(unit is "" or "1" ? data.Parameters[parameter].Name : $"{data.Parameters[parameter].Name} / {unit}", data.Objectives[objective].Name);
    }

    private static string Table(ReportData data)
    {
        var outputs = data.Trials.SelectMany(trial => trial.Outputs.Keys).Where(name => name != data.Objective.Name).Distinct().ToArray();
        var html = new StringBuilder("<div class=\"scroll\"><table><thead><tr><th>trial</th>");
        foreach (var parameter in data.Parameters) html.Append(CultureInfo.InvariantCulture, $"<th>{Encode(parameter.Name)}</th>");
        html.Append(CultureInfo.InvariantCulture, $"<th>{Encode(data.Objective.Name)}</th><th>expected</th>");
        foreach (var output in outputs) html.Append(CultureInfo.InvariantCulture, $"<th>{Encode(output)}</th>");
        html.Append("<th class=\"text\">why</th></tr></thead><tbody>");
        foreach (var trial in data.Trials)
        {
            var swatch = trial.Colour is null ? "" : $"<span class=\"swatch\" style=\"background:{trial.Colour}\"></span> ";
            html.Append(CultureInfo.InvariantCulture, $"<tr{(trial.Stands ? " class=\"winner\"" : "")}><td>{swatch}{trial.Number}</td>");
            foreach (var value in trial.Values) html.Append(CultureInfo.InvariantCulture, $"<td>{Encode(value)}</td>");
            html.Append(CultureInfo.InvariantCulture, $"<td>{Number(trial.Objective)}</td><td>{Expectation(trial)}</td>");
            foreach (var output in outputs) html.Append(CultureInfo.InvariantCulture, $"<td>{Encode(trial.Outputs.GetValueOrDefault(output, ""))}</td>");
            html.Append(CultureInfo.InvariantCulture, $"<td class=\"text why{(trial.Failure is null ? "" : " bad")}\">{Encode(trial.Failure ?? trial.Reason)}</td></tr>");
        }

        return html.Append("</tbody></table></div>").ToString();
    }

    private static string Provenance(ReportData data)
    {
        var html = new StringBuilder("<table><tbody>");
        void Row(string name, string value, string style = "text") =>
            html.Append(CultureInfo.InvariantCulture, $"<tr><th class=\"text\">{Encode(name)}</th><td class=\"{style}\">{Encode(value)}</td></tr>");
        Row("campaign file", data.CampaignFile);
        foreach (var (name, version) in data.Software) Row(name, version);
        foreach (var instrument in data.Instruments) Row("instrument", instrument);
        foreach (var model in data.Models) Row("model", model);
        Row("ledger hash", data.LedgerHead, "text hash");
        return html.Append("</tbody></table><p class=\"lead\">The hash is that of the campaign's last entry; <code>lab verify</code> proves the record up to it.</p>").ToString();
    }

    internal static string Tip(ReportData data, ReportTrial trial) =>
        $"trial {trial.Number}: {string.Join(", ", data.Objectives.Zip(trial.Measured, (objective, value) => $"{objective.Name} {Number(value)}"))}; {string.Join(", ", data.Parameters.Zip(trial.Values, (parameter, value) => $"{parameter.Name} {value}"))}";

    private static string Expectation(ReportTrial trial) => trial.Expected is null ? "" : $"{Number(trial.Expected)} ± {Number(trial.ExpectedSd)}";

    private static string Number(double? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? "";

    private static string Duration(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min" : $"{time.Minutes} min {time.Seconds} s";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
