using System.Globalization;
using LabAutomation.Agents.AskTell;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Lab.Display;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;
using Spectre.Console;

namespace LabAutomation.Lab.Reports;

/// <summary>A diagnosis for people at a terminal.</summary>
internal static class DiagnosisWording
{
    public static void Print(CampaignPlan plan, Study study, StudyDiagnosis diagnosis, IReadOnlyList<string> notes, Terminal terminal)
    {
        terminal.Out.WriteLine($"{plan.Name}: {Wording.Goal(plan)}; {Told(study)}");
        foreach (var note in notes) terminal.Out.WriteLine($"note: {note}");
        terminal.Out.WriteLine();
        terminal.Out.WriteLine(diagnosis.Findings.IsEmpty ? "Health: nothing is wrong" : "Health:");
        Print(diagnosis.Findings, terminal.Out);
        if (diagnosis.Stopping is { } stopping)
        {
            terminal.Out.WriteLine();
            terminal.Out.WriteLine(Verdict(stopping));
        }
        foreach (var quantity in diagnosis.Quantities) Print(plan, quantity, terminal);
        if (diagnosis.Recommended is { } recommended)
            terminal.Out.WriteLine($"Recommended: {string.Join("  ", plan.ToValues(recommended).Select(value => $"{value.Key} {Wording.Short(value.Value)}"))}");
    }

    /// <summary>How many trials there are, and how many of them failed.</summary>
    public static string Told(Study study)
    {
        var failed = study.Trials.Count(trial => trial.Values is null);
        return (study.Trials.Count, failed) switch
        {
            (1, 0) => "1 trial",
            (1, 1) => "1 trial, which failed",
            (var all, 0) => $"{all} trials",
            (var all, _) => $"{all} trials, {failed} of them failed",
        };
    }

    /// <summary>What a person should know before the next trial: findings that are no mere notes, and the verdict.</summary>
    public static void Brief(StudyDiagnosis diagnosis, Terminal terminal)
    {
        Print(diagnosis.Findings.Where(finding => finding.Severity >= FindingSeverity.Warning), terminal.Out);
        if (diagnosis.Stopping is { } stopping) terminal.Out.WriteLine(Verdict(stopping));
    }

    public static string Verdict(StoppingVerdict stopping) => $"{Decision(stopping.Decision)}: {stopping.Reason}";

    public static string Decision(StoppingDecision decision) => decision switch
    {
        StoppingDecision.MayStop => "May stop",
        StoppingDecision.GoOn => "Go on",
        StoppingDecision.GoalReached => "Goal reached",
        StoppingDecision.GoalOutOfReach => "Goal out of reach",
        _ => "Too early to say",
    };

    private static void Print(IEnumerable<HealthFinding> findings, TextWriter to)
    {
        foreach (var finding in findings) to.WriteLine($"{DiagnosisReply.Named(finding.Severity)}: {finding.Where}: {finding.What}; {finding.Right}");
    }

    private static void Print(CampaignPlan plan, QuantityDiagnosis quantity, Terminal terminal)
    {
        terminal.Out.WriteLine();
        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{quantity.Name} (model: {quantity.Model}; noise ± {quantity.NoiseSd:G2})"));
        terminal.Out.WriteLine($"Calibration: {quantity.Calibration.Verdict}");
        var table = new Table().Border(terminal.IsInteractive ? TableBorder.Simple : TableBorder.None).AddColumn("importance of")
            .AddColumn(new TableColumn("alone").RightAligned()).AddColumn(new TableColumn("in all").RightAligned()).AddColumn(new TableColumn("10 to 90 %").RightAligned());
        foreach (var one in quantity.Importance.Ranked)
        {
            string[] cells = [one.Name, Share(one.First), Share(one.Total), $"{Share(one.TotalLow)} to {Share(one.TotalHigh)}"];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        terminal.Console.Write(table);
        foreach (var line in DiagnosisDrawing.Of(plan, quantity)) terminal.Out.WriteLine(line);
    }

    private static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F0} %");
}
