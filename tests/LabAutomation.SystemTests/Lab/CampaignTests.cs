using System.Diagnostics;

namespace LabAutomation.SystemTests.Lab;

/// <summary>The main job, as a newcomer sees it.</summary>
public sealed class CampaignTests
{
    [Fact]
    public async Task The_colour_match_reaches_its_goal_and_leaves_a_sound_record_and_a_report()
    {
        using var folder = new TemporaryFolder();

        var result = await LabProcess.RunAsync(folder.Path, "run", LabProcess.ColourMatch);

        result.ExitCode.Should().Be(0, result.Out + result.Error);
        result.Out.Should().Contain("goal reached").And.NotContain("\u001b[", "output that is redirected holds no escape codes");
        var report = await File.ReadAllTextAsync(folder.At(".lab", "reports", "colour-match-1.html"));
        report.Should().Contain("<svg").And.Contain("fewer trials than random search").And.NotContain("http://").And.NotContain("https://");
        (await LabProcess.RunAsync(folder.Path, "verify")).Out.Should().StartWith("sound");
        EffectCount.OfDevices(folder.At(".lab")).Should().NotContainKey("spill");
    }

    [Fact]
    public async Task A_campaign_of_two_objectives_and_a_limit_ends_in_trade_offs_and_its_table_can_be_gone_on_with()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(LabProcess.Root, "campaigns", "bright-match.yaml");

        var result = await LabProcess.RunAsync(folder.Path, "run", file);

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
        next.Out.Should().Contain("24 trials").And.Contain("colour_L expected").And.Contain("colour_a expected").And.Contain("keeps the limits with probability");
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
        trials.Should().HaveCount(12);
        trials.Max().Should().BeGreaterThan(0.4, "most pulses hit a crystal where jet and weak beam meet").And.BeGreaterThan(trials.Min());
        trials[10..].Average().Should().BeGreaterThan(trials[..10].Average(), "after ten trials that are spread evenly the planner knows where to go");
    }

    [Fact]
    public async Task The_first_result_comes_within_five_seconds()
    {
        using var folder = new TemporaryFolder();
        var began = Stopwatch.StartNew();

        using var lab = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch);
        await lab.UntilItSaysAsync("trial   1");

        began.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(15), "the bound of five seconds is the benchmark's; this one only catches a stall");
    }

    [Fact]
    public async Task Ctrl_C_pauses_at_the_checkpoint_says_how_to_resume_and_resume_goes_on()
    {
        using var folder = new TemporaryFolder();
        using var lab = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch);
        await lab.UntilItSaysAsync("trial   2");
        lab.Interrupt();

        var paused = await lab.EndAsync();
        paused.ExitCode.Should().Be(5, paused.Out + paused.Error);
        paused.Out.Should().Contain("lab resume colour-match-1");

        var resumed = await LabProcess.RunAsync(folder.Path, "resume");
        resumed.ExitCode.Should().Be(0, resumed.Out + resumed.Error);
    }

    [Fact]
    public async Task A_lab_that_was_stopped_stays_so_over_listing_and_resuming_until_somebody_has_looked()
    {
        using var folder = new TemporaryFolder();
        var port = FreePort();
        (await LabProcess.RunAsync(folder.Path, "account", "add", "operator", "--role", "operator", "--out", "operator.password")).ExitCode.Should().Be(0);
        folder.Write("operator.json", $$"""{ "host": "127.0.0.1", "port": {{port}}, "userName": "operator", "passwordFile": "operator.password" }""");
        using var lab = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--trials", "5", "--set", "Simulation:Speed=20", "--set", $"Broker:Port={port}");
        await lab.UntilItSaysAsync("trial   1");
        var stop = await LabProcess.RunAsync(folder.Path, "stop", "--why", "smoke", "--by", "Ada");
        stop.Out.Should().Contain("7 of 7 safe", stop.Error);
        (await lab.EndAsync()).ExitCode.Should().Be(5);

        var listed = await LabProcess.RunAsync(folder.Path, "instruments");
        listed.Out.Should().Contain("Aborted: the interlock was tripped by Ada: smoke", listed.Error);
        var refused = await LabProcess.RunAsync(folder.Path, "resume");
        refused.ExitCode.Should().NotBe(0);
        refused.Error.Should().Contain("was stopped").And.Contain("tripped by Ada: smoke").And.Contain("--clear").And.NotContain("   at ");
        (await LabProcess.RunAsync(folder.Path, "resume", "--clear", " ")).Error.Should().Contain("--clear needs the reason");

        var resumed = await LabProcess.RunAsync(folder.Path, "resume", "--clear", "it was a candle", "--by", "Grace");
        resumed.Out.Should().Contain("trial   5", resumed.Error);
        (await LabProcess.RunAsync(folder.Path, "instruments")).Out.Should().NotContain("Aborted");
    }

    [Fact]
    public async Task Ctrl_C_twice_aborts_cleans_up_and_says_so()
    {
        using var folder = new TemporaryFolder();
        using var lab = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--set", "Simulation:Speed=10");      // slow enough to press twice within a trial
        await lab.UntilItSaysAsync("colour-match-1:");
        lab.Interrupt();
        await lab.UntilItSaysAsync("pausing");
        lab.Interrupt();

        var aborted = await lab.EndAsync();

        aborted.ExitCode.Should().Be(6, aborted.Out + aborted.Error);
        aborted.Out.Should().Contain("aborted");
        var effects = EffectCount.OfDevices(folder.At(".lab"));
        if (effects.GetValueOrDefault("dispense") > 0) effects.GetValueOrDefault("drain").Should().BeGreaterThanOrEqualTo(1, "what was begun is cleaned up");
    }

    [Fact]
    public async Task List_show_export_and_report_tell_of_the_same_campaign()
    {
        using var folder = new TemporaryFolder();
        (await LabProcess.RunAsync(folder.Path, "run", LabProcess.ColourMatch, "--trials", "3", "--json")).ExitCode.Should().Be(7);

        (await LabProcess.RunAsync(folder.Path, "list")).Out.Should().Contain("colour-match-1").And.Contain("3/3");
        (await LabProcess.RunAsync(folder.Path, "show", "colour-match-1", "--trial", "2")).Out.Should().Contain("pump-cyan.dispense").And.Contain("spectrum");
        (await LabProcess.RunAsync(folder.Path, "export", "--format", "json")).Out.Should().Contain("absorbance");
        var csv = (await LabProcess.RunAsync(folder.Path, "export")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        csv.Should().HaveCount(4);
        csv[0].Should().StartWith("trial,cyan (mL),magenta (mL),yellow (mL)");
        (await LabProcess.RunAsync(folder.Path, "report", "--out", "here.html")).ExitCode.Should().Be(0);
        (await File.ReadAllTextAsync(folder.At("here.html"))).Should().Contain("Whether to go on").And.Contain("How far the model of colour_difference can be trusted");
        (await LabProcess.RunAsync(folder.Path, "diagnose", "colour-match-1")).Out.Should().Contain("3 trials").And.Contain("Too early to say");
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
