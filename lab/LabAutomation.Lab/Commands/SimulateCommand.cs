using System.Collections.Immutable;
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

/// <summary><c>lab simulate FILE…</c>: whole campaigns in virtual time, before a drop is spent: how long, how much, how good.</summary>
internal static class SimulateCommand
{
    public static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("campaign") { Description = "Campaign files (YAML); several run side by side", HelpName = "FILE", Arity = ArgumentArity.OneOrMore };
        var seed = new Option<int?>("--seed") { Description = "Of planner and devices, instead of those in the files", HelpName = "N" };
        var days = new Option<double?>("--days") { Description = "Lab time after which it rests, in days", HelpName = "D" };
        var trials = new Option<int?>("--trials") { Description = "Most trials instead of the number in the file", HelpName = "N" };
        var parallel = ParallelOption.Create();
        var with = WithOption.Create();
        var output = new Option<string?>("--out") { Description = "File for the report, NAME-simulated.html unless given; of several campaigns the folder for theirs, NAME-simulated", HelpName = "FILE" };
        var command = new Command("simulate", "Runs campaigns on simulated instruments in virtual time, and says how long they take and what they use") { files, seed, days, trials, parallel, with, output };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(seed) is < 0) throw new UsageException($"--seed is 0 or more, not {parsed.GetValue(seed)}");
            if (parsed.GetValue(trials) is < 1 or > 100_000) throw new UsageException($"--trials is 1 to 100000, not {parsed.GetValue(trials)}");
            if (parsed.GetValue(days) is { } wanted && !(wanted is > 0 and <= 3650)) throw new UsageException($"--days is above 0 and 3650 at most, not {wanted.ToString(CultureInfo.InvariantCulture)}");
            CampaignPlan[] plans =
            [
                .. parsed.GetValue(files)!.SelectMany(file => WithOption.Read(parsed.GetValue(with)).Select(given => CampaignFile.Load(file, given)
                    .With(seed: parsed.GetValue(seed), trials: parsed.GetValue(trials), parallel: ParallelOption.Read(parsed.GetValue(parallel))))),
            ];
            var folder = Directory.CreateTempSubdirectory("lab-simulate-");
            try
            {
                Run(parsed, plans, parsed.GetValue(seed), parsed.GetValue(days), parsed.GetValue(output) ?? $"{plans[0].Name}-simulated{(plans.Length == 1 ? ".html" : "")}", folder.FullName, terminal);
                return (int)ExitCode.Success;
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
        return command;
    }

    private static void Run(ParseResult parsed, CampaignPlan[] plans, int? seed, double? days, string output, string folder, Terminal terminal)
    {
        var settings = Settings.Of(parsed);
        var keys = new ConfigurationBuilder().AddConfiguration(settings.Configuration).AddInMemoryCollection([new("Lab:DataDirectory", folder)]);
        if (seed is { } number) keys.AddInMemoryCollection([new("Simulation:Seed", number.ToString(CultureInfo.InvariantCulture))]);
        var began = TimeProvider.System.GetTimestamp();
        using var lab = VirtualLaboratory.Of(keys.Build(), settings.Families);
        var states = lab.Run(plans, days is { } length ? TimeSpan.FromDays(length) : null);
        var took = TimeProvider.System.GetElapsedTime(began);
        if (states.Length > 1) Directory.CreateDirectory(output);
        var record = lab.Laboratory.Ledger.Read();
        foreach (var state in states) File.WriteAllText(states.Length == 1 ? output : Path.Combine(output, $"{state.Id}.html"), HtmlReport.Write(ReportSource.Read(lab.Laboratory.Ledger, state, record, lab.Laboratory.Stations)));
        var hash = states.Length == 1 ? lab.Laboratory.Ledger.Read(states[0].Id)[^1].Hash : lab.Laboratory.Ledger.Head;
        var instruments = plans.SelectMany(plan => lab.Laboratory.Stations.For(plan).Instruments).Distinct(StringComparer.Ordinal);
        var use = SimulatedUse.Of(states, Span(states), instruments, EffectLedger.ReadAll(Path.Combine(folder, "devices")));
        if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(Json(states, use, hash, lab.Loop.FirstFromOutside is null, output));
        else Print(states, use, took, $"{hash}  ({(lab.Loop.FirstFromOutside is { } outside ? ChaosWording.Unrepeatable(outside) : "the same for the same file, seed and version")})", output, terminal.Out);
    }

    private static string Json(ImmutableArray<CampaignState> states, IReadOnlyList<SimulatedUse> use, string hash, bool repeatable, string output) => states is [var one]
        ? JsonSerializer.Serialize(new { simulated = JsonForms.Campaign(one), labHours = one.Spent.TotalHours, instruments = use, ledger = hash, repeatable, report = output }, JsonForms.Indented)
        : JsonSerializer.Serialize(new { campaigns = states.Select(JsonForms.Campaign), labHours = Span(states).TotalHours, instruments = use, ledger = hash, repeatable, reports = output }, JsonForms.Indented);

    /// <summary>Of one campaign the time that it ran; of several that from the first beginning to the last end.</summary>
    private static TimeSpan Span(ImmutableArray<CampaignState> states) => states is [var one] ? one.Spent : states.Max(state => state.LastAt) - states.Min(state => state.StartedAt);

    private static void Print(ImmutableArray<CampaignState> states, IReadOnlyList<SimulatedUse> instruments, TimeSpan took, string hash, string report, TextWriter to)
    {
        if (states is [var one]) Print(one, took, to);
        else Print(states, took, to);
        to.WriteLine();
        foreach (var used in instruments)
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {used.Instrument,-16} {used.Actions,5} actions  busy {used.Busy,6:P1}{(used.Dispensed > 0 ? $"  {used.Dispensed:0.##} mL dispensed" : "")}{(used.Dosed > 0 ? $"  {used.Dosed:0.#} mg dosed" : "")}"));
        to.WriteLine();
        to.WriteLine($"{(states.Length == 1 ? "report" : "reports")}: {report}");
        to.WriteLine($"ledger: {hash}");
    }

    private static void Print(CampaignState state, TimeSpan took, TextWriter to)
    {
        to.WriteLine($"{state.Plan.Name}: {Wording.Goal(state.Plan)}");
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Wording.Phase(state)}, {state.Trials.Count(trial => trial.Outcome is not null)} trials in {Length(state.Spent)} of lab time; simulated in {took.TotalSeconds:0.0} s"));
        if (state.Best is { } best) to.WriteLine($"best: trial {best.Number}  {Wording.Recipe(best)}  {Wording.Outcome(state.Plan, best.Outcome)}");
        foreach (var trade in state.Trades) to.WriteLine($"trade-off: trial {trade.Number}  {Wording.Recipe(trade)}  {Wording.Outcome(state.Plan, trade.Outcome)}");
    }

    private static void Print(ImmutableArray<CampaignState> states, TimeSpan took, TextWriter to)
    {
        foreach (var state in states)
        {
            var given = string.Concat(state.Plan.Given.Select(constant => $" {constant.Key} = {constant.Value}"));
            to.WriteLine($"{state.Id}{given}: {Wording.Phase(state)}, {state.Trials.Count(trial => trial.Outcome is not null)} trials{(state.Best is { } best ? $"; best {Wording.Outcome(state.Plan, best.Outcome)} with {Wording.Recipe(best)}" : "")}");
        }

        to.WriteLine();
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{states.Length} campaigns, {states.Count(state => state.End?.End == CampaignEnd.GoalReached)} reached their goals; {states.Sum(state => state.Trials.Count(trial => trial.Outcome is not null))} trials in {Length(Span(states))} of lab time; simulated in {took.TotalSeconds:0.0} s"));
    }

    private static string Length(TimeSpan time) => time.TotalHours >= 48
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.0} days")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes:00} min");
}
