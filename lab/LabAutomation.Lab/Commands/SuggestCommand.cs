using System.CommandLine;
using System.Text.Json;
using LabAutomation.Agents.AskTell;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reports;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab suggest CAMPAIGN --observations FILE</c>: what to try next, from rows that were measured anywhere.</summary>
internal static class SuggestCommand
{
    public static Command Create(Terminal terminal)
    {
        var campaign = new Argument<string>("campaign") { Description = "Campaign file (YAML): its parameters, constraints, goal and planner count", HelpName = "CAMPAIGN" };
        var observations = new Option<string>("--observations") { Description = "CSV with a column per parameter and per measured quantity of the goal, empty where a trial failed; a column status marks running and abandoned ones", HelpName = "FILE", Required = true };
        var count = new Option<int>("--count") { Description = "Suggestions, each made in the knowledge of the ones before it", HelpName = "Q", DefaultValueFactory = _ => 1 };
        var seed = new Option<int?>("--seed") { Description = "Seed instead of the one in the file", HelpName = "N" };
        var format = new Option<string>("--format") { Description = "table for people, csv or json for programs", HelpName = "FORMAT", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "csv", "json");
        var command = new Command("suggest", "Suggests what to try next from a table of measured trials; nothing moves") { campaign, observations, count, seed, format };
        command.SetAction(parsed =>
        {
            var wanted = parsed.GetValue(count);
            if (wanted is < 1 or > AskTellConversation.MostAsked) throw new UsageException($"--count is 1 to {AskTellConversation.MostAsked}, not {wanted}");
            if (parsed.GetValue(seed) is < 0 and var negative) throw new UsageException($"--seed is 0 to {int.MaxValue}, not {negative}");
            var plan = CampaignFile.Load(parsed.GetValue(campaign)!).With(parsed.GetValue(seed));
            var path = parsed.GetValue(observations)!;
            var measured = CampaignStudy.Read(plan, path);
            var proposals = Ask(measured.Study, wanted, path);
            var diagnosis = measured.Study.Diagnose(CampaignHistory.Question(plan, measured.Study.Trials.Count));
            if (parsed.GetValue(CommonOptions.Json) || parsed.GetValue(format) == "json")
                terminal.Out.WriteLine(JsonSerializer.Serialize(SuggestionWording.Form(measured, proposals, diagnosis), JsonForms.Indented));
            else if (parsed.GetValue(format) == "csv") terminal.Out.Write(SuggestionWording.Csv(measured, proposals));
            else
            {
                SuggestionWording.Print(measured, proposals, wanted, terminal);
                DiagnosisWording.Brief(diagnosis, terminal);
            }

            return (int)ExitCode.Success;
        });
        return command;
    }

    private static IReadOnlyList<Proposal> Ask(Study study, int count, string path)
    {
        try
        {
            return study.Ask(count).Proposals;
        }
        catch (StudyException exhausted)
        {
            throw new DataSetException(path, null, null, $"nothing is left to suggest: {exhausted.Message}", exhausted);
        }
    }
}
