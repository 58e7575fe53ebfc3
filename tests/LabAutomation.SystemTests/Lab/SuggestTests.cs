using System.Text.Json;

namespace LabAutomation.SystemTests.Lab;

/// <summary>The program <c>lab suggest</c>, from outside.</summary>
public sealed class SuggestTests
{
    private static readonly string Started = Path.Combine(LabProcess.Root, "docs", "examples", "started.csv");

    [Fact]
    public async Task A_table_says_what_to_try_what_to_expect_and_why()
    {
        using var folder = new TemporaryFolder();

        var result = await LabProcess.RunAsync(folder.Path, "suggest", LabProcess.ColourMatch, "--observations", Started, "--count", "2");

        (result.ExitCode, result.Error).Should().Be((0, ""));
        result.Out.Should().Contain("12 trials, 1 of them failed").And.Contain("colour_difference expected").And.Contain(" ± ").And.Contain("the best place known");
        var lines = result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Where(line => line.StartsWith("warning: ", StringComparison.Ordinal)).Should().HaveCount(lines.Length - 7);
        lines[^1].Should().StartWith("Go on: the goal of 2 can be reached with probability");
        Directory.Exists(folder.At(".lab")).Should().BeFalse("no lab is needed");
    }

    [Fact]
    public async Task What_is_running_is_said_and_makes_other_suggestions()
    {
        using var folder = new TemporaryFolder();
        var running = Path.Combine(LabProcess.Root, "docs", "examples", "running.csv");

        var alone = await LabProcess.RunAsync(folder.Path, "suggest", LabProcess.ColourMatch, "--observations", Started, "--format", "csv");
        var beside = await LabProcess.RunAsync(folder.Path, "suggest", LabProcess.ColourMatch, "--observations", running, "--format", "csv");

        beside.Out.Should().NotBe(alone.Out);
        (await LabProcess.RunAsync(folder.Path, "suggest", LabProcess.ColourMatch, "--observations", running)).Out.Should().Contain("12 trials, 1 of them failed, 2 running");
    }

    [Fact]
    public async Task All_forms_say_the_same_and_the_seed_counts()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["suggest", LabProcess.ColourMatch, "--observations", Started, "--count", "2"];

        var csv = await LabProcess.RunAsync(folder.Path, [.. command, "--format", "csv"]);
        var json = await LabProcess.RunAsync(folder.Path, [.. command, "--json"]);
        var other = await LabProcess.RunAsync(folder.Path, [.. command, "--format", "json", "--seed", "8"]);

        var rows = csv.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(row => row.Split(',')).ToArray();
        rows[0][..6].Should().Equal("cyan (mL)", "magenta (mL)", "yellow (mL)", "colour_difference_mean", "colour_difference_sd", "acquisition");
        var suggestions = JsonDocument.Parse(json.Out).RootElement.GetProperty("suggestions");
        suggestions.GetArrayLength().Should().Be(2).And.Be(rows.Length - 1);
        for (var k = 0; k < 2; k++)
        {
            rows[k + 1][0].Should().Be(suggestions[k].GetProperty("parameters").GetProperty("cyan").GetProperty("value").GetRawText());
            rows[k + 1][3].Should().Be(suggestions[k].GetProperty("mean").GetRawText());
        }
        JsonDocument.Parse(other.Out).RootElement.GetProperty("seed").GetInt32().Should().Be(8);
    }

    [Theory]
    [InlineData("cyan,magenta,yellow\n0,0,0\n", "rows.csv, line 1, column 'colour_difference'")]
    [InlineData("cyan,magenta,yellow,colour_difference\n0,0,9,1\n", "rows.csv, line 2, column 'yellow': parameter 'yellow' is 9; its range is 0 to 0.8")]
    [InlineData("cyan,magenta,yellow,colour_difference\n0,0,0,1\n0,0,1\n", "rows.csv, line 3")]
    public async Task A_wrong_table_is_refused_by_place(string csv, string complaint)
    {
        using var folder = new TemporaryFolder();
        folder.Write("rows.csv", csv);

        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "suggest", LabProcess.ColourMatch, "--observations", "rows.csv"), 13, complaint);
    }

    [Theory]
    [InlineData(13, "nowhere.csv", "nowhere.csv", "--observations", "nowhere.csv")]
    [InlineData(2, "--observations", "is required")]
    [InlineData(2, "--count", "1 to 1000", "--observations", "nowhere.csv", "--count", "0")]
    [InlineData(2, "--seed", "-1", "--observations", "nowhere.csv", "--seed", "-1")]
    public async Task A_command_that_makes_no_sense_is_refused(int code, string complaint, string other, params string[] options)
    {
        using var folder = new TemporaryFolder();

        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, ["suggest", LabProcess.ColourMatch, .. options]), code, complaint, other);
    }

    [Fact]
    public async Task A_finite_campaign_that_was_measured_through_has_nothing_left()
    {
        using var folder = new TemporaryFolder();
        var campaign = folder.Write("small.yaml", File.ReadAllText(LabProcess.ColourMatch)
            .Replace("cyan:    { kind: real, low: 0 mL, high: 0.8 mL }", "cyan:    { kind: discrete, values: [0.1 mL, 0.2 mL] }", StringComparison.Ordinal)
            .Replace("magenta: { kind: real, low: 0 mL, high: 0.8 mL }", "magenta: { kind: discrete, values: [0.1 mL, 0.2 mL] }", StringComparison.Ordinal)
            .Replace("yellow:  { kind: real, low: 0 mL, high: 0.8 mL }", "yellow:  { kind: discrete, values: [0.1 mL, 0.2 mL] }", StringComparison.Ordinal));
        var rows = from c in new[] { 0.1, 0.2 } from m in new[] { 0.1, 0.2 } from y in new[] { 0.1, 0.2 } select FormattableString.Invariant($"{c},{m},{y},{c + m + y}");
        folder.Write("rows.csv", $"cyan,magenta,yellow,colour_difference\n{string.Join('\n', rows)}\n");

        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "suggest", campaign, "--observations", "rows.csv"), 13, "nothing is left to suggest");
    }
}
