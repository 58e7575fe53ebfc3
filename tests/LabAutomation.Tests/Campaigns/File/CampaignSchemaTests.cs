using System.Text.Json.Nodes;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Tests.House;
using NJsonSchema;

namespace LabAutomation.Tests.Campaigns;

/// <summary>Editors check a campaign by the schema, the program checks it by the reader. Both have to say the same about keys and kinds of values.</summary>
public sealed class CampaignSchemaTests
{
    private static readonly string SchemaFile = Repository.At("docs", "reference", "campaign.schema.json");

    private static readonly JsonNode?[] Others = [7, -1.5, "some words", "3 min", "word", true, null, new JsonArray(), new JsonObject()];

    [Fact]
    public void The_schema_that_is_checked_in_is_the_one_that_the_keys_make()
    {
        var fresh = Repository.At("artifacts", "campaign.schema.json");
        var isFresh = System.IO.File.Exists(SchemaFile) && System.IO.File.ReadAllText(SchemaFile) == CampaignSchema.Text;
        if (!isFresh) System.IO.File.WriteAllText(fresh, CampaignSchema.Text);

        isFresh.Should().BeTrue($"copy {fresh} to {SchemaFile}");
    }

    [Fact]
    public async Task The_schema_accepts_the_examples()
    {
        var schema = await JsonSchema.FromJsonAsync(CampaignSchema.Text);

        foreach (var text in Directory.GetFiles(Path.GetDirectoryName(CampaignTexts.ColourMatchFile)!, "*.yaml").Select(System.IO.File.ReadAllText).Prepend(CampaignTexts.Small))
            schema.Validate(YamlAsJson.Of(text).ToJsonString()).Should().BeEmpty();
    }

    [Fact]
    public async Task The_schema_and_the_reader_accept_and_refuse_the_same()
    {
        var schema = await JsonSchema.FromJsonAsync(CampaignSchema.Text);
        var (accepted, refused) = (0, 0);
        string[] goals =
        [
            "{ reach: { quantity: difference, value: 5 }, keep: [colour_L >= 40], noise: 0.5, until: { within: 0.5, stalled: 5, trials: 4 } }",
            "{ objectives: [{ minimise: difference }, { maximise: colour_L }], noise: none, until: { trials: 4 } }",
        ];
        var texts = goals.Select(goal => CampaignTexts.Replace(CampaignTexts.Small, "goal:\n  minimise: difference\n  until: { reached: 1.5, trials: 4, duration: 2 h }\n", $"goal: {goal}\n"));
        var byModel = CampaignTexts.Replace(CampaignTexts.Small, "{ analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: difference }",
            "{ analyst: model, model: eye@2.0, inputs: { light: reading.spectrum.green, doses: [dose, shots] }, gives: { difference: 'd[1]' } }");
        var recipes = CampaignTexts.Replace(CampaignTexts.Replace(CampaignTexts.Small, "{ kind: categorical, choices: [water, ethanol] }", "{ kind: categorical, choices: [water, ethanol], descriptors: { water: [100, 10.2], ethanol: [78, 5.2] }, when: { shots: [2, 3] } }\n  purity: { kind: ordinal, choices: [technical, dry] }"),
            "workflow:\n", "mixtures: [{ of: [dose, volume], total: 2 mL }]\ncounts: [{ of: [dose, volume], least: 1, most: 2 }]\ncandidates: [{ dose: 1 mL, solvent: water }]\nrepeat: true\nworkflow:\n");
        var tables = CampaignTexts.Replace(CampaignTexts.Replace(CampaignTexts.Small, "{ kind: categorical, choices: [water, ethanol] }", "{ kind: categorical, choices: [water, ethanol], descriptors: data/solvents.csv }"), "workflow:\n", "candidates: recipes.csv\nworkflow:\n");
        foreach (var (what, json) in texts.Append(byModel).Append(recipes).Append(tables).Prepend(CampaignTexts.Small).SelectMany(text => JsonChanges.Of(YamlAsJson.Of(text), Others)).DistinctBy(changed => changed.Json))
        {
            var bySchema = schema.Validate(json).Count == 0;
            var byReader = IsReadable(json);

            byReader.Should().Be(bySchema, $"{what}:\n{json}");
            if (bySchema) accepted++;
            else refused++;
        }

        accepted.Should().BeGreaterThan(30);
        refused.Should().BeGreaterThan(300);
    }

    [Fact]
    public void Every_key_is_described()
    {
        var undescribed = Keys(CampaignKeys.Campaign).Where(key =>
            key.Description.Length < 10 || !key.Description.EndsWith('.') && !key.Description.EndsWith('…'));

        undescribed.Should().BeEmpty();
    }

    /// <summary>All keys of a shape and of what is in it.</summary>
    internal static IEnumerable<KeyShape> Keys(ValueShape shape) => shape switch
    {
        MapShape map => map.Keys.SelectMany(key => Keys(key.Value).Prepend(key)),
        VariantShape variants =>
            variants.Variants.SelectMany(variant => Keys(variant.Shape)).Prepend(new KeyShape(variants.Selector, variants.Description, new TextShape())),
        ListShape list => Keys(list.Item),
        NamesShape names => Keys(names.Item),
        _ => [],
    };

    private static bool IsReadable(string json)
    {
        var problems = new ProblemList("");
        if (YamlTree.Read(json, problems) is { } root) CampaignKeys.Campaign.Check(root, "campaign", problems);
        return problems.Count == 0;
    }
}
