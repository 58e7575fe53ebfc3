using System.CommandLine;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab run FILE…</c>: checks the campaigns against the instruments, runs them, writes the reports.</summary>
internal static class RunCommand
{
    public static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("campaign") { Description = "Campaign files (YAML); several run side by side", HelpName = "FILE", Arity = ArgumentArity.OneOrMore };
        var seed = new Option<int?>("--seed") { Description = "Seed instead of the one in the file", HelpName = "N" };
        var planner = new Option<string?>("--planner") { Description = "Planner instead of the one in the file", HelpName = "NAME" };
        planner.AcceptOnlyFromAmong([.. CampaignFile.PlannerKinds]);
        var trials = new Option<int?>("--trials") { Description = "Most trials instead of the number in the file", HelpName = "N" };
        var parallel = ParallelOption.Create();
        var with = WithOption.Create();
        var command = new Command("run", "Runs campaigns until their goals are met or their budgets are spent") { files, seed, planner, trials, parallel, with };
        var clear = new ClearOptions();
        clear.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            Within(parsed.GetValue(seed), 0, int.MaxValue, "--seed");
            Within(parsed.GetValue(trials), 1, 100_000, "--trials");
            CampaignPlan[] plans =
            [
                .. parsed.GetValue(files)!.SelectMany(file => WithOption.Read(parsed.GetValue(with)).Select(given => CampaignFile.Load(file, given)
                    .With(parsed.GetValue(seed), parsed.GetValue(planner), parsed.GetValue(trials), ParallelOption.Read(parsed.GetValue(parallel))))),
            ];
            var cleared = clear.Of(parsed);
            await using var lab = await LabSession.OpenAsync(parsed, cancellation);
            lab.Laboratory.RequireAll([]);      // before anything is on record
            foreach (var plan in plans) await lab.CheckAsync(plan, cleared, cancellation);
            foreach (var plan in plans) lab.Laboratory.RequireAllowed(plan, Environment.UserName);
            return (int)await lab.DownAsync(await CampaignRun.FollowAsync(lab, [.. plans.Select(plan => lab.Laboratory.Begin(plan, Environment.UserName))], terminal, parsed.OutputForm(terminal), cancellation));
        });
        return command;
    }

    private static void Within(int? value, int low, int high, string option)
    {
        if (value < low || value > high) throw new UsageException($"{option} is {low} to {high}, not {value}");
    }
}
