using System.Text.RegularExpressions;
using LabAutomation.Models;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Models.Inspection;

/// <summary>Whoever does what docs/own-model.md says comes to where it says: from the draft to a model that the campaign finds.</summary>
public sealed partial class OwnModelPageTests
{
    [Fact]
    public void The_draft_with_the_answers_of_the_page_is_the_model_that_its_campaign_names()
    {
        using var shelf = new ModelShelf();
        var page = File.ReadAllText(Repository.At("docs", "own-model.md"));
        var content = File.ReadAllBytes(Repository.At("docs", "examples", "unmix", ModelArtifact.ModelFile));
        var draft = CardDraft.Write(content, "model", new Dictionary<string, int>(), seed: 1);
        var answers = Yaml().Matches(page).Select(block => block.Groups[1].Value).Single(block => block.Contains("\ninputs:\n", StringComparison.Ordinal));
        shelf.Put("mine", content, Answered(draft, answers));

        using var registry = ModelRegistry.Open(shelf.Path, new ModelOptions());

        registry.Refused.Should().BeEmpty();
        var named = CampaignModel().Match(page).Groups[1].Value;
        registry.Find(named).Current.Card.Outputs.Select(output => (output.Name, output.Unit, output.Deviation)).Should().Equal(("dose", "mL", "dose_sd"), ("dose_sd", "mL", null));
    }

    /// <summary>Each part of the draft that the page answers is replaced, and the others stay.</summary>
    private static string Answered(string draft, string answers)
    {
        var answered = Parts(answers).ToDictionary(part => part.Key, part => part.Text);
        return string.Concat(Parts(draft).Select(part => answered.GetValueOrDefault(part.Key, part.Text)));
    }

    private static IEnumerable<(string Key, string Text)> Parts(string yaml) => Part().Matches(yaml).Select(part => (part.Groups[1].Value, part.Value));

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Yaml();

    /// <summary>A key in the first column with what belongs to it.</summary>
    [GeneratedRegex(@"^(\w+):.*\n(?:(?:[ #].*)?\n)*", RegexOptions.Multiline)]
    private static partial Regex Part();

    [GeneratedRegex(@"analyst: model\n +model: (\w+)")]
    private static partial Regex CampaignModel();
}
