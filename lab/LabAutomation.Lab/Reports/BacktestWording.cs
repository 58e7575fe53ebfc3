using System.Globalization;
using LabAutomation.Learning.Backtesting;
using Spectre.Console;

namespace LabAutomation.Lab.Reports;

/// <summary>A backtest as a table for people and as an object for machines.</summary>
internal static class BacktestWording
{
    public static void Print(DataSet data, BacktestReport report, string page, Terminal terminal)
    {
        var to = terminal.Out;
        to.WriteLine($"{data.Name}: {report.Designs} designs, {(data.IsMaximised ? "maximise" : "minimise")} {data.Objective}; {report.Seeds} runs of {report.Budget} experiments each");
        foreach (var note in data.Notes) to.WriteLine($"note: {note}");
        var table = new Table().Border(terminal.IsInteractive ? TableBorder.Simple : TableBorder.None).AddColumn(new TableColumn("planner").NoWrap());
        foreach (var milestone in report.Planners[0].Milestones) table.AddColumn(new TableColumn(Markup.Escape($"to {milestone.Name}")).RightAligned());
        table.AddColumn(new TableColumn("EF at end").RightAligned()).AddColumn(new TableColumn("AF at 50 %").RightAligned());
        foreach (var planner in report.Planners)
        {
            List<string> cells = [planner.Planner];
            cells.AddRange(planner.Milestones.Select(milestone => Text(milestone.Experiments)));
            cells.Add(Text(planner.Curve[^1].Enhancement));
            cells.Add(planner.Accelerations.FirstOrDefault(acceleration => acceleration.TopFound == 0.5) is { } half ? Text(half.Factor) : "-");
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        List<string> random = ["random (exact)"];
        random.AddRange(report.Planners[0].Milestones.Select(milestone => milestone.Random.ToString("0.0", CultureInfo.InvariantCulture)));
        random.AddRange(["1", "1"]);
        table.AddRow([.. random]);
        terminal.Console.Write(table);
        to.WriteLine("experiments to the first design of each set, mean ± sd over the runs; (n) runs never got there and count as the budget.");
        to.WriteLine("EF: top 5 % designs found, over what random draws find. AF: experiments random draws need for half of them, over those needed.");
        if (Winner(report) is { } winner) to.WriteLine(winner);
        to.WriteLine($"report: {page}");
    }

    /// <summary>The planner that needed the fewest experiments to the top 5 %, and how sure that is.</summary>
    public static string? Winner(BacktestReport report)
    {
        if (report.Planners.Length < 2) return null;
        var ranked = report.Planners.OrderBy(planner => planner.Milestones[^1].Experiments.Mean).ToArray();
        var paired = report.Compare(ranked[0].Planner, ranked[1].Planner, ranked[0].Milestones[^1].Name);
        if (paired.Wins == paired.Losses && paired.Saved.Mean == 0) return $"no difference between {ranked[0].Planner} and {ranked[1].Planner} at {paired.Milestone}";
        return string.Create(CultureInfo.InvariantCulture,
            $"{ranked[0].Planner} would have been first at {paired.Milestone}: {paired.Saved.Mean:0.0} ± {paired.Saved.Sd:0.0} experiments before {ranked[1].Planner} (won {paired.Wins}, tied {paired.Ties}, lost {paired.Losses} of {report.Seeds} runs)");
    }

    public static object Form(DataSet data, BacktestReport report) => new
    {
        dataSet = data.Name,
        objective = data.Objective,
        maximise = data.IsMaximised,
        notes = data.Notes,
        designs = report.Designs,
        seeds = report.Seeds,
        budget = report.Budget,
        planners = report.Planners.Select(planner => new
        {
            planner = planner.Planner,
            milestones = planner.Milestones.Select(milestone => new { name = milestone.Name, designs = milestone.Designs, experiments = milestone.Experiments, random = milestone.Random, bySeed = milestone.BySeed }),
            enhancement = planner.Curve.Select(point => new { experiments = point.Experiments, topFound = point.TopFound, factor = point.Enhancement }),
            acceleration = planner.Accelerations.Select(acceleration => new { topFound = acceleration.TopFound, randomExperiments = acceleration.RandomExperiments, factor = acceleration.Factor }),
        }),
    };

    private static string Text(Spread spread) => string.Create(CultureInfo.InvariantCulture, $"{spread.Mean:0.0} ± {spread.Sd:0.0}{(spread.Censored > 0 ? $" ({spread.Censored})" : "")}");
}
