using System.CommandLine;
using System.Text.Json;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reports;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab report [ID] [--out FILE]</c>: one HTML page.</summary>
internal static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string?>("id") { Description = "Campaign, as 'lab list' names it; the last one unless given", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string?>("--out") { Description = "File to write (reports/ID.html in the data directory)", HelpName = "FILE" };
        var command = new Command("report", "Writes a campaign's report as one self-contained HTML file") { id, file };
        command.SetAction(parsed =>
        {
            using var record = LabRecord.Open(parsed);
            var state = CampaignRecord.Find(record.Ledger, parsed.GetValue(id));
            var path = parsed.GetValue(file) ?? Path.Combine(record.Directory, "reports", $"{state.Id}.html");
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.WriteAllText(path, HtmlReport.Write(ReportSource.Read(record.Ledger, state)));
            terminal.Out.WriteLine(parsed.GetValue(CommonOptions.Json) ? JsonSerializer.Serialize(new { report = path }, JsonForms.Line) : path);
            return (int)ExitCode.Success;
        });
        return command;
    }
}
