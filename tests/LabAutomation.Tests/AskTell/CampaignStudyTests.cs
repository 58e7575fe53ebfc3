using LabAutomation.Agents.AskTell;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Tests.House;
using LabAutomation.Tests.Learning.Backtesting;

namespace LabAutomation.Tests.AskTell;

public sealed class CampaignStudyTests
{
    private static readonly CampaignPlan Plan = CampaignFile.Load(Repository.At("campaigns", "colour-match.yaml"));

    [Fact]
    public void Rows_become_trials_in_the_campaigns_units_and_an_empty_objective_is_a_failure()
    {
        using var file = new ScratchFile("rows.csv", "yellow (uL),note,cyan (mL),magenta,colour_difference\n100,good,0.2,0.3,12.5\n\"200\",bad,0,0.1,\n");

        var measured = CampaignStudy.Read(Plan, file.Path);

        measured.Study.Trials.Select(trial => string.Join(' ', trial.Point.Coordinates.Select(value => Math.Round(value, 9)))).Should().Equal("0.2 0.3 0.1", "0 0.1 0.2");
        measured.Study.Trials[0].Values!["colour_difference"].Should().Be(12.5);
        measured.Study.Trials[1].Values.Should().BeNull();
        measured.Notes.Should().ContainSingle().Which.Should().Contain("note");
        measured.Study.Problem.Seed.Should().Be(7);
    }

    [Fact]
    public void What_the_program_exports_can_be_read_back()
    {
        using var file = new ScratchFile("rows.csv", "trial,cyan (mL),magenta (mL),yellow (mL),colour_L,colour_difference,failed,started_at,ended_at\r\n1,0.1,0.2,0.3,50,7,,2026-01-01T00:00:00.000Z,2026-01-01T00:01:00.000Z\r\n2,0.1,0.2,0.4,,,\"clogged, again\",2026-01-01T00:00:00.000Z,2026-01-01T00:01:00.000Z\r\n");

        CampaignStudy.Read(Plan, file.Path).Study.Trials.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("cyan,magenta,yellow\n0.1,0.1,0.1\n", "line 1, column 'colour_difference': there is no such column; needed are cyan, magenta, yellow, colour_difference")]
    [InlineData("cyan,magenta,colour_difference\n0.1,0.1,3\n", "line 1, column 'yellow': there is no such column")]
    [InlineData("cyan,cyan (mL),magenta,yellow,colour_difference\n0,0,0,0,0\n", "line 1, column 'cyan (mL)': 'cyan' stands in two columns")]
    [InlineData("cyan (s),magenta,yellow,colour_difference\n0,0,0,0\n", "line 1, column 'cyan (s)': 'cyan' is given in s, which is not what mL measures")]
    [InlineData("cyan (spoons),magenta,yellow,colour_difference\n0,0,0,0\n", "line 1, column 'cyan (spoons)': 'spoons' is not a unit")]
    [InlineData("cyan,magenta,yellow,colour_difference\n0.1,0.1,0.1,3\n0.1,0.9,0.1,3\n", "line 3, column 'magenta': parameter 'magenta' is 0.9; its range is 0 to 0.8")]
    [InlineData("cyan,magenta,yellow,colour_difference\n0.1,0.1,0.1,3\n0.1,much,0.1,3\n", "line 3, column 'magenta': 'much' is not a number")]
    [InlineData("cyan,magenta,yellow,colour_difference\n0.1,,0.1,3\n", "line 2, column 'magenta': the cell is empty")]
    [InlineData("cyan,magenta,yellow,colour_difference\n0.1,0.1,0.1,NaN\n", "line 2, column 'colour_difference': 'NaN' is no measured value")]
    [InlineData("\uFEFFcyan,magenta,yellow,colour_difference\r\n0.1,0.1,0.1,3\r\n0.1,Infinity,0.1,3\r\n", "line 3, column 'magenta': parameter 'magenta' is Infinity; it must be a finite number")]
    [InlineData("cyan,magenta,yellow,colour_difference\n0.1,0.1,0.1,lots\n", "line 2, column 'colour_difference': 'lots' is no measured value")]
    [InlineData("cyan,magenta,yellow,colour_difference\n0.1,0.1,0.1\n", "line 2: the row has 3 cells; the header names 4 columns")]
    [InlineData("cyan;magenta;yellow;colour_difference\n0,1;0,1;0,1;3\n", "line 1: its columns are separated by semicolons")]
    [InlineData("", "the file is empty")]
    public void A_wrong_table_is_refused_with_file_line_and_column(string csv, string complaint)
    {
        using var file = new ScratchFile("rows.csv", csv);

        FluentActions.Invoking(() => CampaignStudy.Read(Plan, file.Path)).Should().Throw<DataSetException>().WithMessage($"{file.Path}*{complaint}*");
    }

    [Fact]
    public void Rows_that_were_not_measured_yet_are_no_rows()
    {
        using var file = new ScratchFile("rows.csv", "cyan,magenta,yellow,colour_difference\n");

        var (_, proposals) = CampaignStudy.Read(Plan, file.Path).Study.Ask(2);

        proposals.Select(proposal => proposal.Reason).Should().Equal("initial point 1 of 8", "initial point 2 of 8");
    }
}
