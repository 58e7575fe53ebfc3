using System.Text.Json;
using LabAutomation.Lab;
using LabAutomation.Tests.House;
using LabAutomation.Tests.Learning.Backtesting;

namespace LabAutomation.Tests.Lab;

/// <summary>What is known of a suggestion is said in every form: the row that it is, the trial most like it, what matters.</summary>
public sealed class SuggestionWordingTests
{
    [Fact]
    public async Task Of_every_suggestion_in_words_in_json_and_in_columns()
    {
        // The first row is no trial: lines of the file and numbers of trials are two things.
        var tried = File.ReadAllLines(Repository.At("docs", "examples", "recipes-tried.csv"));
        using var file = new ScratchFile("rows.csv", string.Join('\n', [tried[0], "R01,0,0,100,long,,,abandoned", .. tried[1..]]));
        string[] candidates = File.ReadAllLines(Repository.At("campaigns", "recipes.csv"));

        var table = await Said(file.Path);
        var suggestion = JsonDocument.Parse(await Said(file.Path, "--json")).RootElement.GetProperty("suggestions")[0];
        var cells = (await Said(file.Path, "--format", "csv")).Split('\n').Take(2).Select(row => row.Trim().Split(',')).ToArray();

        var (candidate, nearest) = (suggestion.GetProperty("candidate").GetInt32(), suggestion.GetProperty("nearest"));
        var (line, distance) = (nearest.GetProperty("line").GetInt32(), nearest.GetProperty("distance").GetDouble());
        string[] matters = [.. suggestion.GetProperty("matters").EnumerateArray().Select(one => one.GetString()!)];
        candidates[candidate + 1].Split(',')[4].Should().Be(suggestion.GetProperty("parameters").GetProperty("mixing").GetString());
        line.Should().Be(nearest.GetProperty("told").GetInt32() + 2);
        distance.Should().BePositive();
        matters.Should().NotBeEmpty().And.BeSubsetOf(["cyan", "magenta", "yellow", "mixing"]);
        table.Should().Contain(FormattableString.Invariant($"\n1: candidate {candidate}, counted from 0; most like it is line {line}, {distance:G2} away where the range of a parameter is 1; what makes most difference: {string.Join(", ", matters)}"));
        (Cell("candidate"), Cell("nearest_line"), Cell("nearest_distance"), Cell("matters")).Should()
            .Be((suggestion.GetProperty("candidate").GetRawText(), nearest.GetProperty("line").GetRawText(), nearest.GetProperty("distance").GetRawText(), string.Join(' ', matters)));

        string Cell(string column) => cells[1][Array.IndexOf(cells[0], column)];
    }

    private static async Task<string> Said(string observations, params string[] form)
    {
        var (terminal, output, error) = Terminals.Captured();
        (await LabProgram.RunAsync(["suggest", Repository.At("campaigns", "recipes.yaml"), "--observations", observations, .. form], terminal)).Should().Be(0, error.ToString());
        return output.ToString();
    }
}
