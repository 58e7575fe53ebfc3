using System.CommandLine;
using System.Text.Json;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reports;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab export [ID] [--format csv|json] [--out FILE]</c>: the trials, for other programs.</summary>
internal static class ExportCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string?>("id") { Description = "Campaign, as 'lab list' names it; the last one unless given", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };
        var format = new Option<string>("--format") { Description = "csv: one row a trial; json: everything, actions and spectra included", HelpName = "FORMAT", DefaultValueFactory = _ => "csv" };
        format.AcceptOnlyFromAmong("csv", "json");
        var file = new Option<string?>("--out") { Description = "File to write (standard output unless given)", HelpName = "FILE" };
        var command = new Command("export", "Writes a campaign's trials as CSV or JSON") { id, format, file };
        command.SetAction(parsed =>
        {
            using var record = LabRecord.Open(parsed);
            var state = CampaignRecord.Find(record.Ledger, parsed.GetValue(id));
            var text = parsed.GetValue(format) == "json" || parsed.GetValue(CommonOptions.Json)
                ? JsonSerializer.Serialize(JsonExport.Of(record.Ledger, state), JsonForms.Indented) + "\n"
                : CsvExport.Of(state);
            if (parsed.GetValue(file) is { } path)
            {
                File.WriteAllText(path, text);
                terminal.Out.WriteLine($"{path}: {state.Trials.Count} trials of {state.Id}");
            }
            else terminal.Out.Write(text);
            return (int)ExitCode.Success;
        });
        return command;
    }
}
