using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using Microsoft.SemanticKernel.Connectors.OpenAI;
using Microsoft.SemanticKernel.Services;
using ChatMessageContent = Microsoft.SemanticKernel.ChatMessageContent;
using ChatTokenUsage = OpenAI.Chat.ChatTokenUsage;

namespace LabAutomation.SystemTests.StandIns.SemanticKernel;

public sealed class ChatTests
{
    [Fact]
    public async Task A_question_is_answered()
    {
        await using var endpoint = new Endpoint(Reply.Says("Ligand L3."));
        var kernel = endpoint.Kernel();
        var history = new ChatHistory("You are a chemist.");
        history.AddUserMessage("Which ligand?");

        var answer = await kernel.AskAsync(history);

        answer.Content.Should().Be("Ligand L3.");
        answer.Role.Should().Be(AuthorRole.Assistant);
        answer.ModelId.Should().Be("model-1");
        history.Should().HaveCount(2, "the answer is the caller's to add");
        Asking.Same(endpoint.Requests.Single().Body, """
            {
              "model": "model-1",
              "messages": [{ "role": "system", "content": "You are a chemist." }, { "role": "user", "content": "Which ligand?" }]
            }
            """);
        endpoint.Requests.Single().Authorization.Should().Be("Bearer key-1");
    }

    [Fact]
    public async Task Usage_and_the_reason_it_stopped_come_with_the_answer()
    {
        await using var endpoint = new Endpoint(Reply.Says("Yes."));

        var answer = await endpoint.Kernel().AskAsync(Asking.Question());

        var usage = answer.Metadata!["Usage"].Should().BeOfType<ChatTokenUsage>().Subject;
        (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount).Should().Be((11, 7, 18));
        answer.Metadata["FinishReason"].Should().Be("Stop");
        answer.Metadata["Id"].Should().Be("chatcmpl-1");
        answer.InnerContent.Should().BeOfType<global::OpenAI.Chat.ChatCompletion>();
    }

    [Fact]
    [Experimental("SKEXP0010")]
    public async Task Settings_are_sent()
    {
        await using var endpoint = new Endpoint(Reply.Says("Yes."));
        var settings = new OpenAIPromptExecutionSettings
        {
            Temperature = 0.25,
            TopP = 0.5,
            PresencePenalty = 0.75,
            FrequencyPenalty = -0.5,
            MaxTokens = 100,
            StopSequences = ["END"],
            Seed = 42,
            User = "lab",
            ReasoningEffort = "low",
            Logprobs = true,
            TopLogprobs = 2,
            TokenSelectionBiases = new Dictionary<int, int> { [50256] = -100 },
            ChatSystemPrompt = "Be brief.",
            ExtraBody = new Dictionary<string, object?> { ["chat_template_kwargs"] = new { enable_thinking = false } },
        };

        await endpoint.Kernel().AskAsync(Asking.Question(), settings);

        Asking.Same(endpoint.Requests.Single().Body, """
            {
              "model": "model-1",
              "messages": [{ "role": "system", "content": "Be brief." }, { "role": "user", "content": "Go." }],
              "temperature": 0.25, "top_p": 0.5, "presence_penalty": 0.75, "frequency_penalty": -0.5, "max_completion_tokens": 100,
              "stop": ["END"], "seed": 42, "user": "lab", "reasoning_effort": "low", "logprobs": true, "top_logprobs": 2,
              "logit_bias": { "50256": -100 }, "chat_template_kwargs": { "enable_thinking": false }
            }
            """);
    }

    [Fact]
    public async Task Settings_in_common_terms_are_sent_too()
    {
        await using var endpoint = new Endpoint(Reply.Says("Yes."));
        var settings = new PromptExecutionSettings
        {
            ExtensionData = new Dictionary<string, object> { ["temperature"] = 0.25, ["max_tokens"] = "100", ["seed"] = 7, ["unknown"] = true },
        };

        await endpoint.Kernel().AskAsync(Asking.Question(), settings);

        var body = endpoint.Requests.Single().Body;
        body["temperature"]!.GetValue<double>().Should().Be(0.25);
        body["max_completion_tokens"]!.GetValue<int>().Should().Be(100);
        body["seed"]!.GetValue<int>().Should().Be(7);
        body.ContainsKey("unknown").Should().BeFalse();
    }

