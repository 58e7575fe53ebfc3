namespace LabAutomation.SystemTests.Lab;

/// <summary>Campaigns that a person pauses, aborts or stops, and what becomes of them.</summary>
public sealed class InterruptedCampaignTests
{
    [Fact]
    public async Task Ctrl_C_pauses_at_the_checkpoint_says_how_to_resume_and_resume_goes_on()
    {
        using var folder = new TemporaryFolder();
        using var lab = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--trials", "5");
        await lab.UntilItSaysAsync("trial   2");
        lab.Interrupt();

        var paused = await lab.EndAsync();
        paused.ExitCode.Should().Be(5, paused.Out + paused.Error);
        paused.Out.Should().Contain("lab resume colour-match-1");

        var resumed = await LabProcess.RunAsync(folder.Path, "resume");
        resumed.ExitCode.Should().Be(7, resumed.Out + resumed.Error);
        resumed.Out.Should().Contain("trial   5");
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
        listed.Out.Should().MatchRegex("Abort(ing|ed): the interlock was tripped by Ada: smoke", listed.Error);
        var refused = await LabProcess.RunAsync(folder.Path, "resume");
        refused.ExitCode.Should().NotBe(0);
        refused.Error.Should().Contain("was stopped").And.Contain("tripped by Ada: smoke").And.Contain("--clear").And.NotContain("   at ");
        (await LabProcess.RunAsync(folder.Path, "resume", "--clear", " ", "--by", "Grace")).Error.Should().Contain("--clear needs the reason");

        var resumed = await LabProcess.RunAsync(folder.Path, "resume", "--clear", "it was a candle", "--by", "Grace");
        resumed.Out.Should().Contain("trial   5", resumed.Error);
        (await LabProcess.RunAsync(folder.Path, "instruments")).Out.Should().NotContain("Abort");
    }

    [Fact]
    public async Task A_pause_now_by_command_rests_in_the_midst_of_a_trial_and_finish_ends_it_in_order()
    {
        using var folder = new TemporaryFolder();
        using (var lab = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--planner", "sobol", "--set", "Simulation:Speed=10"))
        {
            await lab.UntilItSaysAsync("trial   1");
            await LabDoes(folder, "rests as soon as what is under way in trial", "pause", "--now", "--by", "Ada", "--why", "a visitor");
            (await lab.EndAsync()).ExitCode.Should().Be(5, lab.Out + lab.Error);
        }

        (await LabProcess.RunAsync(folder.Path, "queue")).Out.Should().Contain("paused: asked for by Ada: a visitor").And.Contain("colour-match-1/2  at '", "its trial is not over");
        using var resumed = LabProcess.Start(folder.Path, "resume", "--set", "Simulation:Speed=4");     // slow enough for three commands within a trial
        await resumed.UntilItSaysAsync("trial   2");
        await LabDoes(folder, "colour-match-1 rests when trial 3 has ended", "pause");
        await LabDoes(folder, "colour-match-1 goes on, and does not rest", "resume");
        await LabDoes(folder, "colour-match-1 begins no more trials, and ends when trial 3 has ended", "finish", "colour-match-1", "--by", "Ada");
        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "resume"), 8, "colour-match-1 does not rest, and is not about to", "is in use by another lab program");

        (await resumed.EndAsync()).ExitCode.Should().Be(7, resumed.Out + resumed.Error);
        resumed.Out.Should().Contain("colour-match-1: ended: finished, as was asked for by Ada, 3 trials");
    }

    [Fact]
    public async Task A_halt_by_command_leaves_everything_as_it_is_until_a_person_clears_it_and_an_abort_then_cleans_up()
    {
        using var folder = new TemporaryFolder();
        using (var lab = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--planner", "sobol", "--set", "Simulation:Speed=10"))
        {
            await lab.UntilItSaysAsync("trial   1");
            await LabDoes(folder, "colour-match-1: nothing begins, nothing is cleaned up", "halt", "--by", "Ada", "--why", "smoke");
            (await lab.EndAsync()).ExitCode.Should().Be(5, lab.Out + lab.Error);
        }

        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "halt", "--why", "again"), 2, "no lab runs on this data directory");
        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "pause"), 2, "nothing of it moves");
        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "resume"), 10, "was stopped");
        await LabDoes(folder, "colour-match-1 is to end", "abort", "colour-match-1", "--by", "Ada", "--why", "enough");
        var cleared = await LabProcess.RunAsync(folder.Path, "resume", "--clear", "it was a candle", "--by", "Grace");
        cleared.ExitCode.Should().Be(6, cleared.Out + cleared.Error);
        EffectCount.OfDevices(folder.At(".lab"))["drain"].Should().Be(2, "the halted trial is cleaned up at last");
    }

    private static async Task LabDoes(TemporaryFolder folder, string said, params string[] words)
    {
        var result = await LabProcess.RunAsync(folder.Path, words);
        (result.ExitCode, result.Error).Should().Be((0, ""), string.Join(' ', words));
        result.Out.Should().Contain(said);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
