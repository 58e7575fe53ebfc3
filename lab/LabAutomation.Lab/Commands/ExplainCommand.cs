using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab explain TRIAL [ID]</c>: what went wrong in a trial, which rule acted and why, and what the planner was told.</summary>
internal static class ExplainCommand
{
    public static Command Create(Terminal terminal)
    {
        var trial = new Argument<int>("trial") { Description = "Number of the trial", HelpName = "TRIAL" };
        var id = new Argument<string?>("id") { Description = "Campaign, as 'lab list' names it; the last one unless given", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("explain", "Says what went wrong in a trial, which rule of the error policy acted and why, and what the planner was told") { trial, id };
        command.SetAction(parsed =>
        {
            using var record = LabRecord.Open(parsed);
            var state = CampaignRecord.Find(record.Ledger, parsed.GetValue(id));
            var number = parsed.GetValue(trial);
            var known = state.Trials.FirstOrDefault(one => one.Number == number) ?? throw new LabException(LabFault.NotFound, $"campaign '{state.Id}' has {state.Trials.Count} trials and no trial {number}");
            var story = TrialStory.Of(record.Ledger.Read(state.Id), number);
            if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(JsonSerializer.Serialize(new { campaign = state.Id, trial = number, story = story.Select(line => new { at = line.At, kind = line.Kind, text = line.Text, passed = line.Passed }) }, JsonForms.Indented));
            else Print(state, known, story, terminal.Out);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static void Print(CampaignState state, TrialState trial, IEnumerable<StoryLine> story, TextWriter to)
    {
        to.WriteLine($"{state.Id} trial {trial.Number}: {Wording.Recipe(trial)}");
        var wentWrong = false;
        foreach (var line in story)
        {
            wentWrong |= line.Kind == "failed";
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{line.At:yyyy-MM-dd HH:mm:ss}  {line.Text}"));
            foreach (var passed in line.Passed) to.WriteLine($"                     before it: {passed}");
        }

        if (!wentWrong) to.WriteLine("no action of it went wrong, and no rule had to act");
    }
}