    [Fact]
    public async Task An_answer_can_be_asked_for_as_json_of_a_type()
    {
        await using var endpoint = new Endpoint(Reply.Says("""{"Ligand":"L3","Equivalents":1.2}"""), Reply.Says("{}"), Reply.Says("{}"));
        var kernel = endpoint.Kernel();

        await kernel.AskAsync(Asking.Question(), new OpenAIPromptExecutionSettings { ResponseFormat = typeof(Proposal) });
        await kernel.AskAsync(Asking.Question(), new OpenAIPromptExecutionSettings { ResponseFormat = "json_object" });
        await kernel.AskAsync(Asking.Question(), new OpenAIPromptExecutionSettings
        {
            ResponseFormat = JsonSerializer.Deserialize<JsonElement>(
                """{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":{"type":"object","properties":{}}}}"""),
        });

        Asking.Same(endpoint.Requests[0].Body["response_format"]!, """
            {
              "type": "json_schema",
              "json_schema": {
                "name": "Proposal",
                "strict": true,
                "schema": {
                  "type": "object",
                  "properties": { "Ligand": { "type": "string" }, "Equivalents": { "type": ["number", "null"] } },
                  "required": ["Ligand", "Equivalents"],
                  "additionalProperties": false
                }
              }
            }
            """);
        Asking.Same(endpoint.Requests[1].Body["response_format"]!, """{"type":"json_object"}""");
        Asking.Same(endpoint.Requests[2].Body["response_format"]!, """
            {"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":{"type":"object","properties":{}}}}
            """);
    }

    [Fact]
    public async Task Messages_of_every_role_are_sent()
    {
        await using var endpoint = new Endpoint(Reply.Says("Yes."));
        var call = new FunctionCallContent("Dispense", "Pump", "call_1", new() { ["volume"] = "2.5" });
        var other = new FunctionCallContent("made up name", null, "call_2");
        var history = new ChatHistory("You are a chemist.");
        history.AddDeveloperMessage("Be brief.");
        history.AddUserMessage([new TextContent("One."), new TextContent("Two.")]);
        history.Add(new ChatMessageContent(AuthorRole.Assistant, [call, other]) { AuthorName = "Ada" });
        history.Add(new FunctionResultContent(call, new { dispensed = 2.5, unit = "µl" }).ToChatMessage());
        history.Add(new FunctionResultContent(other, new InvalidOperationException("jammed")).ToChatMessage());
        history.AddAssistantMessage("Done.");
        history.AddUserMessage("Next.");

        await endpoint.Kernel().AskAsync(history);

        var sent = endpoint.Requests.Single().Messages;
        sent.Select(message => message!["role"]!.GetValue<string>())
            .Should().Equal("system", "developer", "user", "assistant", "tool", "tool", "assistant", "user");
        Asking.Same(sent[2]!["content"]!, """[{"type":"text","text":"One."},{"type":"text","text":"Two."}]""");
        Asking.Same(sent[3]!["tool_calls"]!, """
            [
              { "id": "call_1", "type": "function", "function": { "name": "Pump-Dispense", "arguments": "{\"volume\":\"2.5\"}" } },
              { "id": "call_2", "type": "function", "function": { "name": "made_up_name", "arguments": "null" } }
            ]
            """);
        sent[3]!["name"]!.GetValue<string>().Should().Be("Ada");
        sent[4].Said().Should().Be("""{"dispensed":2.5,"unit":"µl"}""");
        sent[4]!["tool_call_id"]!.GetValue<string>().Should().Be("call_1");
        sent[5].Said().Should().StartWith("Error: ").And.EndWith("jammed");
    }

