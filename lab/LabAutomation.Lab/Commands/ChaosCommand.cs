using System.CommandLine;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reports;
using Spectre.Console;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab chaos FILE</c>: a campaign in virtual time while everything goes wrong that can, from many seeds, and what promise broke.</summary>
internal static class ChaosCommand
{
    private const int MostSeeds = 1_000_000;

    /// <summary>Trials of a campaign under faults: what goes wrong between two of them goes wrong between any two.</summary>
    private const int DefaultTrials = 4;

    public static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("campaign") { Description = "Campaign files (YAML); several run side by side", HelpName = "FILE", Arity = ArgumentArity.OneOrMore };
        var seeds = new Option<int>("--seeds") { Description = "How many seeds, each with faults of its own", HelpName = "N", DefaultValueFactory = _ => 100 };
        var seed = new Option<int>("--seed") { Description = "The first seed", HelpName = "N", DefaultValueFactory = _ => 1 };
        var faults = new Option<string?>("--faults") { Description = "A fault file, to be run with one seed, in place of faults drawn from each", HelpName = "FILE" };
        var trials = new Option<int>("--trials") { Description = "Most trials of each campaign", HelpName = "N", DefaultValueFactory = _ => DefaultTrials };
        var planner = new Option<string?>("--planner") { Description = "Planner instead of the one in the file", HelpName = "NAME" };
        planner.AcceptOnlyFromAmong([.. CampaignFile.PlannerKinds]);
        var parallel = ParallelOption.Create();
        var with = WithOption.Create();
        var threads = new Option<int>("--threads") { Description = "Campaigns side by side (one for each processor)", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };
        var output = new Option<string?>("--out") { Description = "Where the faults of a violation go; chaos-SEED.yaml unless given", HelpName = "FILE" };
        var keep = new Option<string?>("--keep") { Description = "With --faults: a new folder for the lab's record, to be looked at with --data", HelpName = "DIR" };
        var junit = new Option<string?>("--junit") { Description = "A report for a build server, in JUnit's form", HelpName = "FILE" };
        var all = new Option<bool>("--require-all") { Description = "Fails where a kind of fault that can strike has not struck" };
        var command = new Command("chaos", "Runs a campaign on simulated instruments while devices, disk, broker, clock and people fail, and says which promise broke") { files, seeds, seed, faults, trials, planner, parallel, with, threads, output, keep, junit, all };
        command.SetAction((parsed, cancellation) =>
        {
            var (count, first) = (Within(parsed.GetValue(seeds), 1, MostSeeds, "--seeds"), Within(parsed.GetValue(seed), 0, int.MaxValue - MostSeeds, "--seed"));
            if (parsed.GetValue(faults) is not null && parsed.GetResult(seeds) is { Implicit: false }) throw new UsageException("--faults goes with one --seed, not with --seeds");
            foreach (var idle in new Option[] { threads, output, all }.Where(option => parsed.GetValue(faults) is not null && parsed.GetResult(option) is { Implicit: false })) throw new UsageException($"{idle.Name} does nothing with --faults, which runs one seed with the faults of its file; leave it out");
            if (parsed.GetValue(keep) is { } folder && (parsed.GetValue(faults) is null || Directory.Exists(folder))) throw new UsageException(Directory.Exists(folder) ? $"--keep wants a new folder, and '{folder}' is there already" : "--keep goes with --faults");
            var most = Within(parsed.GetValue(trials), 1, 1000, "--trials");
            var plans = parsed.GetValue(files)!.SelectMany(file => WithOption.Read(parsed.GetValue(with)).Select(given => CampaignFile.Load(file, given).With(planner: parsed.GetValue(planner), trials: most, parallel: ParallelOption.Read(parsed.GetValue(parallel)))));
            var settings = Settings.Of(parsed);
            var setup = new EpisodeSetup([.. plans], settings.Configuration, settings.Families);
            var asked = new ChaosRequest([.. parsed.GetValue(files)!], parsed.GetValue(trials), parsed.GetValue(output))
            {
                Planner = parsed.GetValue(planner),
                Parallel = parsed.GetValue(parallel),
                With = [.. parsed.GetValue(with) ?? []],
                Config = parsed.GetValue(CommonOptions.Config),
                Set = [.. parsed.GetValue(CommonOptions.Set) ?? []],
                Faults = parsed.GetValue(faults),
                AllKinds = parsed.GetValue(all),
            };
            var report = parsed.GetValue(faults) is { } script
                ? Replay(setup, first, script, parsed.GetValue(keep), asked)
                : Search(setup, first, count, Within(parsed.GetValue(threads), 1, 1024, "--threads"), asked, terminal, parsed.OutputForm(terminal), cancellation);
            if (parsed.GetValue(junit) is { } page) JUnitReport.Write(page, report);
            if (parsed.GetValue(CommonOptions.Json)) ChaosWording.PrintJson(report, terminal.Out);
            else ChaosWording.Print(report, terminal.Out);
            return Task.FromResult((int)report.Exit);
        });
        return command;
    }

    private static int Within(int value, int least, int most, string option) => value >= least && value <= most ? value : throw new UsageException($"{option} is {least} to {most}, not {value}");

    private static ChaosReport Replay(EpisodeSetup setup, int seed, string script, string? keep, ChaosRequest asked)
    {
        var end = Episode.Run(setup, seed, FaultFile.Load(script, Subjects.Of(setup)), keep is null ? null : Path.GetFullPath(keep));
        return new ChaosReport(asked, 1, end.States.Sum(state => state.Trials.Count), FaultCoverage.Of(end.Faults.Select(fault => fault.Fault.Traits).Distinct(), end.Faults), end.Violations.Length > 0 ? end : null)
        {
            Missed = [.. end.NeverHappened.Select(fault => fault.ToString())],
            FirstFromOutside = end.FirstFromOutside,
        };
    }

    private static ChaosReport Search(EpisodeSetup setup, int first, int count, int threads, ChaosRequest asked, Terminal terminal, OutputForm form, CancellationToken cancellation)
    {
        var run = new ChaosRun(setup, threads);
        if (run.Calm() is { Violations.Length: > 0 } calm)
        {
            File.WriteAllText(asked.ScriptOf(calm), FaultFile.Write([]));
            return new ChaosReport(asked, 1, calm.States.Sum(state => state.Trials.Count), [], calm) { FirstFromOutside = run.FirstFromOutside };
        }

        var found = Follow(run, first, count, terminal, form, cancellation);
        if (found is not null)
        {
            var broken = found.Violations[0];
            terminal.Error.WriteLine($"seed {found.Seed}: {broken.Oracle}: {broken.Message}");
            var left = found.Faults.Length;
            found = Shrinking.Of(setup, found, end =>
            {
                if (end.Faults.Length < left) terminal.Error.WriteLine($"still with {left = end.Faults.Length} of {found.Faults.Length}");
            }, cancellation);
            File.WriteAllText(asked.ScriptOf(found), FaultFile.Write(found.Faults.Select(fault => fault.Fault)));
        }

        return new ChaosReport(asked, run.Episodes, run.Trials, run.Coverage, found) { FirstFromOutside = run.FirstFromOutside };
    }

    private static EpisodeEnd? Follow(ChaosRun run, int first, int count, Terminal terminal, OutputForm form, CancellationToken cancellation)
    {
        if (form == OutputForm.Live)
        {
            return terminal.Console.Progress().AutoClear(true).Start(context =>
            {
                var task = context.AddTask($"{count} seeds", maxValue: count);
                return run.Run(first, count, _ => task.Increment(1), cancellation);
            });
        }

        return run.Run(first, count, _ =>
        {
            if (form == OutputForm.Plain && run.Episodes % 100 == 0) terminal.Out.WriteLine($"{run.Episodes} of {count} seeds");
        }, cancellation);
    }
}
