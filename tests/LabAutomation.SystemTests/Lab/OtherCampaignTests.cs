namespace LabAutomation.SystemTests.Lab;

/// <summary>Campaigns with several objectives, with models and on a beamline.</summary>
public sealed class OtherCampaignTests
{
    [Fact]
    public async Task A_campaign_of_two_objectives_and_a_limit_ends_in_trade_offs_and_its_table_can_be_gone_on_with()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(LabProcess.Root, "campaigns", "bright-match.yaml");

        var result = await LabProcess.RunAsync(folder.Path, "run", file, "--trials", "14");

        (result.ExitCode, result.Error).Should().Be((0, ""), result.Out);
        result.Out.Should().Contain("minimise colour_difference and maximise colour_L, keeping colour_a at most 0").And.Contain("trade-off: trial");
        (await File.ReadAllTextAsync(folder.At(".lab", "reports", "bright-match-1.html"))).Should().Contain("<h2>Trade-offs</h2>").And.NotContain("http://");
        (await LabProcess.RunAsync(folder.Path, "show")).Out.Should().Contain("trade-offs: trials ");
        var shown = System.Text.Json.JsonDocument.Parse((await LabProcess.RunAsync(folder.Path, "show", "--json")).Out).RootElement.GetProperty("campaign");
        var tradeOffs = shown.GetProperty("tradeOffs").EnumerateArray().Select(trial => trial.GetProperty("outputs")).ToArray();
        tradeOffs.Should().HaveCountGreaterThan(2).And.OnlyContain(outputs => outputs.GetProperty("colour_a").GetProperty("value").GetDouble() <= 0);

        folder.Write("rows.csv", (await LabProcess.RunAsync(folder.Path, "export")).Out);
        var next = await LabProcess.RunAsync(folder.Path, "suggest", file, "--observations", "rows.csv");
        (next.ExitCode, next.Error).Should().Be((0, ""));
        next.Out.Should().Contain("14 trials").And.Contain("colour_L expected").And.Contain("colour_a expected").And.Contain("keeps the limits with probability");
    }

    [Fact]
    public async Task A_model_reads_the_spectra_and_the_campaign_itself_becomes_a_model()
    {
        using var folder = new TemporaryFolder();

        var result = await LabProcess.RunAsync(folder.Path, "run", Path.Combine(LabProcess.Root, "campaigns", "brightness.yaml"));

        (result.ExitCode, result.Error).Should().Be((0, ""), result.Out);
        result.Out.Should().Contain("model spectrum-to-xyz 1.0 on cpu").And.Contain("goal reached");
        (await LabProcess.RunAsync(folder.Path, "show", "--trial", "1")).Out.Should().Contain("by model spectrum-to-xyz 1.0 on cpu").And.Contain("brightness = ");
        (await File.ReadAllTextAsync(folder.At(".lab", "reports", "brightness-1.html"))).Should().Contain("spectrum-to-xyz 1.0 on cpu, SHA-256 ");

        var exported = await LabProcess.RunAsync(folder.Path, "export-model", "--candidates", "20000", "--best", "3");
        (exported.ExitCode, exported.Error).Should().Be((0, ""), exported.Out);
        exported.Out.Should().Contain("agrees with the planner's model").And.Contain("among 20000 trials");
        (await LabProcess.RunAsync(folder.Path, "model", "check", folder.At(".lab", "models"))).Out.Should().Contain("brightness-brightness").And.Contain("1 model passed, 0 refused");
    }

    [Fact]
    public async Task Attenuator_and_stage_are_moved_to_where_more_pulses_are_hits()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["run", Path.Combine(LabProcess.Root, "campaigns", "hit-rate.yaml"), "--trials", "12", "--config", Path.Combine(LabProcess.Root, "campaigns", "beamline.lab.json"), "--set", "Simulation:Speed=200"];

        using var lab = LabProcess.StartAsTyped(folder.Path, command, new Dictionary<string, string?>());
        var result = await lab.EndAsync();

        (result.ExitCode, result.Error).Should().Be((0, ""), result.Out);
        result.Out.Should().Contain("model bragg-peaks 1.0 on cpu");
        using var shown = LabProcess.StartAsTyped(folder.Path, ["show", "--json", "--data", folder.At(".lab", "beamline")], new Dictionary<string, string?>());
        var trials = System.Text.Json.JsonDocument.Parse((await shown.EndAsync()).Out).RootElement.GetProperty("trials").EnumerateArray()
            .Select(trial => trial.GetProperty("outputs").GetProperty("hit_rate").GetProperty("value").GetDouble()).ToArray();
        trials.Should().HaveCount(12, result.Out);
        trials.Max().Should().BeGreaterThan(0.4, "most pulses hit a crystal where jet and weak beam meet").And.BeGreaterThan(trials.Min());
        trials[10..].Average().Should().BeGreaterThan(trials[..10].Average(), "after ten trials that are spread evenly the planner knows where to go");
    }
}
