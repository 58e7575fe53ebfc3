using LabAutomation.Agents.AskTell;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Tests.Campaigns;
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
    public void A_row_with_some_of_the_values_is_refused()
    {
        var plan = CampaignTexts.Parse(CampaignTexts.Replace(CampaignTexts.Match, "minimise: colour_difference\n", "minimise: colour_difference\n  keep: [colour_L >= 40]\n"));
        using var file = new ScratchFile("rows.csv", "cyan,magenta,yellow,colour_difference,colour_L\n0,0,0,3,\n");

        FluentActions.Invoking(() => CampaignStudy.Read(plan, file.Path)).Should().Throw<DataSetException>().WithMessage("*line 2, column 'colour_L': the cell is empty, while the row has other values*");
    }

    [Fact]
    public void What_the_program_exports_can_be_read_back()
    {
        using var file = new ScratchFile("rows.csv", "trial,cyan (mL),magenta (mL),yellow (mL),colour_L,colour_difference,failed,started_at,ended_at\r\n1,0.1,0.2,0.3,50,7,,2026-01-01T00:00:00.000Z,2026-01-01T00:01:00.000Z\r\n2,0.1,0.2,0.4,,,\"clogged, again\",2026-01-01T00:00:00.000Z,2026-01-01T00:01:00.000Z\r\n");

        CampaignStudy.Read(Plan, file.Path).Study.Trials.Should().HaveCount(2);
    }

    [Fact]
    public void Running_rows_are_pending_and_abandoned_ones_are_free_again()
    {
        using var file = new ScratchFile("rows.csv", "cyan,magenta,yellow,colour_difference,status\n0.1,0.1,0.1,9,\n0.2,0.1,0.1,8,measured\n0.3,0.1,0.1,,failed\n0.4,0.1,0.1,,running\n0.5,0.1,0.1,,abandoned\n0.6,0.1,0.1,,\n");

        var measured = CampaignStudy.Read(Plan, file.Path);

        measured.Study.Trials.Select(trial => (trial.Point[0], trial.Values is null)).Should().Equal((0.1, false), (0.2, false), (0.3, true), (0.6, true));
        measured.Study.Pending.Select(trial => trial.Point[0]).Should().Equal(0.4);
        measured.Notes.Should().Equal("1 abandoned row is left out");
    }

    [Fact]
    public void A_column_beside_a_value_is_its_standard_deviation()
    {
        using var file = new ScratchFile("rows.csv", "cyan,magenta,yellow,colour_difference,colour_difference_sd\n0.1,0.1,0.1,9,0.5\n0.2,0.1,0.1,8,\n0.3,0.1,0.1,,\n");

        var measured = CampaignStudy.Read(Plan, file.Path);

        measured.Notes.Should().BeEmpty();
        measured.Study.Trials[0].NoiseSds!["colour_difference"].Should().Be(0.5);
        measured.Study.Trials[1].NoiseSds.Should().BeNull();
        measured.Study.Trials[2].Values.Should().BeNull();
    }

    [Fact]
    public void A_row_that_the_campaign_would_not_try_is_learnt_from_and_said()
    {
        using var file = new ScratchFile("rows.csv", "cyan,magenta,yellow,colour_difference\n0.7,0.7,0.7,1\n0.1,0.1,0.1,9\n0.8,0.8,0.1,\n");

        var measured = CampaignStudy.Read(Plan, file.Path);

        measured.Study.Trials.Should().HaveCount(3);
        measured.Notes.Should().Equal("lines 2, 4 are outside of the constraints ('cyan + magenta + yellow <= 1.6 mL' does not hold): learnt from, never recommended");
        measured.Study.Best().Point[0].Should().Be(0.1);
    }

    [Fact]
    public void A_row_that_is_no_candidate_is_learnt_from_and_said()
    {
        var plan = CampaignTexts.Parse(CampaignTexts.Replace(CampaignTexts.Match, "constraints:\n  - cyan + magenta + yellow <= 1.6 mL\n", "candidates: [{ cyan: 0.1 mL, magenta: 0.1 mL, yellow: 0.1 mL }, { cyan: 0.2 mL, magenta: 0.1 mL, yellow: 0.1 mL }]\n"));
        using var file = new ScratchFile("rows.csv", "cyan,magenta,yellow,colour_difference\n0.1,0.1,0.1,9\n0.5,0.1,0.1,3\n");

        var measured = CampaignStudy.Read(plan, file.Path);

        measured.Notes.Should().Equal("line 3 is none of the candidates: learnt from");
        measured.Study.Ask(2).Proposals.Should().ContainSingle().Which.Point[0].Should().Be(0.2);
    }

    [Fact]
    public void A_suggestion_knows_what_is_running()
    {
        const string Rows = "cyan,magenta,yellow,colour_difference,status\n0.1,0.1,0.1,9,\n0.2,0.1,0.5,8,\n0.3,0.4,0.1,12,\n0.4,0.6,0.2,20,\n0.5,0.1,0.1,7,\n0.6,0.2,0.3,5,\n0.7,0.3,0.1,11,\n0.1,0.2,0.7,18,\n";
        using var free = new ScratchFile("rows.csv", Rows);
        var first = CampaignStudy.Read(Plan, free.Path).Study.Ask(1).Proposals[0].Point;
        using var busy = new ScratchFile("rows.csv", Rows + FormattableString.Invariant($"{first[0]:R},{first[1]:R},{first[2]:R},,running\n"));

        var second = CampaignStudy.Read(Plan, busy.Path).Study.Ask(1).Proposals[0].Point;

        Enumerable.Range(0, 3).Sum(d => Math.Abs(first[d] - second[d])).Should().BeGreaterThan(1e-3);
    }

    [Theory]
    [InlineData("{ minimise: colour_difference, keep: [colour_L >= 40], until: { trials: 40 } }", "colour_difference,colour_L", 2)]
    [InlineData("{ reach: { quantity: colour_L, value: 55 }, until: { trials: 40 } }", "colour_L", 1)]
    [InlineData("{ objectives: [{ minimise: colour_difference }, { maximise: colour_L }], keep: [colour_L >= 30], until: { trials: 40 } }", "colour_difference,colour_L", 3)]
    [InlineData("{ learn: colour_L, until: { trials: 40 } }", "colour_L", 1)]
    [InlineData("{ level: { quantity: colour_L, value: 50 }, until: { trials: 40 } }", "colour_L", 1)]
    public void Every_goal_has_a_column_for_each_quantity_and_an_expectation_of_it(string goal, string columns, int expectations)
    {
        var text = CampaignTexts.Match.Split("goal:")[0] + $"goal: {goal}\nparameters:" + CampaignTexts.Match.Split("parameters:")[1];
        var rows = Enumerable.Range(0, 9).Select(k => FormattableString.Invariant($"0.{k % 8},0.{k * 3 % 8},0.{k * 5 % 8},{string.Join(',', columns.Split(',').Select(column => column == "colour_L" ? 60 - 3 * k : 10 + k))}"));
        using var file = new ScratchFile("rows.csv", $"cyan,magenta,yellow,{columns}\n{string.Join('\n', rows)}\n");

        var proposal = CampaignStudy.Read(CampaignTexts.Parse(text), file.Path).Study.Ask(1).Proposals[0];

        proposal.Expected!.Value.Should().HaveCount(expectations);
    }

    [Theory]
    [InlineData("cyan,magenta,yellow,colour_difference,status\n0,0,0,,perhaps\n", "line 2, column 'status': 'perhaps' is no status; a trial is measured, failed, running or abandoned")]
    [InlineData("cyan,magenta,yellow,colour_difference,status\n0,0,0,3,running\n", "line 2, column 'status': the trial is running and has values already")]
    [InlineData("cyan,magenta,yellow,colour_difference,status\n0,0,0,,measured\n", "line 2, column 'colour_difference': the row is said to be measured, and the cell is empty")]
    [InlineData("cyan,magenta,yellow,colour_difference,status\n0,0,0,1.5,failed\n", "line 2, column 'colour_difference': the trial is said to be failed, and has a value")]
    [InlineData("cyan,magenta,yellow,colour_difference,status\n0,0,0,1.5,abandoned\n", "line 2, column 'colour_difference': the trial is said to be abandoned, and has a value")]
    [InlineData("cyan,magenta,yellow,colour_difference (furlong)\n0,0,0,1.5\n", "line 1, column 'colour_difference (furlong)': 'furlong' is not a unit")]
    [InlineData("cyan,magenta,yellow,colour_difference,colour_difference_sd\n0,0,0,1.5,-1\n", "line 2, column 'colour_difference_sd': '-1' is no standard deviation")]
    [InlineData("cyan,magenta,yellow,colour_difference,colour_difference_sd\n0,0,0,,1\n", "line 2, column 'colour_difference_sd': a standard deviation stands beside no value")]
    [InlineData("cyan,magenta,yellow,colour_difference,colour_difference_sd (kg)\n0,0,0,1,1\n", "line 1, column 'colour_difference_sd (kg)': 'colour_difference_sd' is given in kg")]
    [InlineData("cyan,magenta,yellow,colour_difference\r0,0,0,1\r", "line 1: its lines end with carriage returns alone")]
    [InlineData("cyan,magenta,yellow,colour_difference (kg)\n0,0,0,3\n", "line 1, column 'colour_difference (kg)': 'colour_difference' is given in kg")]
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
    [InlineData("cyan\tmagenta\tyellow\tcolour_difference\n0.1\t0.1\t0.1\t3\n", "line 1: its columns are separated by tabs")]
    [InlineData("c\0y\0a\0n\0,\0m\0\n\0", "line 1: it has characters of no text, as UTF-16 without its mark has; save it as UTF-8")]
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

        proposals.Select(proposal => proposal.Reason).Should().Equal("initial point 1 of 5", "initial point 2 of 5");
    }
}
