using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Models;
using LabAutomation.Tests.Campaigns;

namespace LabAutomation.Tests.Models.Hosting;

/// <summary>Whether a campaign that goes on has the models that it began with.</summary>
public sealed class SameModelsTests
{
    private static readonly ModelSeen Analyses = new("unmix", "1.0", "aa", "cpu", []);
    private static readonly ModelSeen Steers = new("policy", "1.0", "bb", "cpu", [], "reactor");

    [Fact]
    public void The_same_models_may_go_on_and_elsewhere_too() =>
        LabModels.RequireSame("c-1", [Analyses, Steers, Analyses], [Steers with { Device = "cuda:0" }, Analyses]);

    [Fact]
    public void A_campaign_of_before_models_were_on_record_may_go_on() => LabModels.RequireSame("c-1", [], [Analyses, Steers]);

    [Theory]
    [InlineData("2.0", "bb")]
    [InlineData("1.0", "cc")]
    public void Another_version_or_file_of_what_steers_is_refused(string version, string hash)
    {
        var going = () => LabModels.RequireSame("c-1", [Analyses, Steers], [Analyses, Steers with { Version = version, Sha256 = hash }]);

        going.Should().Throw<ModelException>().WithMessage($"Campaign 'c-1' began with reactor steered by policy 1.0 (SHA-256 bb), and now there is policy {version} (SHA-256 {hash}); set its policy to policy@1.0, or begin another campaign.");
    }

    [Fact]
    public void Nobody_at_the_drums_where_a_model_was_is_refused() =>
        FluentActions.Invoking(() => LabModels.RequireSame("c-1", [Steers], [])).Should().Throw<ModelException>().WithMessage("*and now there is no model;*");

    [Fact]
    public void Another_file_under_the_version_that_analysed_is_refused() =>
        FluentActions.Invoking(() => LabModels.RequireSame("c-1", [Analyses], [Analyses with { Sha256 = "dd" }]))
            .Should().Throw<ModelException>().WithMessage("Campaign 'c-1' began with unmix 1.0 (SHA-256 aa), and now there is unmix 1.0 (SHA-256 dd); put the file back*");

    [Fact]
    public void The_record_pins_what_the_file_leaves_open_and_says_whom_a_model_steers()
    {
        var text = CampaignTexts.Replace(CampaignTexts.Match, "{ analyst: colour, input: spectrum.spectrum, target: { L: 55, a: -20, b: 10 }, gives: colour_difference }",
            "{ analyst: model, model: unmix, inputs: { absorbance: spectrum.spectrum }, gives: { colour_difference: 'xyz[1]' } }");
        var plan = CampaignTexts.Parse(text);
        LabEvent[] events = [new CampaignStarted(plan.File, plan.Text, plan.Sha256, plan.Seed, plan.PlannerKind, plan.Goal.Until.Trials, "lab", ImmutableSortedDictionary<string, string>.Empty), Steers with { Model = "unmix", Version = "3.0" }, Analyses, Analyses with { Version = "2.0" }];

        var state = CampaignState.Replay([.. events.Select((happened, k) => new LedgerEntry(k + 1, "c-1", DateTimeOffset.UnixEpoch, LabEvents.Read(LabEvents.ManifestOf(happened), LabEvents.Write(happened)), ""))]);

        state.Plan.Analyses.Should().ContainSingle().Which.Should().BeOfType<ModelAnalysis>().Which.Version.Should().Be("1.0");
        LabEvents.Write(Analyses).Should().NotContain("instrument", "older records are as they were");
        Steers.ToString().Should().Be("policy 1.0 on cpu, steers reactor");
    }
}
