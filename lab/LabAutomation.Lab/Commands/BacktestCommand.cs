using System.CommandLine;
using System.Text.Json;
using LabAutomation.Agents.Planning;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reports;
using LabAutomation.Learning;
using LabAutomation.Learning.Backtesting;
using Spectre.Console;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab backtest DATA --objective NAME --minimise</c>: which planner would have found the best of a finished data set, and how soon.</summary>
internal static class BacktestCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("data") { Description = "Measured data: CSV with a header, or a pool of the optimiser benchmark (JSON)", HelpName = "DATA" };
        var objective = new Option<string?>("--objective") { Description = "Column to optimise (a JSON pool knows its own)", HelpName = "NAME" };
        var maximise = new Option<bool>("--maximise") { Description = "Larger is better" };
        var minimise = new Option<bool>("--minimise") { Description = "Smaller is better" };
        var ignore = new Option<string[]>("--ignore") { Description = "Column that is neither parameter nor objective; may be repeated", HelpName = "NAME" };
        var planners = new Option<string[]>("--planner") { Description = "Planner to replay; may be repeated (random, sobol and gaussian-process)", HelpName = "NAME" };
        planners.AcceptOnlyFromAmong([.. Planners.Kinds]);
        var seeds = new Option<int>("--seeds") { Description = "Runs of each planner", HelpName = "N", DefaultValueFactory = _ => 10 };
        var budget = new Option<int?>("--budget") { Description = "Experiments in a run (what the pool prescribes, else a quarter of the data, at most 100)", HelpName = "N" };
        var initial = new Option<int?>("--initial") { Description = "Random experiments that all planners of a seed start from", HelpName = "N" };
        var plot = new Option<string?>("--out") { Description = "File for the report with its plots (backtest-NAME.html in the current folder)", HelpName = "FILE" };
        var command = new Command("backtest", "Replays a measured data set: which planner would have found its best rows, and how soon") { file, objective, maximise, minimise, ignore, planners, seeds, budget, initial, plot };
        command.SetAction((parsed, cancellation) =>
        {
            var path = parsed.GetValue(file)!;
            var data = Load(path, parsed.GetValue(objective), parsed.GetValue(maximise), parsed.GetValue(minimise), parsed.GetValue(ignore) ?? []);
            if (data.Values.All(value => value == data.Values[0])) throw new DataSetException(path, null, data.Objective, "every row has the same value, so there is nothing to find");
            var kinds = parsed.GetValue(planners) is { Length: > 0 } chosen ? chosen.Distinct().ToArray() : ["random", "sobol", "gaussian-process"];
            var options = new BacktestOptions
            {
                Seeds = AtLeastOne(parsed.GetValue(seeds), "--seeds"),
                Budget = parsed.GetValue(budget) is { } most ? AtLeastOne(most, "--budget") : data.Budget ?? Math.Clamp(data.Count / 4, Math.Min(10, data.Count), 100),
                Initial = parsed.GetValue(initial) is { } first ? AtLeastOne(first, "--initial") : null,
            };
            var report = Replay(data, [.. kinds.Select(kind => Planners.Create(kind, initial: null))], options, terminal, parsed.OutputForm(terminal), cancellation);
            var page = parsed.GetValue(plot) ?? $"backtest-{Path.GetFileNameWithoutExtension(path)}.html";
            File.WriteAllText(page, BacktestPage.Write(data, report));
            if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(JsonSerializer.Serialize(BacktestWording.Form(data, report), JsonForms.Indented));
            else BacktestWording.Print(data, report, page, terminal);
            return Task.FromResult((int)ExitCode.Success);
        });
        return command;
    }

    private static DataSet Load(string path, string? objective, bool maximise, bool minimise, string[] ignore)
    {
        if (!File.Exists(path)) throw new DataSetException(path, null, null, "there is no such file");
        if (Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase)) return DataSet.LoadPool(path);
        var header = File.ReadLines(path).FirstOrDefault() ?? "";
        if (header.Contains(';', StringComparison.Ordinal) && !header.Contains(',', StringComparison.Ordinal))
            throw new DataSetException(path, 1, null, "its columns are separated by semicolons; save it with commas, and points in the numbers");
        if (objective is null) throw new UsageException("which column is the objective? say --objective NAME");
        if (maximise == minimise) throw new UsageException("say --maximise or --minimise, one of the two");
        return DataSet.LoadCsv(path, objective, maximise, ignore);
    }

    private static int AtLeastOne(int value, string option) => value >= 1 ? value : throw new UsageException($"{option} is at least 1, not {value}");

    private static BacktestReport Replay(DataSet data, IReadOnlyList<IOptimiser> planners, BacktestOptions options, Terminal terminal, OutputForm form, CancellationToken cancellation)
    {
        try
        {
            if (form != OutputForm.Live) return Backtest.Run(data, planners, options, null, cancellation);
            return terminal.Console.Progress().AutoClear(true).Start(context =>
            {
                var task = context.AddTask(data.Name, maxValue: 1);
                return Backtest.Run(data, planners, options, progress =>
                {
                    task.Description = $"{Markup.Escape(progress.Planner)}, seed {progress.Seed}";
                    task.Value = (double)progress.Done / progress.Total;
                }, cancellation);
            });
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }
}
