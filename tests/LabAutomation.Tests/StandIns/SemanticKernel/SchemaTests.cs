using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.SemanticKernel;

namespace LabAutomation.Tests.StandIns.SemanticKernel;

public sealed class SchemaTests
{
    [Description("How fast.")]
    private enum Speed
    {
        Slow,
        Fast,
    }

    [Theory]
    [InlineData(typeof(string), """{"type":"string"}""")]
    [InlineData(typeof(int), """{"type":"integer"}""")]
    [InlineData(typeof(double), """{"type":"number"}""")]
    [InlineData(typeof(bool), """{"type":"boolean"}""")]
    [InlineData(typeof(int?), """{"type":["integer","null"]}""")]
    [InlineData(typeof(string[]), """{"type":"array","items":{"type":"string"}}""")]
    [InlineData(typeof(Dictionary<string, double>), """{"type":"object","additionalProperties":{"type":"number"}}""")]
    [InlineData(typeof(object), "{}")]
    [InlineData(typeof(DateTimeOffset), """{"type":"string","format":"date-time"}""")]
    [InlineData(typeof(Speed), """{"description":"How fast.","type":"string","enum":["Slow","Fast"]}""")]
    public void A_parameter_is_described_by_the_schema_of_its_type(Type type, string expected)
    {
        Same(new KernelParameterMetadata("value") { ParameterType = type }.Schema, expected);
    }

    [Fact]
    public void An_object_is_described_with_its_properties()
    {
        Same(new KernelParameterMetadata("recipe") { ParameterType = typeof(Recipe) }.Schema, """
            {
              "type": "object",
              "properties": {
                "Ligand": { "description": "Name of the ligand.", "type": "string" },
                "Equivalents": { "type": "number" },
                "Speed": { "description": "How fast.", "type": "string", "enum": ["Slow", "Fast"] },
                "Steps": { "type": "array", "items": { "type": "object", "properties": { "Minutes": { "type": ["integer", "null"] } }, "required": ["Minutes"] } },
                "Note": { "type": ["string", "null"], "default": null }
              },
              "required": ["Ligand", "Equivalents", "Speed", "Steps"]
            }
            """);
    }

    [Fact]
    public void Description_and_default_are_in_the_schema()
    {
        var metadata = new KernelParameterMetadata("rate") { ParameterType = typeof(double), Description = "Rate in ml/min.", DefaultValue = 1.5 };
        Same(metadata.Schema, """{"description":"Rate in ml/min. (default value: 1.5)","type":"number"}""");

        metadata.Description = null;
        Same(metadata.Schema, """{"description":"(default value: 1.5)","type":"number"}""");

        metadata.DefaultValue = null;
        Same(metadata.Schema, """{"type":"number"}""");
    }

    [Fact]
    public void A_schema_that_is_given_stays()
    {
        var metadata = new KernelParameterMetadata("rate") { Schema = KernelJsonSchema.Parse("""{"type":"number","minimum":0}""") };
        metadata.ParameterType = typeof(int);
        metadata.Description = "changed";

        Same(metadata.Schema, """{"type":"number","minimum":0}""");
        Same(new KernelParameterMetadata(metadata).Schema, """{"type":"number","minimum":0}""");
    }

    [Fact]
    public void Without_a_type_there_is_no_schema()
    {
        new KernelParameterMetadata("anything").Schema.Should().BeNull();
        new KernelReturnParameterMetadata { ParameterType = typeof(void) }.Schema.Should().BeNull();
    }

    [Fact]
    public void A_result_is_described_too()
    {
        Same(new KernelReturnParameterMetadata { ParameterType = typeof(double), Description = "ml" }.Schema, """{"description":"ml","type":"number"}""");
    }

    [Fact]
    public void A_function_has_one_schema_for_all_its_parameters()
    {
        var schema = JsonNode.Parse(KernelPluginFactory.CreateFromObject(new Pump())["Dispense"].JsonSchema.GetRawText())!.AsObject();

        schema["type"]!.GetValue<string>().Should().Be("object");
        schema["required"]!.ToJsonString().Should().Be("""["volume"]""");
        JsonNode.DeepEquals(schema["properties"], JsonNode.Parse("""
            {
              "volume": { "description": "Volume in ml.", "type": "number" },
              "rate": { "description": "Rate in ml/min. (default value: 1.5)", "type": "number" },
              "note": { "type": "string" }
            }
            """)).Should().BeTrue(schema.ToJsonString());
    }

    [Fact]
    public void A_schema_is_written_as_the_json_it_is()
    {
        var schema = KernelJsonSchema.Parse("""{"type":"string"}""");

        JsonSerializer.Serialize(schema).Should().Be("""{"type":"string"}""");
        schema.ToString().Should().Be("""{"type":"string"}""");
        JsonSerializer.Deserialize<KernelJsonSchema>("""{"type":"string"}""")!.RootElement.GetProperty("type").GetString().Should().Be("string");
        FluentActions.Invoking(() => KernelJsonSchema.Parse("{")).Should().Throw<JsonException>();
    }

    private static void Same(KernelJsonSchema? actual, string expected) =>
        JsonNode.DeepEquals(JsonNode.Parse(actual!.ToString()), JsonNode.Parse(expected)).Should().BeTrue($"{actual} should be {expected}");

    private sealed record Step(int? Minutes);

    private sealed record Recipe([property: Description("Name of the ligand.")] string Ligand, double Equivalents, Speed Speed, Step[] Steps, string? Note = null);
}
