using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Agents.Planning.Surrogates;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;
using LabAutomation.Models;
using LabAutomation.Tests.Campaigns;

namespace LabAutomation.Tests.Planning;

/// <summary>Fitted models of studies, exported and run by the host.</summary>
public sealed class SurrogateExportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("surrogate-").FullName;

    public static TheoryData<string, Func<double, double>> Surfaces => new()
    {
        { "minimise", x => 3 + x },
        { "maximise", x => -4 - (7 * x) },
        { "minimise", x => Math.Exp(6 * x) },
        { "minimise", x => Math.Abs(x - 0.4) },
        { "maximise", x => 1e4 * (1 - (x * x)) },
    };

    [Theory]
    [MemberData(nameof(Surfaces))]
    public void The_host_says_what_the_engine_says(string aim, Func<double, double> surface)
    {
        var (plan, study) = Studied(aim, surface, 30);

        using var export = Export(plan, study);

        export.Difference.Should().BeLessThan(SurrogateExport.Tolerance);
        var point = plan.ToPoint(plan.ToValues(SurrogateCandidates.Draw(plan.ToSearchSpace(), 1, 99)[0]));
        export.Surrogate.Predict(point).Mean.Should().BeApproximately(surface(Half(point)), 0.35 * Math.Abs(surface(0) - surface(1)), "it has the sign of the quantity, not that of the planner's cost");
        export.Model.Card.Inputs.Select(input => (input.Name, input.Unit)).Should().Equal(("dose", "mL"), ("flow", "mL/min"), ("shots", "1"), ("warmth", "°C"), ("solvent", "1"));
    }

    [Fact]
    public void The_best_of_many_candidates_are_those_that_the_engine_would_choose()
    {
        var (plan, study) = Studied("minimise", x => Math.Abs(x - 0.4), 25);
        using var export = Export(plan, study);
        var candidates = SurrogateCandidates.Draw(plan.ToSearchSpace(), 3000, 5);
        var best = study.Trials.Min(trial => trial.Values!["difference"]);

        var found = SurrogateCandidates.Best(export, candidates, expected => expected.Improvement(best), 5);

        var wanted = candidates.Select(point => export.Surrogate.Predict(point).Improvement(best)).OrderDescending().Take(5);
        found.Select(one => one.Gain).Should().Equal(wanted);
        candidates.Should().OnlyContain(point => plan.Constraints.All(constraint => constraint.Holds(point.Coordinates.ToArray())));
    }

    [Theory]
    [InlineData("dose + shots * 0.1 mL == 0.9 mL")]
    [InlineData("dose * flow == 0.3 mL.mL/min")]
    public void A_campaign_whose_trials_keep_an_equation_is_exported_and_its_candidates_keep_it(string equation)
    {
        var (plan, study) = Studied("minimise", x => Math.Abs(x - 0.4), 25, equation);

        using var export = Export(plan, study);
        var candidates = SurrogateCandidates.Draw(plan.ToSearchSpace(), 300, 5);
        var found = SurrogateCandidates.Best(export, candidates, expected => expected.Improvement(1), 3);

        export.Difference.Should().BeLessThan(SurrogateExport.Tolerance);
        candidates.Select(point => point[0]).Distinct().Should().HaveCountGreaterThan(4, "they are spread over what the equation leaves");
        candidates.Should().OnlyContain(point => plan.Constraints.All(constraint => constraint.Holds(point.Coordinates.ToArray())));
        found.Should().HaveCount(3);
    }

    [Fact]
    public void A_card_whose_golden_vectors_are_not_those_of_the_graph_is_refused()
    {
        var (plan, study) = Studied("minimise", x => 3 + x, 12);
        using (Export(plan, study))
        {
        }

        var card = Path.Combine(_folder, "card.yaml");
        File.WriteAllText(card, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(card), @"""difference"": \[[^,]*,", "\"difference\": [3.9,"));

        using var registry = ModelRegistry.Open(_folder, new ModelOptions());
        registry.Refused.Should().ContainSingle().Which.Reason.Should().Contain("as the engine says");
    }

    [Fact]
    public void Card_and_model_appear_together_and_an_export_that_was_cut_off_can_be_made_again()
    {
        var (plan, study) = Studied("minimise", x => 3 + x, 12);
        Directory.Delete(_folder);
        var left = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_folder)!, $".{Path.GetFileName(_folder)}.part")).FullName;
        File.WriteAllText(Path.Combine(left, "card.yaml"), "cut off here");

        using (Export(plan, study))
        {
        }

        Directory.Exists(left).Should().BeFalse("what an export left that was cut off is gone");
        Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Should().BeEquivalentTo(["card.yaml", "model.onnx"]);
        File.WriteAllText(Path.Combine(_folder, "notes.txt"), "mine");
        File.WriteAllText(Path.Combine(_folder, "model.onnx"), "of before: the card is new already");
        using (Export(plan, study))
        {
        }

        Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Should().BeEquivalentTo(["card.yaml", "model.onnx", "notes.txt"]);
        File.Delete(Path.Combine(_folder, "card.yaml"));
        FluentActions.Invoking(() => Export(plan, study)).Should().Throw<ModelException>().WithMessage("The folder '*' holds a model.onnx without a card; nobody knows what it is. Remove it, or export to another folder.");
    }

    [Fact]
    public void Expected_improvement_is_the_integral_of_what_lies_below_the_best()
    {
        foreach (var (mean, sd, best) in new[] { (1.0, 0.5, 1.2), (3.0, 1.0, 0.0), (-2.0, 0.1, 5.0) })
        {
            var sum = Enumerable.Range(-4000, 8001).Sum(k => Math.Max(0, best - mean - (sd * k / 500.0)) * Math.Exp(-0.5 * Math.Pow(k / 500.0, 2)) / Math.Sqrt(2 * Math.PI) / 500);
            new Prediction(mean, sd).Improvement(best).Should().BeApproximately(sum, 1e-5);
        }

        new Prediction(1, 0).Improvement(3).Should().Be(2);
    }

    [Fact]
    public void What_is_expected_of_coming_nearer_is_the_integral_of_what_lies_within_the_distance()
    {
        foreach (var (mean, sd, target, distance) in new[] { (1.0, 0.5, 1.2, 0.3), (3.0, 1.0, 0.0, 2.5), (-2.0, 0.4, -1.0, 0.1) })
        {
            var sum = Enumerable.Range(-4000, 8001).Sum(k => Math.Max(0, distance - Math.Abs(mean + (sd * k / 500.0) - target)) * Math.Exp(-0.5 * Math.Pow(k / 500.0, 2)) / Math.Sqrt(2 * Math.PI) / 500);
            new Prediction(mean, sd).Approach(target, distance).Should().BeApproximately(sum, 1e-5);
        }
    }

    [Theory]
    [InlineData("colour", "'colour' is not modelled; modelled are difference")]
    [InlineData("difference", "there is no model of 'difference': no trial has measured anything yet")]
    public void What_cannot_be_modelled_is_named(string quantity, string message)
    {
        var study = Study.Open(Planners.Problem(CampaignTexts.Parse(CampaignTexts.Small)));

        FluentActions.Invoking(() => study.Surrogate(quantity)).Should().Throw<StudyException>().WithMessage(message);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static double Half(Point point) => (point[0] - 0.1) / 0.9;

    private static (CampaignPlan Plan, Study Study) Studied(string aim, Func<double, double> surface, int trials, string constraint = "dose / flow <= 2 min")
    {
        var plan = CampaignTexts.Parse(CampaignTexts.Small.Replace("minimise: difference", $"{aim}: difference", StringComparison.Ordinal).Replace("dose / flow <= 2 min", constraint, StringComparison.Ordinal));
        var points = SurrogateCandidates.Draw(plan.ToSearchSpace(), trials, 11);
        var told = points.Select((point, k) => new StudyTrial(point,
            ImmutableSortedDictionary<string, double>.Empty.Add("difference", surface(Half(point)) + (0.02 * (Math.Abs(surface(1) - surface(0))) * Math.Sin(k * 1.7))), null));
        return (plan, Study.Open(Planners.Problem(plan)).With(told, [], trials));
    }

    private SurrogateExport Export(CampaignPlan plan, Study study) => SurrogateExport.Write(plan, study.Surrogate("difference"),
        new SurrogateFacts("small-difference", "12", "small-1", study.Trials.Count, "Public", "a test"), _folder, new ModelOptions());
}
