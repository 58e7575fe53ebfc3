using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Learning.Sessions;
using LabAutomation.Tests.House;
using LabAutomation.Tests.Learning.Backtesting;
using static LabAutomation.Tests.Campaigns.CampaignTexts;

namespace LabAutomation.Tests.Campaigns;

/// <summary>Campaigns whose recipes add up, have few parts, or are a list.</summary>
public sealed class RecipeFileTests
{
    private const string Constraints = "constraints:\n  - cyan + magenta + yellow <= 1.6 mL\n";
    private const string Listed = "candidates:\n  - { cyan: 0.1 mL, magenta: 200 uL, yellow: 0 mL }\n  - { cyan: 0.3 mL, magenta: 0 mL, yellow: 0.5 mL }\n  - { yellow: 0.7 mL, magenta: 0.1 mL, cyan: 0.2 mL }\n";

    [Fact]
    public void Candidates_are_the_only_recipes_and_none_is_proposed_twice()
    {
        var plan = Parse(With(Listed));

        var (study, proposals) = Study.Open(Planners.Problem(plan)).Ask(3);

        proposals.Select(proposal => plan.ToValues(proposal.Point).ToString()).Should().BeEquivalentTo(
            "cyan 0.1 mL, magenta 0.2 mL, yellow 0 mL", "cyan 0.3 mL, magenta 0 mL, yellow 0.5 mL", "cyan 0.2 mL, magenta 0.1 mL, yellow 0.7 mL");
        FluentActions.Invoking(() => study.Ask(1)).Should().Throw<StudyException>();
    }

    [Theory]
    [InlineData("gaussian-process")]
    [InlineData("sobol")]
    [InlineData("grid")]
    [InlineData("random")]
    public void Every_planner_keeps_to_the_candidates(string planner)
    {
        var plan = Parse(With(Listed)).With(planner: planner);

        Study.Open(Planners.Problem(plan)).Ask(3).Proposals.Select(proposal => proposal.Point).Should().BeEquivalentTo(plan.Candidates!.Value);
    }

    [Fact]
    public void A_candidate_is_tried_again_only_where_the_file_says_repeat()
    {
        var plan = Parse(With(Listed + "repeat: true\n"));
        var study = plan.Candidates!.Value.Aggregate(Study.Open(Planners.Problem(plan)), (told, row) => told.Tell(new TrialReport(null, row, Difference(10 * row[0]), null)));

        study.Ask(1).Proposals.Should().ContainSingle().Which.Point.Should().BeOneOf(plan.Candidates.Value);
    }

    [Fact]
    public void A_table_of_candidates_lies_beside_the_file_and_is_kept_with_it()
    {
        using var folder = new ScratchFile("recipes.csv", "name,yellow (uL),cyan,magenta (mL)\nfirst,500,0.3,0\n\"second, darker\",0,0.1,0.2\n");
        var file = Path.Combine(Path.GetDirectoryName(folder.Path)!, "match.yaml");
        System.IO.File.WriteAllText(file, With("candidates: recipes.csv\n"));

        var plan = CampaignFile.Load(file);

        plan.Candidates!.Value.Select(row => string.Join(' ', row.Coordinates.Select(value => Math.Round(value, 12)))).Should().Equal("0.3 0 0.5", "0.1 0.2 0");
        System.IO.File.Delete(folder.Path);
        CampaignFile.Parse(plan.Text, plan.File, tables: plan.Tables).Candidates.Should().BeEquivalentTo(plan.Candidates, "a campaign is resumed from its record");
        FluentActions.Invoking(() => CampaignFile.Load(file)).Should().Throw<CampaignFileException>().Which.Problems.Should().ContainSingle()
            .Which.ToString().Should().StartWith($"{file}:11:13: there is no table 'recipes.csv' beside the campaign file");
    }

