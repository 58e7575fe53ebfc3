using System.CommandLine;
using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Forecasts;
using LabAutomation.Lab.Display;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab forecast CAMPAIGN…</c>: when campaigns will be done, what they will use up, and what the lab has too little of. Of those on record from where they stand.</summary>
internal static class ForecastCommand
{
    private const int MostSeeds = 100;

    public static Command Create(Terminal terminal)
    {
        var campaigns = new Argument<string[]>("campaign") { Description = "Campaign files, or campaigns on record as 'lab list' names them; the last unfinished one unless given", HelpName = "CAMPAIGN", Arity = ArgumentArity.ZeroOrMore };
        var days = new Option<double?>("--days") { Description = "Lab time to look ahead, in days; to the end unless given", HelpName = "D" };
        var seed = new Option<int>("--seed") { Description = "The first seed of planners and devices", HelpName = "N", DefaultValueFactory = _ => 1 };
        var seeds = new Option<int>("--seeds") { Description = "Runs, each with a seed of its own, between which the forecast lies", HelpName = "N", DefaultValueFactory = _ => 5 };
        var command = new Command("forecast", "Says when campaigns will be done, what they will use up, and which instrument is the bottleneck") { campaigns, days, seed, seeds };
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(days) is { } wanted && !(wanted is > 0 and <= 3650)) throw new UsageException($"--days is above 0 and 3650 at most, not {wanted.ToString(CultureInfo.InvariantCulture)}");
            if (parsed.GetValue(seeds) is < 1 or > MostSeeds) throw new UsageException($"--seeds is 1 to {MostSeeds}, not {parsed.GetValue(seeds)}");
            if (parsed.GetValue(seed) < 0) throw new UsageException($"--seed is 0 or more, not {parsed.GetValue(seed)}");
            var settings = Settings.Of(parsed);
            var names = parsed.GetValue(campaigns)!;
            CampaignPlan[] plans = [.. names.Where(File.Exists).Select(file => CampaignFile.Load(file))];
            var known = names.Where(name => !File.Exists(name)).ToArray();
            using var record = known.Length > 0 || names.Length == 0 ? LabRecord.Open(parsed) : null;
            CampaignState[] states = names.Length == 0 ? [CampaignRecord.Find(record!.Ledger, null, unfinished: true)] : [.. known.Select(id => CampaignRecord.Find(record!.Ledger, id))];
            if (states.FirstOrDefault(state => state.Phase == CampaignPhase.Ended) is { } over) throw new LabException(LabFault.NotFound, $"{over.Id} has ended: {over.End!.Reason}; there is nothing to forecast");

            // What is to begin by a moment of the clock is in time or not according to when it is now; without such a moment the same files and seeds give the same forecast.
            var beginning = plans.Any(plan => plan.Steps.Any(step => step.StartBy?.Moment is not null)) ? TimeProvider.System.GetUtcNow() : VirtualLaboratory.Beginning;
            var lab = new LabForecast(settings.Configuration, settings.Families) { Beginning = beginning };
            var within = parsed.GetValue(days) is { } length ? TimeSpan.FromDays(length) : (TimeSpan?)null;
            var runs = new List<ForecastRun>();
            for (var k = 0; k < parsed.GetValue(seeds); k++)
            {
                cancellation.ThrowIfCancellationRequested();
                runs.Add(lab.Run(plans, states, record?.Ledger, parsed.GetValue(seed) + k, within));
            }

            var told = new ForecastWording(states, runs, lab.Seconds(runs[0], plans, states, record?.Ledger, within));
            if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(told.ToJson(), JsonForms.Indented));
            else foreach (var line in told.Lines()) terminal.Out.WriteLine(line);
            return Task.FromResult((int)ExitCode.Success);
        });
        return command;
    }
}
