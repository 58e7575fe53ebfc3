using System.Text.RegularExpressions;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Models;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Campaigns;

/// <summary>The reference page tells of every key, and its examples make a campaign.</summary>
public sealed partial class CampaignFileDocumentationTests
{
    private static readonly string Page = System.IO.File.ReadAllText(Repository.At("docs", "reference", "campaign-file.md"));

    [Fact]
    public void The_fragments_of_the_page_make_a_campaign_that_fits_the_bench()
    {
        var fragments = Fragment().Matches(Page).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["text"].Value);
        fragments.Keys.Should().Equal("goal", "parameters", "constraints", "workflow", "analysis", "models", "planner", "advice", "limits");
        var text = "campaign: page\n" + string.Join('\n', fragments.Where(fragment => fragment.Key != "models").Select(fragment => fragment.Value));
        var withModel = "campaign: page\n" + string.Join('\n', fragments.Where(fragment => fragment.Key != "analysis").Select(fragment => fragment.Value));
        var models = new Lazy<ModelRegistry>(() => ModelRegistry.Open(Path.Combine(AppContext.BaseDirectory, "models", "spectrum-to-xyz"), new ModelOptions()));
        CampaignFile.Parse(withModel, "campaign-file.md").Check(Births.Bench, models).Should().BeEmpty();
        models.Value.Dispose();

        var plan = CampaignFile.Parse(text, "campaign-file.md");

        plan.Check(Births.Bench, Births.NoModels).Should().BeEmpty();
        plan.Goal.Until.Duration.Should().Be(TimeSpan.FromHours(12));
    }

    [Fact]
    public void Every_key_and_every_kind_is_on_the_page()
    {
        var names = CampaignSchemaTests.Keys(CampaignKeys.Campaign).Select(key => key.Name)
            .Concat(CampaignKeys.Parameter.Variants.Concat(CampaignKeys.Planner.Variants).Concat(CampaignKeys.Analysis.Variants).Select(variant =>
                variant.Value))
            .Distinct().ToArray();

        names.Should().HaveCountGreaterThan(30);
        names.Where(name => !Page.Contains($"`{name}`", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("failed_trials", "`5`")]
    [InlineData("trial", "`1 h`")]
    [InlineData("seed", "`1`")]
    [InlineData("planner", "`gaussian-process`")]
    public void Defaults_stand_in_the_tables(string key, string standard) =>
        Page.Split('\n').Should().ContainSingle(line => line.StartsWith('|') && line.Contains($"`{key}`") && line.Contains($"| {standard} |"));

    [GeneratedRegex(@"```yaml fragment=(?<name>\w+)\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fragment();
}