    [Theory]
    [InlineData("cyan,magenta,yellow\n0.1,0.9,0.1\n", "recipes.csv:2: column 'magenta': parameter 'magenta' is 0.9; its range is 0 to 0.8")]
    [InlineData("cyan,magenta,yellow\n0.1,,0.1\n", "recipes.csv:2: column 'magenta': the cell is empty; every row has a value for every parameter that counts there")]
    [InlineData("cyan,magenta,yellow\n0.1,0.2,0.1\n0.1,much,0.1\n", "recipes.csv:3: column 'magenta': 'much' is not a number; the unit stands in the header, as in 'magenta (mL)'")]
    [InlineData("cyan,magenta (s),yellow\n0.1,0.2,0.1\n", "recipes.csv:1: column 'magenta (s)': 'magenta' is given in s, which is not what mL measures")]
    [InlineData("cyan,yellow\n0.1,0.2\n", "recipes.csv:1: column 'magenta': there is no such column; needed are cyan, magenta, yellow")]
    [InlineData("cyan,magenta,yellow\n", "recipes.csv:1: the table has no row, and so no recipe")]
    [InlineData("cyan,magenta,yellow\n0.1,0.2\n", "recipes.csv:2: the row has 2 cells; the header names 3 columns")]
    [InlineData("", "recipes.csv: the file is empty")]
    public void A_wrong_table_is_reported_with_its_line_and_column(string csv, string message)
    {
        using var folder = new ScratchFile("recipes.csv", csv);
        var file = Path.Combine(Path.GetDirectoryName(folder.Path)!, "match.yaml");
        System.IO.File.WriteAllText(file, With("candidates: recipes.csv\n"));

        FluentActions.Invoking(() => CampaignFile.Load(file)).Should().Throw<CampaignFileException>().Which.Problems.Should().ContainSingle()
            .Which.ToString().Should().Contain(message);
    }

    [Theory]
    [InlineData("candidates: [▸{ cyan: 0.1 mL, magenta: 0.1 mL }]\n", "the recipe has no value for 'yellow' (a recipe has one for each of cyan, magenta, yellow)")]
    [InlineData("candidates: [{ cyan: ▸0.9 mL, magenta: 0.1 mL, yellow: 0 mL }]\n", "'cyan' cannot be 0.9 mL (it is 0 mL to 0.8 mL)")]
    [InlineData("candidates: [{ cyan: 0.1 mL, magenta: 0.1 mL, ▸yelow: 0 mL, yellow: 0 mL }]\n", "'yelow' is not a parameter of this campaign (did you mean 'yellow'?)")]
    [InlineData("candidates: ▸[]\n", "'candidates' has 0 items (it has at least 1)")]
    [InlineData("candidates: ▸../recipes.csv\n", "'candidates' cannot be '../recipes.csv' (it is the name of a CSV file beside the campaign file")]
    [InlineData("▸candidates: [{ cyan: 0.8 mL, magenta: 0.8 mL, yellow: 0.8 mL }]\nconstraints: [cyan + magenta + yellow <= 1.6 mL]\n", "no candidate satisfies cyan + magenta + yellow <= 1.6 mL")]
    [InlineData("mixtures: [{ of: [cyan, magenta], total: ▸2 mL }]\n", "the parts cyan, magenta of a mixture have 0 mL to 1.6 mL together within their bounds, and 'total' is 2 mL")]
    [InlineData("mixtures: [{ of: [▸cyan, magenta], total: 2 s }]\n", "'cyan' is in mL, and the total in s (all parts and their total measure the same thing)")]
    [InlineData("mixtures: [{ of: [cyan, ▸magneta], total: 1 mL }]\n", "'magneta' is not a parameter of this campaign (did you mean 'magenta'?)")]
    [InlineData("mixtures: [{ of: ▸[cyan, cyan], total: 1 mL }]\n", "a mixture is of two or more parameters, each once")]
    [InlineData("mixtures: [▸{ of: [cyan, magenta] }]\n", "a mixture lacks 'total'")]
    [InlineData("counts: [{ of: [cyan, magenta, yellow], most: ▸4 }]\n", "'most' is 4, and there are 3 parts")]
    [InlineData("counts: [{ of: ▸[cyan, magenta, yellow], least: 3, most: 2 }]\n", "a count has its limits the wrong way round: 'least' is 3 and 'most' is 2")]
    [InlineData("▸mixtures: [{ of: [cyan, magenta, yellow], total: 1.8 mL }]\ncounts: [{ of: [cyan, magenta, yellow], most: 2 }]\n", "'cyan + magenta + yellow == 1.8 mL' and '0 to 2 of cyan, magenta, yellow' hold nowhere together")]
    public void Wrong_recipes_are_reported_where_they_are_wrong(string keys, string message)
    {
        var text = Unmark(With(keys), out var place);
        if (keys.StartsWith(Cursor)) place = $"{place.Split(':')[0]}:1";

        var problems = Refuse(text).Select(problem => problem.ToString()).ToArray();

        problems.Should().ContainSingle().Which.Should().StartWith($"test.yaml:{place}: {message}");
    }

