using System.ComponentModel;
using Microsoft.SemanticKernel;

namespace LabAutomation.SystemTests.StandIns.SemanticKernel;

public sealed class ToolDefinitionTests
{
    private enum Speed
    {
        Slow,
        Fast,
    }

    [Fact]
    public async Task Functions_are_described_with_their_parameters()
    {
        await using var endpoint = new Endpoint(Reply.Says("Yes."));

        await endpoint.Kernel(Lab()).AskAsync(Asking.Question(), new() { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() });

        var body = endpoint.Requests.Single().Body;
        body["tool_choice"]!.GetValue<string>().Should().Be("auto");
        body.ContainsKey("parallel_tool_calls").Should().BeFalse();
        Asking.Same(body["tools"]!, """
            [
              {
                "type": "function",
                "function": {
                  "name": "Lab-Dispense",
                  "description": "Dispenses a volume.",
                  "strict": false,
                  "parameters": {
                    "type": "object",
                    "required": ["volume", "speed"],
                    "properties": {
                      "volume": { "description": "Volume in ml.", "type": "number" },
                      "speed": { "type": "string", "enum": ["Slow", "Fast"] },
                      "repeats": { "description": "(default value: 1)", "type": "integer" },
                      "note": { "description": "A remark.", "type": "string" }
                    }
                  }
                }
              },
              {
                "type": "function",
                "function": {
                  "name": "Lab-Run",
                  "description": "",
                  "strict": false,
                  "parameters": {
                    "type": "object",
                    "required": ["recipe"],
                    "properties": {
                      "recipe": {
                        "type": "object",
                        "properties": {
                          "Ligand": { "type": "string" },
                          "Steps": {
                            "type": "array",
                            "items": { "type": "object", "properties": { "Minutes": { "type": "integer" } }, "required": ["Minutes"] }
                          },
                          "Note": { "type": ["string", "null"], "default": null }
                        },
                        "required": ["Ligand", "Steps"]
                      }
                    }
                  }
                }
              },
              {
                "type": "function",
                "function": { "name": "Lab-Stop", "description": "Stops.", "strict": false, "parameters": { "type": "object", "required": [], "properties": {} } }
              }
            ]
            """);
    }

    [Fact]
    public async Task Strict_descriptions_leave_nothing_optional()
    {
        await using var endpoint = new Endpoint(Reply.Says("Yes."));
        var behaviour = FunctionChoiceBehavior.Auto(options: new() { AllowStrictSchemaAdherence = true, AllowParallelCalls = false });

        await endpoint.Kernel(Lab()).AskAsync(Asking.Question(), new() { FunctionChoiceBehavior = behaviour });

        var body = endpoint.Requests.Single().Body;
        body["parallel_tool_calls"]!.GetValue<bool>().Should().BeFalse();
        Asking.Same(body["tools"]![0]!["function"]!["parameters"]!, """
            {
              "type": "object",
              "required": ["volume", "speed", "repeats", "note"],
              "properties": {
                "volume": { "description": "Volume in ml.", "type": "number" },
                "speed": { "type": "string", "enum": ["Slow", "Fast"] },
                "repeats": { "description": "(default value: 1)", "type": ["integer", "null"] },
                "note": { "description": "A remark.", "type": ["string", "null"] }
              },
              "additionalProperties": false
            }
            """);
        Asking.Same(body["tools"]![1]!["function"]!["parameters"]!["properties"]!["recipe"]!, """
            {
              "type": "object",
              "properties": {
                "Ligand": { "type": "string" },
                "Steps": {
                  "type": "array",
                  "items": { "type": "object", "properties": { "Minutes": { "type": "integer" } }, "required": ["Minutes"], "additionalProperties": false }
                },
                "Note": { "type": ["string", "null"] }
              },
              "required": ["Ligand", "Steps", "Note"],
              "additionalProperties": false
            }
            """);
        body["tools"]![0]!["function"]!["strict"]!.GetValue<bool>().Should().BeTrue();
        Asking.Same(body["tools"]![2]!["function"]!["parameters"]!, """{"type":"object","required":[],"properties":{},"additionalProperties":false}""");
    }

