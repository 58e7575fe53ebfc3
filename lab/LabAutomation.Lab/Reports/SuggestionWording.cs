using System.Globalization;
using LabAutomation.Agents.AskTell;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Lab.Display;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;
using Spectre.Console;

namespace LabAutomation.Lab.Reports;

/// <summary>Suggestions as a table for people, and for programs.</summary>
internal static class SuggestionWording
{
    public static void Print(CampaignStudy measured, IReadOnlyList<Proposal> proposals, int wanted, Terminal terminal)
    {
        var (plan, trials) = (measured.Plan, measured.Study.Trials);
        var failed = trials.Count(trial => trial.Values is null);
        terminal.Out.WriteLine($"{plan.Name}: {Wording.Goal(plan)}; {trials.Count} trials{(failed > 0 ? $", {failed} of them failed" : "")}; planner {plan.PlannerKind}, seed {plan.Seed}");
        foreach (var note in measured.Notes) terminal.Out.WriteLine($"note: {note}");
        if (proposals.Count < wanted) terminal.Out.WriteLine($"note: {wanted} were asked for and {proposals.Count} were left to try");
        var table = new Table().Border(terminal.IsInteractive ? TableBorder.Simple : TableBorder.None).AddColumn(new TableColumn("").RightAligned());
        foreach (var parameter in plan.Parameters) table.AddColumn(new TableColumn(Markup.Escape(parameter.Name)).RightAligned());
        table.AddColumn(new TableColumn(Markup.Escape($"{plan.Goal.Objective} expected")).RightAligned()).AddColumn(new TableColumn("acquisition").RightAligned()).AddColumn("why");
        foreach (var proposal in proposals)
        {
            string[] cells =
            [
                proposal.Number.ToString(CultureInfo.InvariantCulture), .. plan.ToValues(proposal.Point).Select(value => Wording.Short(value.Value)),
                proposal.Expected is [var expected] ? string.Create(CultureInfo.InvariantCulture, $"{expected.Mean:G4} ± {expected.Sd:G2}") : "-",
                proposal.Acquisition?.ToString("G4", CultureInfo.InvariantCulture) ?? "-", proposal.Reason,
            ];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        terminal.Console.Write(table);
    }

    /// <summary>RFC 4180; numbers with all digits, units in the header.</summary>
    public static string Csv(CampaignPlan plan, IReadOnlyList<Proposal> proposals)
    {
        string[] header =
        [
            .. plan.Parameters.Select(parameter => CsvExport.Named(parameter.Name, parameter.Unit.Symbol)),
            $"{plan.Goal.Objective}_mean", $"{plan.Goal.Objective}_sd", "acquisition", "reason",
        ];
        return CsvExport.Row(header) + string.Concat(proposals.Select(proposal => CsvExport.Row(
        [
            .. plan.ToValues(proposal.Point).Select(value => value.Value.ToBareText()), Full(proposal.Expected?[0].Mean), Full(proposal.Expected?[0].Sd),
            Full(proposal.Acquisition), proposal.Reason,
        ])));
    }

    public static object Form(CampaignStudy measured, IReadOnlyList<Proposal> proposals, StudyDiagnosis diagnosis) => new
    {
        campaign = measured.Plan.Name,
        goal = Wording.Goal(measured.Plan),
        planner = measured.Plan.PlannerKind,
        seed = measured.Plan.Seed,
        trials = measured.Study.Trials.Count,
        failed = measured.Study.Trials.Count(trial => trial.Values is null),
        notes = measured.Notes,
        suggestions = proposals.Select(proposal => new
        {
            parameters = measured.Plan.ToValues(proposal.Point).ToDictionary(value => value.Key, value => value.Value.ToJson()),
            mean = Finite(proposal.Expected?[0].Mean),
            sd = Finite(proposal.Expected?[0].Sd),
            feasible = proposal.Feasible,
            acquisition = Finite(proposal.Acquisition),
            reason = proposal.Reason,
        }),
        health = diagnosis.Findings.Where(finding => finding.Severity >= FindingSeverity.Warning)
            .Select(finding => new { severity = DiagnosisReply.Named(finding.Severity), name = finding.Name, where = finding.Where, what = finding.What, right = finding.Right }),
        stopping = diagnosis.Stopping is { } stopping ? new { decision = DiagnosisReply.Named(stopping.Decision), reason = stopping.Reason } : null,
    };

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static string Full(double? value) => Finite(value)?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
