using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;
using Spectre.Console;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab list</c>: the campaigns on record. It reads beside a program that is writing.</summary>
internal static class ListCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("list", "Lists the campaigns on record");
        command.SetAction(parsed =>
        {
            using var record = LabRecord.Open(parsed);
            var campaigns = CampaignRecord.All(record.Ledger);
            if (parsed.GetValue(CommonOptions.Json))
            {
                terminal.Out.WriteLine(JsonSerializer.Serialize(campaigns.Select(JsonForms.Campaign), JsonForms.Indented));
                return (int)ExitCode.Success;
            }

            // Where lab time runs faster, conversations and approvals are dated by another clock than campaigns.
            var hasWall = campaigns.Any(state => state.Started.Wall is not null);
            var table = new Table().Border(terminal.IsInteractive ? TableBorder.Simple : TableBorder.None).AddColumns(["campaign", "began", .. hasWall ? ["wall clock"] : Array.Empty<string>(), "trials", "best", "state"]);
            foreach (var state in campaigns)
            {
                string[] cells =
                [
                    state.Id,
                    Time(state.StartedAt),
                    .. hasWall ? [state.Started.Wall is { } wall ? Time(wall) : "-"] : Array.Empty<string>(),
                    $"{state.Trials.Count}/{state.Plan.Goal.Until.Trials}",
                    Wording.Best(state) ?? "-",
                    Wording.Phase(state),
                ];
                table.AddRow([.. cells.Select(Markup.Escape)]);
            }

            terminal.Console.Write(table);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
