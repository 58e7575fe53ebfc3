using System.Globalization;
using System.Text;
using LabAutomation.Agents.AskTell;

namespace LabAutomation.Lab.Reports;

/// <summary>A report in words, for programs that read no pages.</summary>
internal static class ReportText
{
    /// <summary>Of the trials, those that are told one by one; the record has all.</summary>
    private const int MostTrials = 200;

    public static string Write(ReportData data)
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        Line($"# {data.Campaign}");
        if (data.Description.Length > 0) Line(data.Description);
        Line($"Goal: {data.Goal}.");
        Line($"{(data.Reached ? "Goal reached" : data.CanBeReached ? "Goal not reached" : "Open-ended")}: {data.Verdict}.");
        if (data.Best is { } best) Line($"Best: trial {best.Number}, {Values(data, best)}; {Measured(data, best)}.");
        if (data.Objectives.Count > 1) Line($"Best trade-offs: {Listed(data.Trials.Where(trial => trial.Stands))}.");
        if (data.Limits.Count > 0) Line($"{data.Trials.Count(trial => trial.Keeps)} trials with {string.Join(", ", data.Limits)}.");
        Line(string.Create(CultureInfo.InvariantCulture, $"{data.Trials.Count} trials, {data.Trials.Count(trial => trial.Failure is not null)} failed or abandoned, {data.LabTime.TotalHours:0.##} h of lab time."));
        if (data.Knowledge is { } knowledge) Line(knowledge);
        if (data.Random is { } random) Line(random.Note);
        if (data.Advice is { } advice) Line($"{char.ToUpperInvariant(advice.Course[0])}{advice.Course[1..]}.{(advice.Because.Length > 0 ? $" It comes from: {advice.Because}" : "")}");
        if (data.Diagnosis?.Diagnosis is { } diagnosis)
        {
            if (diagnosis.Stopping is { } stopping) Line($"{DiagnosisWording.Verdict(stopping)}.");
            foreach (var finding in diagnosis.Findings) Line($"- {DiagnosisReply.Named(finding.Severity)}: {finding.Where}: {finding.What}; {finding.Right}");
        }

        Line("");
        Line("## Trials");
        foreach (var trial in data.Trials.Take(MostTrials)) Line($"{trial.Number}. {Values(data, trial)}: {trial.Failure ?? (trial.Measured.Count == 0 ? "under way" : Measured(data, trial))}");
        if (data.Trials.Count > MostTrials) Line($"and {data.Trials.Count - MostTrials} more");
        Line("");
        Line("## Provenance");
        Line($"campaign file {data.CampaignFile}; {string.Join(", ", data.Software.Select(one => $"{one.Key} {one.Value}"))}");
        foreach (var instrument in data.Instruments) Line($"instrument {instrument}");
        foreach (var model in data.Models) Line($"model {model}");
        Line($"ledger hash {data.LedgerHead}");
        return text.ToString();
    }

    private static string Values(ReportData data, ReportTrial trial) => string.Join(", ", data.Parameters.Zip(trial.Values, (parameter, value) => $"{parameter.Name} {value}"));

    private static string Measured(ReportData data, ReportTrial trial) =>
        string.Join(", ", data.Objectives.Zip(trial.Measured, (objective, value) => string.Create(CultureInfo.InvariantCulture, $"{objective.Name} {value:G4}")));

    private static string Listed(IEnumerable<ReportTrial> trials) => string.Join(", ", trials.Select(trial => $"trial {trial.Number}")) is { Length: > 0 } list ? list : "none";
}
