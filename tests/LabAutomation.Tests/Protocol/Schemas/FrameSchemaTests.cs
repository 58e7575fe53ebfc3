using System.Text.Json.Nodes;
using LabAutomation.Protocol;
using LabAutomation.Tests.Protocol.Frames;
using NJsonSchema;

namespace LabAutomation.Tests.Protocol.Schemas;

/// <summary>Other programs check a frame by its schema, this one by the codec. Both have to say the same.</summary>
public sealed class FrameSchemaTests
{
    private static readonly JsonNode?[] Others =
        [7, -1.5, "some words", "mL/min", "2026-01-31T12:00:00Z", "2026-01-31T12:00:00+01:00", "succeeded", true, null, new JsonArray(), new JsonObject(), new JsonArray(JsonValue.Create((string?)null))];

    public static TheoryData<string> Names => [.. AsyncApiDocument.Schemas.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_schema_that_is_checked_in_is_the_one_that_the_code_makes(string name) => CheckedInFile.MustBe(AsyncApiDocument.Schemas[name], "wire", "schemas", $"{name}.schema.json");

    [Fact]
    public void No_schema_is_left_over() =>
        Directory.GetFiles(House.Repository.At("docs", "reference", "wire", "schemas")).Select(Path.GetFileName).Should().BeEquivalentTo(AsyncApiDocument.Schemas.Keys.Select(name => $"{name}.schema.json"));

    [Fact]
    public async Task Schema_and_codec_accept_and_refuse_the_same()
    {
        var (accepted, refused, seen) = (0, 0, new HashSet<string>());
        foreach (var sample in FrameSample.All)
        {
            var name = AsyncApiDocument.Schemas.Keys.Where(key => IsOf(sample.Name, key)).MaxBy(key => key.Length)!;
            seen.Add(name);
            var schema = await JsonSchema.FromJsonAsync(AsyncApiDocument.Schemas[name]);
            schema.Validate(sample.Text).Should().BeEmpty($"{sample.Name} is a {name}");
            foreach (var (what, json) in JsonChanges.Of(JsonNode.Parse(sample.Text)!, Others))
            {
                var bySchema = schema.Validate(json).Count == 0;
                var byCodec = Reads(sample, json);

                byCodec.Should().Be(bySchema, $"{sample.Name} where {what}:\n{json}");
                if (bySchema) accepted++;
                else refused++;
            }
        }

        seen.Should().BeEquivalentTo(AsyncApiDocument.Schemas.Keys);
        accepted.Should().BeGreaterThan(50);
        refused.Should().BeGreaterThan(500);
    }

    /// <summary><c>state-locked</c> is a state, <c>control-reply-refused</c> a controlReply.</summary>
    private static bool IsOf(string sample, string schema) =>
        sample.Split('-') is var words && (words[0] == schema || (words.Length > 1 && words[0] + char.ToUpperInvariant(words[1][0]) + words[1][1..] == schema));

    private static bool Reads(FrameSample sample, string json)
    {
        try
        {
            sample.Again(System.Text.Encoding.UTF8.GetBytes(json));
            return true;
        }
        catch (FrameException)
        {
            return false;
        }
    }
}
