using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;
using LabAutomation.Protocol;
using Spectre.Console;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab show [ID] [--trial N]</c>: one campaign, or one trial with every action and value.</summary>
internal static class ShowCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string?>("id") { Description = "Campaign, as 'lab list' names it; the last one unless given", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };
        var trial = new Option<int?>("--trial") { Description = "One trial in full: its actions, arguments and results", HelpName = "N" };
        var command = new Command("show", "Shows a campaign with its trials") { id, trial };
        command.SetAction(parsed =>
        {
            using var record = LabRecord.Open(parsed);
            var state = CampaignRecord.Find(record.Ledger, parsed.GetValue(id));
            var one = parsed.GetValue(trial) is { } number ? Trial(state, number) : null;
            if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(JsonSerializer.Serialize(one is null ? Whole(state) : JsonForms.Trial(state.Plan, one), JsonForms.Indented));
            else if (one is null) Print(state, terminal);
            else Print(state, one, terminal);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static TrialState Trial(CampaignState state, int number) => state.Trials.FirstOrDefault(trial => trial.Number == number)
        ?? throw new LabException(LabFault.NotFound, $"campaign '{state.Id}' has {state.Trials.Count} trials and no trial {number}");

    private static object Whole(CampaignState state) => new { campaign = JsonForms.Campaign(state), trials = state.Trials.Select(trial => JsonForms.Trial(state.Plan, trial)) };

    private static void Print(CampaignState state, Terminal terminal)
    {
        terminal.Out.WriteLine($"{state.Id}  {Wording.Goal(state.Plan)}");
        terminal.Out.WriteLine($"{Wording.Phase(state)}; planner {state.Plan.PlannerKind}, seed {state.Plan.Seed}, {state.Spent:hh\\:mm\\:ss} of lab time");
        if (Wording.Advice(state) is { } advice) terminal.Out.WriteLine(advice);
        var standing = Wording.Standing(state);
        if (standing.Count > 0) terminal.Out.WriteLine($"{(state.Best is null ? "trade-offs: trials" : "best: trial")} {string.Join(", ", standing.Order())}");
        var table = new Table().Border(terminal.IsInteractive ? TableBorder.Simple : TableBorder.None).AddColumn(new TableColumn("trial").RightAligned());
        foreach (var parameter in state.Plan.Parameters) table.AddColumn(new TableColumn(Markup.Escape(parameter.Name)).RightAligned());
        table.AddColumn("outcome").AddColumn("why");
        foreach (var trial in state.Trials)
        {
            string[] cells = [trial.Number.ToString(CultureInfo.InvariantCulture), .. trial.Values.Select(value => Wording.Short(value.Value)), Wording.Outcome(state.Plan, trial), trial.Proposal.Reason];
            var style = standing.Contains(trial.Number) ? "bold green" : trial.Outcome is TrialOutcome.Failed ? "red" : "default";
            table.AddRow([.. cells.Select(cell => new Markup($"[{style}]{Markup.Escape(cell)}[/]"))]);
        }

        terminal.Console.Write(table);
    }

    private static void Print(CampaignState state, TrialState trial, Terminal terminal)
    {
        terminal.Out.WriteLine($"{state.Id} trial {trial.Number}: {Wording.Recipe(trial)}");
        terminal.Out.WriteLine($"{Wording.Outcome(state.Plan, trial)}; proposed because {trial.Proposal.Reason}");
        if (trial.Given is { } measured)
        {
            foreach (var (name, value) in measured.Outputs) terminal.Out.WriteLine($"  {name} = {value}{(value.Sd is { } sd ? $" ± {Wording.Rounded(sd, value.Unit)}" : "")}");
            foreach (var call in measured.Models) terminal.Out.WriteLine($"  by model {call.Model} {call.Version} on {call.Device}{(call.Flag is { } flag ? $"; outside the range for which it is made: {flag}" : "")}");
            foreach (var notice in Wording.Notices(measured)) terminal.Out.WriteLine($"  {notice}");
        }

        foreach (var step in state.Plan.Steps)
        {
            foreach (var (_, action) in trial.Actions.Where(pair => pair.Key.Step == step.Name))
            {
                var arguments = string.Join(", ", action.Intent.Arguments.Select(argument => $"{argument.Key} {argument.Value}"));
                terminal.Out.WriteLine($"  {step.Name}: {action.Intent.Instrument}.{action.Intent.Command}({arguments})  {action.Intent.Action}");
                if (action.Result is not { } result)
                {
                    terminal.Out.WriteLine("    no result yet");
                    continue;
                }

                var seconds = (result.EndedAt - result.StartedAt).TotalSeconds;
                terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {result.Status} after {seconds:0.0} s{(result.Message.Length > 0 ? ": " + result.Message : "")}"));
                foreach (var (name, value) in result.Outputs) terminal.Out.WriteLine($"    {name} = {value}");
                foreach (var data in result.Data)
                {
                    var what = data.Media is { } media ? $"{data.Bytes} bytes of {media}" : $"{data.Rows} rows of {string.Join(", ", data.Columns.Select(column => $"{column.Name}/{column.Unit}"))}";
                    terminal.Out.WriteLine($"    {data.Name}: {what}, SHA-256 {data.Sha256[..16]}…");
                }
            }
        }
    }
}
