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
    public async Task The_first_result_comes_within_five_seconds()
    {
        using var folder = new TemporaryFolder();
        var began = Stopwatch.StartNew();

        using var lab = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch);
        await lab.UntilItSaysAsync("trial   1");

        began.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(15), "the bound of five seconds is the benchmark's; this one only catches a stall");
    }

    [Fact]
    public async Task List_show_export_and_report_tell_of_the_same_campaign()
    {
        using var folder = new TemporaryFolder();
        (await LabProcess.RunAsync(folder.Path, "run", LabProcess.ColourMatch, "--trials", "3", "--json")).ExitCode.Should().Be(7);

        (await LabProcess.RunAsync(folder.Path, "list")).Out.Should().Contain("colour-match-1").And.Contain("3/3");
        (await LabProcess.RunAsync(folder.Path, "show", "colour-match-1", "--trial", "2")).Out.Should().Contain("pump-cyan.dispense").And.Contain("spectrum");
        (await LabProcess.RunAsync(folder.Path, "explain", "2")).Out.Should().StartWith("colour-match-1 trial 2: cyan ").And.Contain("the planner is told its results: ").And.EndWith("no action of it went wrong, and no rule had to act\n");
        (await LabProcess.RunAsync(folder.Path, "explain", "4", "colour-match-1")).Should().Match<LabResult>(result => result.ExitCode == 12 && result.Error.Contains("has 3 trials and no trial 4"));
        (await LabProcess.RunAsync(folder.Path, "export", "--format", "json")).Out.Should().Contain("absorbance");
        var csv = (await LabProcess.RunAsync(folder.Path, "export")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        csv.Should().HaveCount(4);
        csv[0].Should().StartWith("trial,cyan (mL),magenta (mL),yellow (mL)");
        (await LabProcess.RunAsync(folder.Path, "report", "--out", "here.html")).ExitCode.Should().Be(0);
        (await File.ReadAllTextAsync(folder.At("here.html"))).Should().Contain("Whether to go on").And.Contain("How far the model of colour_difference can be trusted");
        (await LabProcess.RunAsync(folder.Path, "diagnose", "colour-match-1")).Out.Should().Contain("3 trials").And.Contain("Too early to say");
    }
}