    [Fact]
    public async Task A_role_the_protocol_lacks_is_refused()
    {
        await using var endpoint = new Endpoint(Reply.Says("Yes."));
        var history = new ChatHistory("Hello.", new AuthorRole("narrator"));

        await endpoint.Kernel().Awaiting(kernel => kernel.AskAsync(history)).Should().ThrowAsync<NotSupportedException>();
    }

    [Fact]
    public async Task An_answer_needs_room_for_a_token()
    {
        await using var endpoint = new Endpoint(Reply.Says("Yes."));

        await endpoint.Kernel().Awaiting(kernel => kernel.AskAsync(Asking.Question(), new OpenAIPromptExecutionSettings { MaxTokens = 0 }))
            .Should().ThrowAsync<ArgumentException>();
        endpoint.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Every_role_has_an_endpoint_of_its_own()
    {
        await using var planner = new Endpoint(Reply.Says("Plan."));
        await using var chemist = new Endpoint(Reply.Says("Mix."));
        var builder = Kernel.CreateBuilder();
        builder.AddOpenAIChatCompletion("planner-model", planner.Address, apiKey: null, serviceId: "planner");
        builder.AddOpenAIChatCompletion("chemist-model", chemist.Address, apiKey: "k", orgId: "org-1", serviceId: "chemist");
        var kernel = builder.Build();

        var plan = await kernel.GetRequiredService<IChatCompletionService>("planner").GetChatMessageContentAsync(Asking.Question());
        var mix = await kernel.GetRequiredService<IChatCompletionService>("chemist").GetChatMessageContentAsync(Asking.Question());

        (plan.Content, mix.Content).Should().Be(("Plan.", "Mix."));
        planner.Requests.Single().Body["model"]!.GetValue<string>().Should().Be("planner-model");
        chemist.Requests.Single().Organization.Should().Be("org-1");
        kernel.GetRequiredService<IChatCompletionService>("planner").GetModelId().Should().Be("planner-model");
        kernel.GetRequiredService<IChatCompletionService>("planner").GetEndpoint().Should().Be(planner.Address.ToString());
    }

    [Fact]
    public async Task A_client_of_ones_own_is_used()
    {
        await using var endpoint = new Endpoint(Reply.Says("One."), Reply.Says("Two."), Reply.Says("Three."));
        using var http = new HttpClient { BaseAddress = endpoint.Address };
        var options = new global::OpenAI.OpenAIClientOptions { Endpoint = endpoint.Address };
        var client = new global::OpenAI.OpenAIClient(new System.ClientModel.ApiKeyCredential("own"), options);
        var services = new ServiceCollection().AddOpenAIChatCompletion("model-1", endpoint.Address, serviceId: "host");
        await using var host = services.BuildServiceProvider();

        var byHttp = Kernel.CreateBuilder().AddOpenAIChatCompletion("model-1", "key", httpClient: http).Build();
        var byClient = Kernel.CreateBuilder().AddOpenAIChatCompletion("model-1", client).Build();

        (await byHttp.AskAsync(Asking.Question())).Content.Should().Be("One.");
        (await byClient.AskAsync(Asking.Question())).Content.Should().Be("Two.");
        (await host.GetRequiredKeyedService<IChatCompletionService>("host").GetChatMessageContentAsync(Asking.Question())).Content.Should().Be("Three.");
        endpoint.Requests.Select(request => request.Authorization?.Trim()).Should().Equal("Bearer key", "Bearer own", "Bearer");
    }

    [Fact]
    public void The_public_endpoint_wants_a_key()
    {
        FluentActions.Invoking(() => Kernel.CreateBuilder().AddOpenAIChatCompletion("model-1", apiKey: " ")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => Kernel.CreateBuilder().AddOpenAIChatCompletion(" ", apiKey: "key")).Should().Throw<ArgumentException>();
        new OpenAIChatCompletionService("model-1", "key").GetEndpoint().Should().StartWith("https://api.openai.com/v1");
    }

    private sealed record Proposal(string Ligand, double? Equivalents);
}