    [Fact]
    public async Task Parameters_without_a_type_are_text_and_given_schemas_stay()
    {
        await using var endpoint = new Endpoint(Reply.Says("Yes."), Reply.Says("Yes."));
        var function = KernelFunctionFactory.CreateFromMethod(
            () => { },
            "Note",
            parameters:
            [
                new KernelParameterMetadata("plain"),
                new KernelParameterMetadata("told") { Description = "A remark.", DefaultValue = "none", IsRequired = true },
                new KernelParameterMetadata("rate") { Schema = KernelJsonSchema.Parse("""{"type":"number","minimum":0,"nullable":true}""") },
            ]);
        var kernel = endpoint.Kernel(KernelPluginFactory.CreateFromFunctions("Lab", [function]));

        await kernel.AskAsync(Asking.Question(), new() { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() });
        await kernel.AskAsync(Asking.Question(), new() { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto(options: new() { AllowStrictSchemaAdherence = true }) });

        Asking.Same(endpoint.Requests[0].Body["tools"]![0]!["function"]!["parameters"]!["properties"]!, """
            {
              "plain": { "type": "string" },
              "told": { "description": "A remark. (default value: none)", "type": "string" },
              "rate": { "type": "number", "minimum": 0, "nullable": true }
            }
            """);
        Asking.Same(endpoint.Requests[1].Body["tools"]![0]!["function"]!["parameters"]!["properties"]!, """
            {
              "plain": { "type": ["string", "null"] },
              "told": { "description": "A remark. (default value: none)", "type": ["string", "null"] },
              "rate": { "type": ["number", "null"] }
            }
            """);
    }

    [Fact]
    public async Task Without_a_choice_no_functions_are_offered()
    {
        await using var endpoint = new Endpoint(Reply.Says("Yes."));

        await endpoint.Kernel(Lab()).AskAsync(Asking.Question());

        endpoint.Requests.Single().Body.ContainsKey("tools").Should().BeFalse();
    }

    [Fact]
    public async Task Functions_that_must_not_be_called_are_described_all_the_same()
    {
        await using var endpoint = new Endpoint(Reply.Says("Yes."));

        await endpoint.Kernel(Lab()).AskAsync(Asking.Question(), new() { FunctionChoiceBehavior = FunctionChoiceBehavior.None() });

        endpoint.Requests.Single().Body["tool_choice"]!.GetValue<string>().Should().Be("none");
        endpoint.Requests.Single().Body["tools"]!.AsArray().Should().HaveCount(3);
    }

    [Fact]
    public async Task A_kernel_without_functions_offers_one_that_cannot_be_called()
    {
        await using var endpoint = new Endpoint(Reply.Says("Yes."));

        await endpoint.Kernel().AskAsync(Asking.Question(), new() { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() });

        var body = endpoint.Requests.Single().Body;
        body["tool_choice"]!.GetValue<string>().Should().Be("none");
        body["tools"]!.AsArray().Single()!["function"]!["name"]!.GetValue<string>().Should().Be("NonInvocableTool");
    }

    private static KernelPlugin Lab() => KernelPluginFactory.CreateFromFunctions(
        "Lab",
        [
            KernelFunctionFactory.CreateFromMethod(Dispense, "Dispense"),
            KernelFunctionFactory.CreateFromMethod((Recipe recipe) => recipe.Ligand, "Run"),
            KernelFunctionFactory.CreateFromMethod((CancellationToken _) => { }, "Stop", "Stops."),
        ]);

    [Description("Dispenses a volume.")]
    private static double Dispense(
        [Description("Volume in ml.")] double volume, Speed speed, int repeats = 1, [Description("A remark.")] string? note = null) => volume * repeats;

    private sealed record Step(int Minutes);

    private sealed record Recipe(string Ligand, Step[] Steps, string? Note = null);
}
