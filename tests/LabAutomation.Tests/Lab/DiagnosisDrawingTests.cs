using LabAutomation.Agents.AskTell;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Lab.Reports;
using LabAutomation.Tests.House;
using LabAutomation.Tests.Learning.Backtesting;

namespace LabAutomation.Tests.Lab;

/// <summary>What <c>lab diagnose</c> draws at a terminal.</summary>
public sealed class DiagnosisDrawingTests
{
    private static readonly CampaignPlan Plan = CampaignFile.Load(Repository.At("campaigns", "colour-match.yaml"));

    [Fact]
    public void A_valley_along_one_parameter_is_low_in_the_middle_of_its_curve_and_of_the_map()
    {
        var rows = from a in Enumerable.Range(0, 9) from b in Enumerable.Range(0, 3) select FormattableString.Invariant($"{a / 10.0},{b / 5.0},{0.1 * ((a + 2 * b) % 3) + 0.05:0.##},{Math.Pow(a / 10.0 - 0.4, 2) * 100 + 0.3 * b:0.###}");
        using var file = new ScratchFile("rows.csv", $"cyan,magenta,yellow,colour_difference\n{string.Join('\n', rows)}\n");
        var quantity = CampaignStudy.Read(Plan, file.Path).Study.Diagnose().Quantities[0];

        string[] lines = [.. DiagnosisDrawing.Of(Plan, quantity)];

        var curve = lines.SkipWhile(line => !line.StartsWith("colour_difference by cyan, the rest as recommended", StringComparison.Ordinal)).Skip(1).Take(9).ToArray();
        int[] places = [.. curve.Select(line => line.IndexOf('o', StringComparison.Ordinal))];
        curve[0].Should().StartWith("    0 mL |");
        curve[^1].Should().StartWith("  0.8 mL |");
        places.Should().OnlyContain(place => place > 0);
        places.Min().Should().BeOneOf(places[3], places[4], places[5]);
        places[0].Should().BeGreaterThan(places[4]).And.BeLessThan(curve[0].LastIndexOf('|') + 1);
        var map = lines.SkipWhile(line => !line.StartsWith("colour_difference by cyan (across)", StringComparison.Ordinal)).Skip(1).Take(9).ToArray();
        map.Should().OnlyContain(line => line.Length == map[0].Length);
        map[^1].Split('|')[1][12].Should().Be('0', "the valley is there");
        map[^1].Split('|')[1][0].Should().BeInRange('7', '9');
        lines.Should().ContainSingle(line => line.StartsWith("colour_difference measured (up) beside expected", StringComparison.Ordinal));
    }

    [Fact]
    public void Words_stand_at_a_curve_of_choices()
    {
        var plan = CampaignFile.Load(Repository.At("campaigns", "recipes.yaml"));
        var rows = plan.Candidates!.Value.Where((_, k) => k % 4 == 0).Select(row => FormattableString.Invariant($"{row[0]},{row[1]},{row[2]},{(row[3] == 0 ? "short" : "long")},{20 + row[0] - 8 * row[3]}"));
        using var file = new ScratchFile("rows.csv", $"cyan,magenta,yellow,mixing,colour_difference\n{string.Join('\n', rows)}\n");

        string[] lines = [.. DiagnosisDrawing.Of(plan, CampaignStudy.Read(plan, file.Path).Study.Diagnose().Quantities[0])];

        lines.Should().Contain(line => line.StartsWith("  short |", StringComparison.Ordinal)).And.Contain(line => line.StartsWith("   long |", StringComparison.Ordinal));
    }
}