    [Fact]
    public void Mixtures_add_up_in_the_units_of_their_parts_and_counts_are_kept()
    {
        var text = CampaignTexts.Replace(With("mixtures: [{ of: [cyan, magenta, yellow], total: 1 mL }]\ncounts: [{ of: [cyan, magenta, yellow], most: 2 }]\n"), "magenta: { kind: real, low: 0 mL, high: 0.8 mL }", "magenta: { kind: real, low: 0 uL, high: 800 uL }");
        var plan = Parse(text);
        var study = Study.Open(Planners.Problem(plan));

        for (var k = 0; k < 14; k++)
        {
            (study, var proposals) = study.Ask(1);
            var point = proposals[0].Point;
            (point[0] + point[1] / 1000 + point[2]).Should().BeApproximately(1, 1e-9);
            point.Coordinates.Count(part => part != 0).Should().BeLessThanOrEqualTo(2);
            study = study.Tell(new TrialReport(proposals[0].Number, null, Difference(Math.Abs(point[0] - 0.4) * 30 + point[2]), null));
        }

        study.Best().Point[0].Should().BeApproximately(0.4, 0.1);
    }

    [Fact]
    public void An_action_that_a_mixture_keeps_in_range_is_accepted_and_one_that_it_does_not_is_refused()
    {
        const string Water = "volume: =2.0 mL - cyan - magenta - yellow";
        Parse(With("mixtures: [{ of: [cyan, magenta, yellow], total: 1 mL }]\n")).Check(Births.Bench, Births.NoModels).Should().BeEmpty();

        Parse(CampaignTexts.Replace(With("mixtures: [{ of: [cyan, magenta, yellow], total: 1 mL }]\n"), Water, "volume: =1.0 mL - cyan - magenta - yellow"))
            .Check(Births.Bench, Births.NoModels).Should().ContainSingle().Which.Message.Should().StartWith("'volume' can be 0 mL");
        Parse(CampaignTexts.Replace(With("candidates: [{ cyan: 0.5 mL, magenta: 0.5 mL, yellow: 0.1 mL }]\n"), Water, "volume: =1.0 mL - cyan - magenta - yellow"))
            .Check(Births.Bench, Births.NoModels).Should().ContainSingle().Which.Message.Should().StartWith("'volume' can be -0.1 mL");
        Parse(CampaignTexts.Replace(With("candidates: [{ cyan: 0.5 mL, magenta: 0.2 mL, yellow: 0.1 mL }]\n"), Water, "volume: =1.0 mL - cyan - magenta - yellow"))
            .Check(Births.Bench, Births.NoModels).Should().BeEmpty("only the corners of the space would leave the range, and no candidate is there");
    }

    [Fact]
    public void Threads_of_the_planner_change_no_proposal()
    {
        const string Planner = "planner: { kind: gaussian-process, initial: 8 }";
        var plan = Parse(CampaignTexts.Replace(Match, Planner, "planner: { kind: gaussian-process, initial: 8, threads: 4 }"));

        plan.PlannerThreads.Should().Be(4);
        Planners.Problem(plan).Threads.Should().Be(4);
        Planners.Problem(Parse(Match)).Threads.Should().Be(1);
        var rows = Enumerable.Range(0, 9).Select(k => new StudyTrial(new LabAutomation.Learning.Point([0.1 * (k % 5), 0.1 * (k % 4), 0.1 * (k % 3)]), Difference(k % 7), null)).ToArray();
        Study.Open(Planners.Problem(plan)).With(rows, [], 0).Ask(1).Proposals[0].Point.Should().Be(Study.Open(Planners.Problem(Parse(Match))).With(rows, [], 0).Ask(1).Proposals[0].Point);
    }

    [Fact]
    public void A_recipe_is_known_again_when_its_numbers_went_through_another_unit()
    {
        var plan = Parse(With(Listed));

        plan.CandidateAt(new LabAutomation.Learning.Point([0.1, 0.2, 0]))!.Should().BeSameAs(plan.Candidates!.Value[0]);
        plan.CandidateAt(new LabAutomation.Learning.Point([0.1, 0.2001, 0])).Should().BeNull();
        Parse(Match).CandidateAt(new LabAutomation.Learning.Point([0.1, 0.2, 0])).Should().BeNull();
    }

    private static string With(string keys) => CampaignTexts.Replace(Match, Constraints, keys);

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, double> Difference(double value) =>
        System.Collections.Immutable.ImmutableSortedDictionary<string, double>.Empty.Add("colour_difference", value);
}
