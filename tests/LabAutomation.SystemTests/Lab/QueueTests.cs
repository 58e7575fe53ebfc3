using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;

namespace LabAutomation.SystemTests.Lab;

/// <summary>What persons do to what waits, in a lab that runs and on the record of one that does not.</summary>
public sealed class QueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_campaign_is_held_let_go_edited_and_another_one_added_while_it_runs()
    {
        using var folder = new TemporaryFolder();
        using var run = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--trials", "400", "--planner", "sobol", "--set", "Simulation:Speed=100");
        await UntilAsync(run, () => run.Out.Contains("trial   1", StringComparison.Ordinal));

        await DoneAsync(run, "colour-match-1 begins nothing until", folder, "hold", "colour-match-1", "--by", "Ada", "--why", "a visitor");
        var trials = await RestAsync(run, folder, "colour-match-1");
        await DoneAsync(run, "colour-match-2 is on record and runs beside colour-match-1", folder, "add", LabProcess.ColourMatch, "--by", "Ada");
        await DoneAsync(run, "colour-match-2 begins nothing until", folder, "hold", "colour-match-2", "--by", "Ada");
        var others = await RestAsync(run, folder, "colour-match-2");
        await EndAsync(run, folder, "colour-match-2", others + 1);
        await UntilAsync(run, () => Record(folder, "colour-match-2").Any(happened => happened is CampaignEnded));
        (await ListAsync(folder, "colour-match-1")).GetProperty("trials").GetInt32().Should().Be(trials, "what is held begins nothing, however long it waits");
        await DoneAsync(run, "colour-match-1 has priority 3", folder, "move", "colour-match-1", "--priority", "3", "--by", "Ada");
        await EndAsync(run, folder, "colour-match-1", trials + 1);

        (await run.EndAsync(Patience)).ExitCode.Should().Be(7, run.Out + run.Error);
        new[] { "colour-match-1", "colour-match-2" }.Select(campaign => Record(folder, campaign).OfType<CampaignStarted>().Single().Owner).Should().Equal(Environment.UserName, "Ada");
        Record(folder, "colour-match-1").OfType<QueueChanged>().Select(changed => changed.By).Should().HaveCount(4).And.OnlyContain(by => by == "Ada");
        run.Out.Should().Contain("colour-match-2 was added to the queue").And.Contain($"colour-match-2: ended: all {others + 1} trials are spent");
    }

    [Fact]
    [Trait("Key", "Policy:Queue:Operators")]
    public async Task Who_may_not_is_refused_and_on_record_and_where_no_lab_runs_the_record_is_changed()
    {
        using var folder = new TemporaryFolder();
        using (var run = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--trials", "60", "--planner", "sobol", "--set", "Simulation:Speed=300"))
        {
            await UntilAsync(run, () => run.Out.Contains("trial   1", StringComparison.Ordinal));
            run.Signal("-INT");
            (await run.EndAsync(Patience)).ExitCode.Should().Be(5, run.Out + run.Error);
        }

        var refused = await LabProcess.RunAsync(folder.Path, "queue", "edit", "colour-match-1", "--trials", "70", "--by", "Eve", "--set", "Policy:Queue:Operators:0=Ada");
        var done = await LabProcess.RunAsync(folder.Path, "queue", "edit", "colour-match-1", "--trials", "70", "--by", "Ada", "--set", "Policy:Queue:Operators:0=Ada");
        var none = await LabProcess.RunAsync(folder.Path, "queue", "add", LabProcess.ColourMatch);

        (refused.ExitCode, refused.Error.Trim()).Should().Be((2, "lab: Eve is not among those who may change the queue (Ada)"));
        (done.ExitCode, done.Out.Trim()).Should().Be((0, "colour-match-1: at most 70 trials"), done.Error);
        (none.ExitCode, none.Error.Trim()).Should().Be((2, "lab: no lab runs on this data directory; 'lab run FILE' begins a campaign"));
        Record(folder, Ledger.OfTheLab).OfType<QueueRefused>().Should().ContainSingle().Which.By.Should().Be("Eve");
        (await LabProcess.RunAsync(folder.Path, "queue")).Out.Should().MatchRegex(@"colour-match-1  priority 0  \d+/70 trials  paused");

        var forecast = await LabProcess.RunAsync(folder.Path, "forecast", "colour-match-1", "--seeds", "2");
        var again = await LabProcess.RunAsync(folder.Path, "forecast", "--seeds", "2");
        (forecast.ExitCode, forecast.Error).Should().Be((0, ""));
        forecast.Out.Should().MatchRegex(@"done in .* of lab time \(.* to .*\): 20").And.MatchRegex(@"colour-match-1: \d+ trials to come \(.*\), after \d+ of 70; reaches its goal in [012] of 2 runs").And.Contain("bottleneck: ");
        again.Out.Should().Be(forecast.Out, "the same record and seeds give the same forecast, and it changes nothing");
    }

    [Fact]
    public async Task A_forecast_of_a_file_tells_time_use_and_bottleneck_for_machines_too()
    {
        using var folder = new TemporaryFolder();

        var result = await LabProcess.RunAsync(folder.Path, ["forecast", LabProcess.ColourMatch, "--seeds", "3", "--days", "0.05", "--json", "--set", "Consumables:0:Name=water", "--set", "Consumables:0:Unit=mL", "--set", "Consumables:0:OnHand=9", "--set", "Consumables:0:Capacity=9", "--set", "Consumables:0:DrawnBy:0=pump-water"]);

        (result.ExitCode, result.Error).Should().Be((0, ""), result.Out);
        var told = JsonDocument.Parse(result.Out).RootElement;
        told.GetProperty("unfinished").GetInt32().Should().BeInRange(0, 3);
        told.GetProperty("labHours").GetProperty("middle").GetDouble().Should().BeInRange(0.1, 2);
        told.GetProperty("instruments").EnumerateArray().Should().HaveCount(7);
        told.GetProperty("consumables")[0].GetProperty("drawn").GetProperty("middle").GetDouble().Should().BeGreaterThan(1);
        told.GetProperty("bottleneck").GetString().Should().NotBeNullOrEmpty();
        Directory.Exists(folder.At(".lab")).Should().BeFalse("nothing is put on record");
    }

    private static async Task DoneAsync(LabProcess run, string said, TemporaryFolder folder, params string[] words)
    {
        var result = await LabProcess.RunAsync(folder.Path, ["queue", .. words]);
        (result.ExitCode, result.Error).Should().Be((0, ""), $"{string.Join(' ', words)}\n{run.Out}\n{run.Error}");
        result.Out.Should().Contain(said);
    }

    /// <summary>Until nothing of a held campaign is under way any more; the number of its trials.</summary>
    private static async Task<int> RestAsync(LabProcess run, TemporaryFolder folder, string campaign)
    {
        JsonElement list = default;
        await UntilAsync(run, () => (list = ListAsync(folder, campaign).GetAwaiter().GetResult()).GetProperty("waiting").EnumerateArray().All(trial => !trial.GetProperty("begun").GetBoolean()));
        list.GetProperty("held").GetBoolean().Should().BeTrue();
        return list.GetProperty("trials").GetInt32();
    }

    private static async Task EndAsync(LabProcess run, TemporaryFolder folder, string campaign, int trials)
    {
        await DoneAsync(run, $"{campaign}: at most {trials} trials", folder, "edit", campaign, "--trials", trials.ToString(CultureInfo.InvariantCulture), "--by", "Ada");
        await DoneAsync(run, $"{campaign} is let go", folder, "unhold", campaign, "--by", "Ada");
    }

    private static async Task<JsonElement> ListAsync(TemporaryFolder folder, string campaign) =>
        JsonDocument.Parse((await LabProcess.RunAsync(folder.Path, "queue", "--json")).Out).RootElement.EnumerateArray().First(one => one.GetProperty("campaign").GetString() == campaign);

    private static LabEvent[] Record(TemporaryFolder folder, string campaign)
    {
        using var ledger = Ledger.OpenForReading(Laboratory.LedgerIn(folder.At(".lab")));
        return [.. ledger.Read(campaign).Select(entry => entry.Event)];
    }

    private static async Task UntilAsync(LabProcess run, Func<bool> holds)
    {
        var began = Stopwatch.StartNew();
        while (!holds())
        {
            if (run.HasEnded || began.Elapsed > Patience) throw new TimeoutException($"it did not come to that\n{run.Out}\n{run.Error}");
            await Task.Delay(100);
        }
    }
}
