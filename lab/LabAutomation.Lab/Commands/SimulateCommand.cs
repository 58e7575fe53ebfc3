using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reports;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab simulate FILE</c>: the whole campaign in virtual time, before a drop is spent: how long, how much, how good.</summary>
internal static class SimulateCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("campaign") { Description = "Campaign file (YAML)", HelpName = "FILE" };
        var seed = new Option<int?>("--seed") { Description = "Of planner and devices, instead of those in the files", HelpName = "N" };
        var days = new Option<double?>("--days") { Description = "Lab time after which it rests, in days", HelpName = "D" };
        var trials = new Option<int?>("--trials") { Description = "Most trials instead of the number in the file", HelpName = "N" };
        var parallel = ParallelOption.Create();
        var output = new Option<string?>("--out") { Description = "File for the report; NAME-simulated.html unless given", HelpName = "FILE" };
        var command = new Command("simulate", "Runs a campaign on simulated instruments in virtual time, and says how long it takes and what it uses") { file, seed, days, trials, parallel, output };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(seed) is < 0) throw new UsageException($"--seed is 0 or more, not {parsed.GetValue(seed)}");
            if (parsed.GetValue(trials) is < 1 or > 100_000) throw new UsageException($"--trials is 1 to 100000, not {parsed.GetValue(trials)}");
            if (parsed.GetValue(days) is { } wanted && !(wanted is > 0 and <= 3650)) throw new UsageException($"--days is above 0 and 3650 at most, not {wanted.ToString(CultureInfo.InvariantCulture)}");
            var plan = CampaignFile.Load(parsed.GetValue(file)!).With(seed: parsed.GetValue(seed), trials: parsed.GetValue(trials), parallel: ParallelOption.Read(parsed.GetValue(parallel)));
            var folder = Directory.CreateTempSubdirectory("lab-simulate-");
            try
            {
                Run(parsed, plan, parsed.GetValue(seed), parsed.GetValue(days), parsed.GetValue(output) ?? $"{plan.Name}-simulated.html", folder.FullName, terminal);
                return (int)ExitCode.Success;
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
        return command;
    }

    private static void Run(ParseResult parsed, CampaignPlan plan, int? seed, double? days, string output, string folder, Terminal terminal)
    {
        var settings = Settings.Of(parsed);
        var keys = new ConfigurationBuilder().AddConfiguration(settings.Configuration).AddInMemoryCollection([new("Lab:DataDirectory", folder)]);
        if (seed is { } number) keys.AddInMemoryCollection([new("Simulation:Seed", number.ToString(CultureInfo.InvariantCulture))]);
        var began = TimeProvider.System.GetTimestamp();
        using var lab = VirtualLaboratory.Of(keys.Build(), settings.Families);
        var state = lab.Run(plan, days is { } length ? TimeSpan.FromDays(length) : null);
        var took = TimeProvider.System.GetElapsedTime(began);
        File.WriteAllText(output, HtmlReport.Write(ReportSource.Read(lab.Laboratory.Ledger, state)));
        var hash = lab.Laboratory.Ledger.Read(state.Id)[^1].Hash;
        var use = SimulatedUse.Of(state, lab.Laboratory.Stations.For(plan).Instruments, EffectLedger.ReadAll(Path.Combine(folder, "devices")));
        if (parsed.GetValue(CommonOptions.Json))
            terminal.Out.WriteLine(JsonSerializer.Serialize(new { simulated = JsonForms.Campaign(state), labHours = state.Spent.TotalHours, instruments = use, ledger = hash, report = output }, JsonForms.Indented));
        else Print(state, use, took, hash, output, terminal.Out);
    }

    private static void Print(CampaignState state, IReadOnlyList<SimulatedUse> instruments, TimeSpan took, string hash, string report, TextWriter to)
    {
        to.WriteLine($"{state.Plan.Name}: {Wording.Goal(state.Plan)}");
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Wording.Phase(state)}, {state.Trials.Count(trial => trial.Outcome is not null)} trials in {Length(state.Spent)} of lab time; simulated in {took.TotalSeconds:0.0} s"));
        if (state.Best is { } best) to.WriteLine($"best: trial {best.Number}  {Wording.Recipe(best)}  {Wording.Outcome(state.Plan, best.Outcome)}");
        foreach (var trade in state.Trades) to.WriteLine($"trade-off: trial {trade.Number}  {Wording.Recipe(trade)}  {Wording.Outcome(state.Plan, trade.Outcome)}");
        to.WriteLine();
        foreach (var one in instruments)
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {one.Instrument,-16} {one.Actions,5} actions  busy {one.Busy,6:P1}{(one.Dispensed > 0 ? $"  {one.Dispensed:0.##} mL dispensed" : "")}"));
        to.WriteLine();
        to.WriteLine($"report: {report}");
        to.WriteLine($"ledger: {hash}  (the same for the same file, seed and version)");
    }

    private static string Length(TimeSpan time) => time.TotalHours >= 48
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.0} days")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes:00} min");
}
