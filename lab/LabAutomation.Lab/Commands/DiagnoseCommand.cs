using System.CommandLine;
using System.Text.Json;
using LabAutomation.Agents.AskTell;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reports;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab diagnose CAMPAIGN [--observations FILE]</c> and <c>lab diagnose [ID]</c>: what is wrong, what is known, and whether to go on.</summary>
internal static class DiagnoseCommand
{
    public static Command Create(Terminal terminal)
    {
        var subject = StudySubject.Argument();
        var observations = new Option<string?>("--observations") { Description = "With a campaign file: CSV of measured trials; without it the file alone is checked", HelpName = "FILE" };
        var tolerance = new Option<double?>("--tolerance") { Description = "How much worse than the best there is does no harm, in the unit of the objective", HelpName = "X" };
        var confidence = new Option<double>("--confidence") { Description = "Probability that is asked for before the answer is to stop", HelpName = "P", DefaultValueFactory = _ => DiagnosisQuestion.Plain.Confidence };
        var command = new Command("diagnose", "Checks a campaign's health, its model and whether to go on; nothing moves") { subject, observations, tolerance, confidence };
        command.SetAction(parsed =>
        {
            if (!(parsed.GetValue(confidence) is > 0.5 and < 1)) throw new UsageException($"--confidence lies above 0.5 and below 1, not {parsed.GetValue(confidence)}");
            if (parsed.GetValue(tolerance) is { } wanted && !(wanted > 0 && double.IsFinite(wanted))) throw new UsageException($"--tolerance is a number above 0, not {wanted}");
            var (plan, study, notes, _, _) = StudySubject.Read(parsed, parsed.GetValue(subject), parsed.GetValue(observations));
            var question = CampaignHistory.Question(plan, study.Trials.Count) with { Tolerance = parsed.GetValue(tolerance), Confidence = parsed.GetValue(confidence) };
            var diagnosis = study.Diagnose(question);
            if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(Json(study, diagnosis));
            else DiagnosisWording.Print(plan, study, diagnosis, notes, terminal);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static string Json(Study study, StudyDiagnosis diagnosis)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, Encoder = JsonForms.Line.Encoder })) DiagnosisReply.Write(writer, study, diagnosis);
        return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }
}
