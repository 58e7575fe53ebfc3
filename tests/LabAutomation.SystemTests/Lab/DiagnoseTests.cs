using System.Text.Json;

namespace LabAutomation.SystemTests.Lab;

/// <summary>The program <c>lab diagnose</c>, from outside.</summary>
public sealed class DiagnoseTests
{
    private static readonly string Started = Path.Combine(LabProcess.Root, "docs", "examples", "started.csv");

    [Fact]
    public async Task A_campaign_file_alone_is_checked_before_anything_is_spent()
    {
        using var folder = new TemporaryFolder();
        var tight = folder.Write("tight.yaml", (await File.ReadAllTextAsync(LabProcess.ColourMatch)).Replace("trials: 40", "trials: 5", StringComparison.Ordinal));

        var sound = await LabProcess.RunAsync(folder.Path, "diagnose", LabProcess.ColourMatch);
        var spent = await LabProcess.RunAsync(folder.Path, "diagnose", tight);

        (sound.ExitCode, sound.Error).Should().Be((0, ""));
        sound.Out.Should().Contain("0 trials").And.Contain("Health: nothing is wrong").And.NotContain("Calibration");
        spent.Out.Should().Contain("warning: the number of trials: 5 trials for 3 parameters");
        Directory.Exists(folder.At(".lab")).Should().BeFalse("no lab is needed");
    }

    [Fact]
    public async Task With_observations_all_of_it_is_told_and_both_forms_agree()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["diagnose", LabProcess.ColourMatch, "--observations", Started];

        var table = await LabProcess.RunAsync(folder.Path, command);
        var json = await LabProcess.RunAsync(folder.Path, [.. command, "--json", "--confidence", "0.9"]);

        (table.ExitCode, table.Error).Should().Be((0, ""));
        table.Out.Should().Contain("12 trials, 1 of them failed").And.Contain("Calibration: ").And.Contain("importance of").And.Contain("Recommended: cyan ");
        var diagnosis = JsonDocument.Parse(json.Out).RootElement;
        table.Out.Should().Contain(diagnosis.GetProperty("quantities")[0].GetProperty("calibration").GetProperty("verdict").GetString());
        diagnosis.GetProperty("stopping").GetProperty("confidence").GetDouble().Should().Be(0.9);
        diagnosis.GetProperty("stopping").GetProperty("goal_reachable").ValueKind.Should().Be(JsonValueKind.Number);
    }

    [Theory]
    [InlineData(2, "--confidence lies above 0.5 and below 1, not 1", "--confidence", "1")]
    [InlineData(2, "--tolerance is a number above 0, not -1", "--tolerance", "-1")]
    [InlineData(13, "nowhere.csv", "--observations", "nowhere.csv")]
    public async Task What_makes_no_sense_is_refused(int code, string complaint, params string[] options)
    {
        using var folder = new TemporaryFolder();

        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, ["diagnose", LabProcess.ColourMatch, .. options]), code, complaint);
    }

    [Fact]
    public async Task Without_a_record_there_is_nothing_to_diagnose_and_observations_need_a_file()
    {
        using var folder = new TemporaryFolder();

        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "diagnose", "colour-match-1"), 12, "there is no record");
        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "diagnose", "colour-match-1", "--observations", Started), 2, "--observations belongs to a campaign file");
    }
}
