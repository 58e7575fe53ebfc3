using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
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

            var table = new Table().Border(terminal.IsInteractive ? TableBorder.Simple : TableBorder.None).AddColumns("campaign", "began", "trials", "best", "state");
            foreach (var state in campaigns)
            {
                table.AddRow(new[]
                {
                    state.Id,
                    Began(state),
                    $"{state.Trials.Count}/{state.Plan.Goal.Until.Trials}",
                    Wording.Best(state) ?? "-",
                    Wording.Phase(state),
                }.Select(Markup.Escape).ToArray());
            }

            terminal.Console.Write(table);
            return (int)ExitCode.Success;
        });
        return command;
    }

    /// <summary>Lab time, which may run faster than the wall clock, by which conversations and approvals are dated: then that as well.</summary>
    private static string Began(CampaignState state) =>
        string.Create(CultureInfo.InvariantCulture, $"{state.StartedAt:yyyy-MM-dd HH:mm}{(state.Started.Wall is { } wall && (state.StartedAt - wall).Duration() >= TimeSpan.FromMinutes(1) ? $" (by the wall clock {wall:yyyy-MM-dd HH:mm})" : "")}");
}
