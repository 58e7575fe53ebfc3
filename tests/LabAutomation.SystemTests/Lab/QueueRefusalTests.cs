using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Protocol;

namespace LabAutomation.SystemTests.Lab;

/// <summary>What the commands answer where a campaign cannot begin, be added or be taken up as things stand; nothing is on record then that was not before.</summary>
public sealed class QueueRefusalTests
{
    private static string Synthesis => Path.Combine(LabProcess.Root, "campaigns", "a-lab.yaml");

    [Fact]
    public async Task A_campaign_that_does_not_fit_or_that_nobody_may_add_is_refused_by_the_lab_that_runs()
    {
        using var folder = new TemporaryFolder();
        using var lab = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--planner", "sobol", "--set", "Simulation:Speed=20", "--set", "Policy:Queue:Operators:0=Ada");
        await lab.UntilItSaysAsync("trial   1");
        var text = await File.ReadAllTextAsync(LabProcess.ColourMatch);
        folder.Write("strange.yaml", text.Replace("instrument: stirrer", "instrument: shaker", StringComparison.Ordinal).Replace("stirrer, spectrometer]", "shaker, spectrometer]", StringComparison.Ordinal));
        folder.Write("broken.yaml", text.Replace("minimise:", "minimize:", StringComparison.Ordinal));

        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "queue", "add", "strange.yaml", "--by", "Ada"), 2, "strange.yaml:", "'shaker'");
        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "queue", "add", "broken.yaml", "--by", "Ada"), 3, "broken.yaml:", "minimize");
        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "queue", "add", "nowhere.yaml", "--by", "Ada"), 3, "nowhere.yaml");
        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "queue", "add", LabProcess.ColourMatch, "--by", "Eve"), 2, "Eve is not among those who may change the queue (Ada)");
        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "queue", "hold", "another-1", "--by", "Ada"), 2, "no campaign 'another-1' runs here; there are colour-match-1");
        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "abort", "colour-match-1", "--by", "Eve"), 2, "Eve is not among those who may change the queue (Ada)");

        var done = await LabProcess.RunAsync(folder.Path, "abort", "colour-match-1", "--by", "Ada", "--why", "enough");
        (done.ExitCode, done.Out.Trim()).Should().Be((0, "colour-match-1 cleans up, and ends"), done.Error);
        (await lab.EndAsync()).ExitCode.Should().Be(6, lab.Out + lab.Error);
        using var ledger = Ledger.OpenForReading(Laboratory.LedgerIn(folder.At(".lab")));
        ledger.Campaigns().Should().Equal("colour-match-1");
    }

    [Fact]
    public async Task Where_samples_of_another_campaign_stand_in_the_lab_none_begins_and_none_is_taken_up_alone()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At(".lab"));
        var text = await File.ReadAllTextAsync(Synthesis);
        using (var ledger = Ledger.Open(Laboratory.LedgerIn(folder.At(".lab")), TimeProvider.System))
        {
            foreach (var id in new[] { "a-lab-1", "a-lab-2" })
                ledger.Append(id,
                [
                    new CampaignStarted("a-lab.yaml", text, "", 1, "sobol", 8, "a-lab", ImmutableSortedDictionary<string, string>.Empty),
                    new TrialProposed(1, new TrialValues([new("recipe", TrialValue.Of(Quantity.Of(1, "1"))), new("temperature", TrialValue.Of(Quantity.Of(800, "°C")))]), null, null, null, "test"),
                    new CampaignPaused("asked for"),
                ]);
        }

        BadInputTests.Refused(await InAsync(folder, "run", Synthesis), 22, "samples of a-lab-1 and a-lab-2 stand in the lab", "lab resume a-lab-1 a-lab-2");
        BadInputTests.Refused(await InAsync(folder, "resume", "a-lab-1"), 22, "samples of a-lab-2 stand in the lab", "lab resume a-lab-1 a-lab-2");
        using (var ledger = Ledger.OpenForReading(Laboratory.LedgerIn(folder.At(".lab"))))
        {
            ledger.Campaigns().Should().Equal("a-lab-1", "a-lab-2");
            ledger.Read().Should().HaveCount(6, "nothing is on record that was not before");
        }
    }

    private static async Task<LabResult> InAsync(TemporaryFolder folder, params string[] arguments)
    {
        using var lab = LabProcess.StartAsTyped(folder.Path, [.. arguments, "--config", Path.Combine(LabProcess.Root, "campaigns", "a-lab.lab.json"), "--data", folder.At(".lab")], new Dictionary<string, string?>());
        return await lab.EndAsync();
    }
}
