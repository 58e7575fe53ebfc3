using System.CommandLine;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab run FILE</c>: checks the campaign against the instruments, runs it, writes the report.</summary>
internal static class RunCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("campaign") { Description = "Campaign file (YAML)", HelpName = "FILE" };
        var seed = new Option<int?>("--seed") { Description = "Seed instead of the one in the file", HelpName = "N" };
        var planner = new Option<string?>("--planner") { Description = "Planner instead of the one in the file", HelpName = "NAME" };
        planner.AcceptOnlyFromAmong([.. CampaignFile.PlannerKinds]);
        var trials = new Option<int?>("--trials") { Description = "Most trials instead of the number in the file", HelpName = "N" };
        var parallel = ParallelOption.Create();
        var command = new Command("run", "Runs a campaign until its goal is met or its budget is spent") { file, seed, planner, trials, parallel };
        var clear = new ClearOptions();
        clear.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            Within(parsed.GetValue(seed), 0, int.MaxValue, "--seed");
            Within(parsed.GetValue(trials), 1, 100_000, "--trials");
            var plan = CampaignFile.Load(parsed.GetValue(file)!).With(parsed.GetValue(seed), parsed.GetValue(planner), parsed.GetValue(trials), ParallelOption.Read(parsed.GetValue(parallel)));
            var cleared = clear.Of(parsed);
            await using var lab = await LabSession.OpenAsync(parsed, cancellation);
            await lab.CheckAsync(plan, cleared, cancellation);
            var id = lab.Laboratory.Begin(plan);
            return (int)await CampaignRun.FollowAsync(lab, id, terminal, parsed.OutputForm(terminal), cancellation);
        });
        return command;
    }

    private static void Within(int? value, int low, int high, string option)
    {
        if (value < low || value > high) throw new UsageException($"{option} is {low} to {high}, not {value}");
    }
}
