using System.Security.Cryptography;
using System.Text;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;
using LabAutomation.Models;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns;

public sealed class CampaignFileTests
{
    private static readonly CampaignPlan Match = CampaignTexts.Parse(CampaignTexts.Match);
    private static readonly CampaignPlan Small = CampaignTexts.Parse(CampaignTexts.Small);

    [Fact]
    public void A_campaign_is_read_as_it_is_written()
    {
        Match.Name.Should().Be("match");
        Match.Seed.Should().Be(7);
        Match.Goal.Objectives.Should().Equal(new Objective("colour_difference", new Aim.Minimise()));
        (Match.Goal.Noise, Match.Goal.Until).Should().Be((MeasurementNoise.Unknown, new StopConditions(2.0, 40, TimeSpan.FromHours(12))));
        Match.Goal.Keep.Should().BeEmpty();
        Match.Parameters.Should().Equal(new[] { "cyan", "magenta", "yellow" }.Select(name =>
            new RealParameter(name, Unit.Parse("mL"), 0, 0.8, false)));
        Match.Constraints.Select(constraint => constraint.Source).Should().Equal("cyan + magenta + yellow <= 1.6 mL");
        Match.Steps.Select(step => (step.Name, step.Always, step.Actions.Length))
            .Should().Equal(("dose", false, 4), ("mix", false, 1), ("measure", false, 1), ("drain", true, 1));
        Match.Analyses.Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { Analyst = "colour", Input = new { Output = new OutputReference("spectrum", "spectrum"), IsSeries = true }, Target = new ColourTarget(55, -20, 10),
                Gives = "colour_difference" });
        (Match.PlannerKind, Match.PlannerInitial).Should().Be(("gaussian-process", 8));
        Match.Limits.Trial.Should().Be(TimeSpan.FromMinutes(30));
        Match.Limits.FailedTrials.Should().Be(5);
        Match.Instruments.Should().Equal("pump-cyan", "pump-magenta", "pump-yellow", "pump-water", "stirrer", "spectrometer", "pump-waste");
    }

    [Theory]
    [InlineData("dose == 0.5 mL")]
    [InlineData("dose / flow == 30 s")]
    [InlineData("dose * shots == 2 mL")]
    public void An_equation_is_a_constraint_like_any_other(string equation)
    {
        var plan = CampaignTexts.Parse(CampaignTexts.Small.Replace("dose / flow <= 2 min", equation));
        var space = plan.ToSearchSpace();

        var points = Enumerable.Range(0, 5).Aggregate(new List<Observation>(), (history, k) => [.. history, new Observation(new SobolOptimiser().Suggest(space, history, [], 1).Point, k)]);

        points.Should().OnlyContain(trial => plan.Constraints.All(constraint => constraint.Holds(trial.Point.Coordinates.ToArray())));
    }

    [Fact]
    public void Every_example_campaign_fits_the_example_bench_or_the_reactor()
    {
        var files = Directory.GetFiles(Path.GetDirectoryName(CampaignTexts.ColourMatchFile)!, "*.yaml");

        files.Should().Contain(CampaignTexts.ColourMatchFile);
        using var models = ModelRegistry.Open(Path.Combine(AppContext.BaseDirectory, "models", "spectrum-to-xyz"), new ModelOptions());
        foreach (var file in files.Where(file => Path.GetFileName(file) is not ("hit-rate.yaml" or "a-lab.yaml" or "drying-ada.yaml" or "drying-bob.yaml" or "damp.yaml" or "fading.yaml" or "films.yaml"))) CampaignFile.Load(file).Check([.. Births.Bench, Births.Reactor], new Lazy<ModelRegistry>(models)).Should().BeEmpty();
    }

    [Fact]
    public void The_plan_keeps_the_text_and_its_hash()
    {
        var text = System.IO.File.ReadAllText(CampaignTexts.ColourMatchFile);
        var plan = CampaignFile.Load(CampaignTexts.ColourMatchFile);

        plan.Text.Should().Be(text);
        plan.Sha256.Should().Be(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        CampaignFile.Parse(plan.Text, plan.File).Sha256.Should().Be(plan.Sha256);
    }

    [Fact]
    public void What_is_left_out_has_the_default_that_is_documented()
    {
        var text = CampaignTexts.Replace(CampaignTexts.Small, "planner: { kind: gaussian-process, initial: 6 }\n", "");
        text = CampaignTexts.Replace(text, "limits: { instruments: [pump-a, plate, eye], failed_trials: 2, trial: 30 min }", "");
        text = CampaignTexts.Replace(CampaignTexts.Replace(text, "seed: 3\n", ""), "description: A campaign for tests.\n", "");

        var plan = CampaignTexts.Parse(text);

        (plan.Seed, plan.Description, plan.PlannerKind, plan.PlannerInitial).Should().Be((1, "", "gaussian-process", null));
        plan.Limits.Should().Be(new CampaignLimits(null, 5, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void The_search_space_has_a_dimension_per_parameter_in_the_order_of_the_file()
    {
        var space = Small.ToSearchSpace();

        space.Dimensions.Should().BeEquivalentTo<SearchDimension>(
        [
            new RealDimension("dose", 0.1, 1), new RealDimension("flow", 0.1, 10, Logarithmic: true), new IntegerDimension("shots", 1, 5),
            new DiscreteDimension("warmth", [25, 40, 60]), new CategoricalDimension("solvent", ["water", "ethanol"]),
        ], options => options.RespectingRuntimeTypes().WithStrictOrdering());
        space.IsFeasible(new Point([1, 1, 1, 60, 0])).Should().BeTrue();
        space.IsFeasible(new Point([1, 1, 1, 60, 1])).Should().BeFalse("ethanol is not heated above 50 °C");
        space.IsFeasible(new Point([1, 0.4, 1, 25, 0])).Should().BeFalse("it would take 2.5 min");
    }

    [Fact]
    public void Values_and_points_are_two_forms_of_the_same()
    {
        var point = new Point([0.123456789012345, 2.5, 3, 40, 1]);

        var values = Small.ToValues(point);

        values.ToString().Should().Be("dose 0.123457 mL, flow 2.5 mL/min, shots 3, warmth 40 °C, solvent ethanol");
        Small.ToPoint(values).Should().Be(point);
    }

    [Fact]
    public void An_action_is_bound_to_the_values_of_a_trial_in_the_units_of_the_file()
    {
        var water = Match.Steps[0].Actions[3];

        var bound = Match.Bind(water, Match.ToValues(new Point([0.5, 0.25, 0.125])))!;

        bound.Instrument.Should().Be("pump-water");
        bound.Arguments.Should().Equal(KeyValuePair.Create("rate", Quantity.Of(6, "mL/min")), KeyValuePair.Create("volume", Quantity.Of(1.125, "mL")));
    }

    [Theory]
    [InlineData(0.2, false)]
    [InlineData(0.201, true)]
    public void An_action_whose_condition_does_not_hold_is_left_out(double dose, bool isSent)
    {
        var values = Small.ToValues(new Point([dose, 1, 1, 25, 0]));

        (Small.Bind(Small.Steps[0].Actions[0], values) is not null).Should().Be(isSent);
    }

    [Fact]
    public void An_analysis_knows_where_its_input_comes_from() =>
        Small.PlaceOf(Small.Analyses[0].Inputs[0].Output).Should().Be(new ActionPlace("measure", 0));

    [Fact]
    public void The_command_line_overrides_seed_planner_and_trials()
    {
        var plan = Small.With(seed: 11, planner: "random", trials: 2);

        (plan.Seed, plan.PlannerKind, plan.Goal.Until.Trials, plan.Goal.Until.Reached).Should().Be((11, "random", 2, 1.5));
        Small.With().Should().Be(Small);
        FluentActions.Invoking(() => Small.With(planner: "magic"))
            .Should().Throw<ArgumentException>().WithMessage("there is no planner 'magic'; there are gaussian-process, sobol*");
        FluentActions.Invoking(() => Small.With(trials: 0)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over() => CampaignTexts.Parse('\uFEFF' + CampaignTexts.Small).Name.Should().Be("small");

    [Fact]
    public void A_file_that_is_not_there_or_not_text_is_said_so()
    {
        var missing = FluentActions.Invoking(() => CampaignFile.Load("nowhere.yaml")).Should().Throw<CampaignFileException>().Which;

        missing.Problems.Should().ContainSingle().Which.ToString().Should().Be("nowhere.yaml: there is no such file");
        var binary = Path.GetTempFileName();
        File.WriteAllBytes(binary, [0x7F, 0x45, 0x4C, 0x46, 0xFF, 0xFE, 0x00, 0xC3]);
        FluentActions.Invoking(() => CampaignFile.Load(binary))
            .Should().Throw<CampaignFileException>().Which.Problems[0].Message.Should().Contain("UTF-8");
        FluentActions.Invoking(() => CampaignFile.Load(Path.GetDirectoryName(binary)!)).Should().Throw<CampaignFileException>();
    }

    [Fact]
    public void A_file_that_is_too_long_is_refused_unread()
    {
        var path = Path.GetTempFileName();
        try
        {
            System.IO.File.WriteAllBytes(path, new byte[CampaignFile.MaximumBytes + 1]);

            FluentActions.Invoking(() => CampaignFile.Load(path)).Should().Throw<CampaignFileException>().WithMessage("*at most 262144*");
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    [Fact]
    public void No_cut_or_garbled_file_does_anything_but_be_refused_or_read()
    {
        const string Alphabet = "{}[]&*!|>'\"%@`#,:-=?\t\n 0aé\0";
        var random = new Random(5);
        var text = CampaignTexts.Small;
        for (var k = 0; k < 2000; k++)
        {
            var start = random.Next(text.Length);
            var length = random.Next(Math.Min(30, text.Length - start));
            var noise = new string([.. Enumerable.Range(0, random.Next(4)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            var garbled = text.Remove(start, length).Insert(start, noise);

            Problems(garbled).Where(problem => problem.Line < 1 || problem.Column < 1 || problem.Message.Length == 0).Should().BeEmpty(garbled);
        }
    }

    private static IReadOnlyList<Problem> Problems(string text)
    {
        try
        {
            CampaignTexts.Parse(text);
            return [];
        }
        catch (CampaignFileException refused)
        {
            return refused.Problems;
        }
    }
}
