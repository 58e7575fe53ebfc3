using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Tests.Learning.Backtesting;
using static LabAutomation.Tests.Campaigns.CampaignTexts;

namespace LabAutomation.Tests.Campaigns;

/// <summary>Parameters whose values are words: with an order, with descriptors, and those on which others depend.</summary>
public sealed class ChoiceFileTests
{
    private const string Solvent = "  solvent: { kind: categorical, choices: [water, ethanol] }\n";

    [Fact]
    public void Words_in_their_order_are_an_ordinal_dimension()
    {
        var plan = Parse(With("  solvent: { kind: ordinal, choices: [water, ethanol] }\n"));

        plan.ToSearchSpace().Dimensions[4].Should().BeOfType<OrdinalDimension>().Which.Choices.Should().Equal("water", "ethanol");
        plan.Check(Births.Bench, Births.NoModels).Where(problem => problem.Message.Contains("solvent")).Should().BeEmpty();
    }

    [Fact]
    public void Descriptors_stand_in_the_file_or_in_a_table_beside_it()
    {
        using var table = new ScratchFile("solvents.csv", "solvent,boiling point,polarity\nbutanol,118,3.9\nethanol,78,5.2\nwater,100,10.2\n");
        var file = Path.Combine(Path.GetDirectoryName(table.Path)!, "small.yaml");
        System.IO.File.WriteAllText(file, With("  solvent: { kind: categorical, choices: [water, ethanol], descriptors: solvents.csv }\n"));

        var inline = Parse(With("  solvent: { kind: categorical, choices: [water, ethanol], descriptors: { ethanol: [78, 5.2], water: [100, 10.2] } }\n"));
        var beside = CampaignFile.Load(file);

        foreach (var plan in new[] { inline, beside, CampaignFile.Parse(beside.Text, beside.File, tables: beside.Tables) })
            plan.ToSearchSpace().Dimensions[4].Should().BeOfType<CategoricalDimension>().Which.Descriptors.Select(row => string.Join(' ', row)).Should().Equal("100 10.2", "78 5.2");
    }

    [Theory]
    [InlineData("descriptors: { water: [100], ethanol: ▸[78, 5.2] }", "'ethanol' of 'solvent' has 2 descriptors and 'water' has 1; all have the same, one or more")]
    [InlineData("descriptors: { water: [100], ▸etanol: [78], ethanol: [78] }", "'solvent' has no choice 'etanol' (did you mean 'ethanol'?)")]
    [InlineData("descriptors: ▸{ water: [100], butanol: [78] }", "'ethanol' has no descriptors (every choice has the same, one or more)", true)]
    [InlineData("descriptors: { water: [▸hot], ethanol: [78] }", "'water' cannot be 'hot' (it is a number)")]
    [InlineData("descriptors: ▸solvents.txt", "'descriptors' cannot be 'solvents.txt' (it is the name of a CSV file beside the campaign file")]
    [InlineData("descriptors: ▸solvents.csv", "there is no table 'solvents.csv' beside the campaign file")]
    public void Wrong_descriptors_are_reported_where_they_are_wrong(string descriptors, string message, bool isOneOfSeveral = false)
    {
        var text = Unmark(With($"  solvent: {{ kind: categorical, choices: [water, ethanol], {descriptors} }}\n"), out var place);

        var problems = Refuse(text).Select(problem => problem.ToString()).ToArray();

        problems.Should().Contain(problem => problem.StartsWith($"test.yaml:{place}: {message}", StringComparison.Ordinal), string.Join('\n', problems));
        if (!isOneOfSeveral) problems.Should().ContainSingle();
    }

    [Theory]
    [InlineData("solvent,b\nwater,100\n", "solvents.csv: column 'solvent': there is no row for the choice 'ethanol'")]
    [InlineData("name,b\nwater,100\n", "solvents.csv:1: column 'solvent': there is no such column, which would name the choices; the file has name, b")]
    [InlineData("solvent,b\nwater,100\nethanol,warm\n", "solvents.csv:3: column 'b': 'warm' is no number; every column beside the choices is a descriptor")]
    [InlineData("solvent,b\nwater,100\nethanol,1\nwater,99\n", "solvents.csv:4: column 'solvent': the choice 'water' stands here for the second time")]
    [InlineData("solvent\nwater\nethanol\n", "solvents.csv:1: there is no column beside the choices")]
    public void A_wrong_table_of_descriptors_is_reported_with_its_line_and_column(string csv, string message)
    {
        using var table = new ScratchFile("solvents.csv", csv);
        var file = Path.Combine(Path.GetDirectoryName(table.Path)!, "small.yaml");
        System.IO.File.WriteAllText(file, With("  solvent: { kind: categorical, choices: [water, ethanol], descriptors: solvents.csv }\n"));

        FluentActions.Invoking(() => CampaignFile.Load(file)).Should().Throw<CampaignFileException>().Which.Problems.Should().ContainSingle().Which.ToString().Should().Contain(message);
    }

    private static string With(string solvent) => CampaignTexts.Replace(Small, Solvent, solvent);
}
