using System.Globalization;
using LabAutomation.Agents.AskTell;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Lab.Display;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;
using Spectre.Console;

namespace LabAutomation.Lab.Reports;

/// <summary>Suggestions as a table for people, and for programs.</summary>
internal static class SuggestionWording
{
    public static void Print(CampaignStudy measured, IReadOnlyList<Proposal> proposals, int wanted, Terminal terminal)
    {
        var plan = measured.Plan;
        terminal.Out.WriteLine($"{plan.Name}: {Wording.Goal(plan)}; {DiagnosisWording.Told(measured.Study)}{(measured.Study.Pending.Count is > 0 and var running ? $", {running} running" : "")}; planner {plan.PlannerKind}, seed {plan.Seed}");
        foreach (var note in measured.Notes) terminal.Out.WriteLine($"note: {note}");
        if (proposals.Count < wanted) terminal.Out.WriteLine($"note: {wanted} were asked for and {proposals.Count} were left to try");
        var table = new Table().Border(terminal.IsInteractive ? TableBorder.Simple : TableBorder.None).AddColumn(new TableColumn("").RightAligned());
        foreach (var parameter in plan.Parameters) table.AddColumn(new TableColumn(Markup.Escape(parameter.Name)).RightAligned());
        foreach (var quantity in plan.Goal.Quantities) table.AddColumn(new TableColumn(Markup.Escape($"{quantity} expected")).RightAligned());
        table.AddColumn(new TableColumn("acquisition").RightAligned()).AddColumn("why");
        for (var k = 0; k < proposals.Count; k++)
        {
            var proposal = proposals[k];
            string[] cells =
            [
                (k + 1).ToString(CultureInfo.InvariantCulture), .. plan.ToValues(proposal.Point).Select(value => Wording.Short(value.Value)),
                .. Expected(measured, proposal).Select(expected => expected is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{expected.Value.Mean:G4} ± {expected.Value.Sd:G2}")),
                proposal.Acquisition?.ToString("G4", CultureInfo.InvariantCulture) ?? "-", proposal.Reason,
            ];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        terminal.Console.Write(table);
        for (var k = 0; k < proposals.Count; k++)
            if (Known(measured, proposals[k]) is { Length: > 0 } known) terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{k + 1}: {known}"));
    }

    /// <summary>The row that it is, the trial most like it, and what matters, for people.</summary>
    private static string Known(CampaignStudy measured, Proposal proposal)
    {
        var parts = new List<string>();
        if (measured.Study.RowOf(proposal.Point) is { } row) parts.Add(string.Create(CultureInfo.InvariantCulture, $"candidate {row}, counted from 0"));
        if (proposal.Nearest is { } nearest) parts.Add(string.Create(CultureInfo.InvariantCulture, $"most like it is line {measured.ToldAt[nearest.Number - 1]}, {nearest.Distance:G2} away where the range of a parameter is 1"));
        if (!proposal.Matters.IsEmpty) parts.Add($"what makes most difference: {string.Join(", ", proposal.Matters)}");
        return string.Join("; ", parts);
    }

    /// <summary>RFC 4180; numbers with all digits, units in the header.</summary>
    public static string Csv(CampaignStudy measured, IReadOnlyList<Proposal> proposals)
    {
        var plan = measured.Plan;
        string[] header =
        [
            .. plan.Parameters.Select(parameter => CsvExport.Named(parameter.Name, parameter.Unit.Symbol)),
            .. plan.Goal.Quantities.SelectMany(quantity => new[] { $"{quantity}_mean", $"{quantity}_sd" }), "acquisition", "candidate", "nearest_line", "nearest_distance", "matters", "reason",
        ];
        return CsvExport.Row(header) + string.Concat(proposals.Select(proposal => CsvExport.Row(
        [
            .. plan.ToValues(proposal.Point).Select(value => value.Value.ToBareText()),
            .. Expected(measured, proposal).SelectMany(expected => new[] { Full(expected?.Mean), Full(expected?.Sd) }),
            Full(proposal.Acquisition), measured.Study.RowOf(proposal.Point)?.ToString(CultureInfo.InvariantCulture) ?? "",
            proposal.Nearest is { } nearest ? measured.ToldAt[nearest.Number - 1].ToString(CultureInfo.InvariantCulture) : "", Full(proposal.Nearest?.Distance),
            string.Join(' ', proposal.Matters), proposal.Reason,
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
        running = measured.Study.Pending.Count,
        notes = measured.Notes,
        suggestions = proposals.Select(proposal => new
        {
            parameters = measured.Plan.ToValues(proposal.Point).ToDictionary(value => value.Key, value => value.Value.ToJson()),
            mean = Finite(proposal.Expected?[0].Mean),
            sd = Finite(proposal.Expected?[0].Sd),
            expectations = measured.Plan.Goal.Quantities.Zip(Expected(measured, proposal)).ToDictionary(pair => pair.First, pair => new { mean = Finite(pair.Second?.Mean), sd = Finite(pair.Second?.Sd) }),
            feasible = proposal.Feasible,
            acquisition = Finite(proposal.Acquisition),
            candidate = measured.Study.RowOf(proposal.Point),
            nearest = proposal.Nearest is { } nearest ? new { told = nearest.Number, line = measured.ToldAt[nearest.Number - 1], distance = nearest.Distance } : null,
            matters = proposal.Matters,
            advice = proposal.Advice is { } advice ? new { trust = advice.Trust, decided = advice.Decided } : null,
            reason = proposal.Reason,
        }),
        health = diagnosis.Findings.Where(finding => finding.Severity >= FindingSeverity.Warning)
            .Select(finding => new { severity = DiagnosisReply.Named(finding.Severity), name = finding.Name, where = finding.Where, what = finding.What, right = finding.Right }),
        stopping = diagnosis.Stopping is { } stopping ? new { decision = DiagnosisReply.Named(stopping.Decision), reason = stopping.Reason } : null,
    };

    /// <summary>Of each measured quantity of the goal, once.</summary>
    private static IEnumerable<Prediction?> Expected(CampaignStudy measured, Proposal proposal)
    {
        string[] told = [.. measured.Study.Problem.Measured];
        return measured.Plan.Goal.Quantities.Select(name => proposal.Expected?[Array.IndexOf(told, name)]);
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static string Full(double? value) => Finite(value)?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
