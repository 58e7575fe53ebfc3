using System.Diagnostics.CodeAnalysis;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using OpenAI.Chat;
using ChatMessageContent = Microsoft.SemanticKernel.ChatMessageContent;

namespace LabAutomation.SystemTests.StandIns.SemanticKernel;

public sealed class FunctionCallingTests
{
    private readonly Bench _bench = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_model_asks_for_is_called_and_told_to_it(bool streamed)
    {
        await using var endpoint = new Endpoint(Reply.Asks(new Called("call_1", "Lab-Dispense", """{"volume":2.5}""")), Reply.Says("Dispensed."));
        var history = Asking.Question("Dispense 2.5 ml.");

        (await AnswerAsync(endpoint, history, Bench.Auto(), streamed)).Should().Be("Dispensed.");

        _bench.Done.Should().Equal("dispensed 2.5 ml");
        var sent = endpoint.Requests[1].Messages;
        sent.Select(message => message!["role"]!.GetValue<string>()).Should().Equal("user", "assistant", "tool");
        Asking.Same(sent[1]!["tool_calls"]!, """
            [{ "id": "call_1", "type": "function", "function": { "name": "Lab-Dispense", "arguments": "{\"volume\":2.5}" } }]
            """);
        sent[2]!["tool_call_id"]!.GetValue<string>().Should().Be("call_1");
        sent[2].Said().Should().Be("dispensed 2.5 ml");
        endpoint.Requests[1].Body["tools"]!.ToJsonString().Should().Be(endpoint.Requests[0].Body["tools"]!.ToJsonString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_conversation_grows_by_calls_and_results_in_order(bool streamed)
    {
        await using var endpoint = new Endpoint(
            Reply.Asks(new Called("call_1", "Lab-Prime"), new Called("call_2", "Lab-Dispense", """{"volume":"1"}""")) with { Text = "One moment." },
            Reply.Asks(new Called("call_3", "Lab-Prime")),
            Reply.Says("Done."));
        var history = Asking.Question();

        await AnswerAsync(endpoint, history, Bench.Auto(), streamed);

        history.Select(message => message.Role).Should().Equal(
            AuthorRole.User, AuthorRole.Assistant, AuthorRole.Tool, AuthorRole.Tool, AuthorRole.Assistant, AuthorRole.Tool);
        history[1].Content.Should().Be("One moment.");
        FunctionCallContent.GetFunctionCalls(history[1]).Select(call => (call.Id, call.PluginName, call.FunctionName))
            .Should().Equal(("call_1", "Lab", "Prime"), ("call_2", "Lab", "Dispense"));
        history[2].Content.Should().Be("primed");
        history[3].Items.OfType<FunctionResultContent>().Select(result => (result.CallId, result.PluginName, result.FunctionName, result.Result))
            .Should().Equal(("call_2", "Lab", "Dispense", (object)"dispensed 1 ml"));
        endpoint.Requests[1].Messages[1].Said().Should().Be("One moment.");
        history.Where(message => message.Role == AuthorRole.Assistant).Should()
            .OnlyContain(message => ((ChatTokenUsage)message.Metadata!["Usage"]!).TotalTokenCount == 18, "every answer was paid for");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Results_are_json_where_they_are_not_text(bool streamed)
    {
        await using var endpoint = new Endpoint(Reply.Asks(new Called("call_1", "Lab-Measure"), new Called("call_2", "Lab-Rest")), Reply.Says("7."));

        await AnswerAsync(endpoint, Asking.Question(), Bench.Auto(), streamed);

        endpoint.Requests[1].Messages[2].Said().Should().Be("""{"Ph":7,"Note":"<ok> µ"}""");
        endpoint.Requests[1].Messages[3].Said().Should().BeEmpty();
    }

    [Theory]
    [InlineData("Lab-Jam", "{}", "the pump is jammed")]
    [InlineData("Lab-Dispense", "{}", "volume")]
    [InlineData("Lab-Dispense", """{"volume":"a lot"}""", "a lot")]
    [InlineData("Lab-Explode", "{}", "Error: ")]
    [InlineData("no such thing!", "{}", "Error: ")]
    [InlineData("Lab-Prime", """{"volume":""", "Error: ")]
    [InlineData("Lab-Prime", "", "Error: ")]
    [InlineData("Lab-Prime", "[1]", "Error: ")]
    public async Task What_goes_wrong_is_told_to_the_model(string name, string arguments, string complaint)
    {
        foreach (var streamed in new[] { false, true })
        {
            await using var endpoint = new Endpoint(Reply.Asks(new Called("call_1", name, arguments)), Reply.Says("Sorry."));

            (await AnswerAsync(endpoint, Asking.Question(), Bench.Auto(), streamed)).Should().Be("Sorry.");

            endpoint.Requests[1].Messages[2].Said().Should().StartWith("Error: ").And.Contain(complaint);
        }

        _bench.Done.Should().BeEmpty();
    }

    [Fact]
    public async Task A_function_that_was_not_offered_is_not_called()
    {
        await using var endpoint = new Endpoint(Reply.Asks(new Called("call_1", "Lab-Prime")), Reply.Says("Sorry."));
        var kernel = endpoint.Kernel(_bench.Plugin);
        var settings = new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto([kernel.Plugins["Lab"]["Measure"]]) };

        await kernel.AskAsync(Asking.Question(), settings);

        endpoint.Requests[1].Messages[2].Said().Should().StartWith("Error: ");
        _bench.Done.Should().BeEmpty();
    }

    [Fact]
    public async Task One_bad_call_does_not_keep_the_others_from_being_made()
    {
        await using var endpoint = new Endpoint(
            Reply.Asks(new Called("call_1", "Lab-Jam"), new Called("call_2", "Lab-Explode"), new Called("call_3", "Lab-Prime")), Reply.Says("Primed."));

        await AnswerAsync(endpoint, Asking.Question(), Bench.Auto(), streamed: false);

        _bench.Done.Should().Equal("primed");
        endpoint.Requests[1].Messages.Skip(2).Select(message => message!["tool_call_id"]!.GetValue<string>()).Should().Equal("call_1", "call_2", "call_3");
    }

    [Fact]
    public async Task Calls_are_made_one_after_another_unless_they_may_run_at_once()
    {
        foreach (var concurrent in new[] { false, true })
        {
            await using var endpoint = new Endpoint(Reply.Asks(new Called("call_1", "Lab-Meet"), new Called("call_2", "Lab-Meet")), Reply.Says("Met."));
            var (waiting, most) = (0, 0);
            var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var meet = KernelFunctionFactory.CreateFromMethod(
                async () =>
                {
                    most = Math.Max(most, Interlocked.Increment(ref waiting));
                    if (waiting == 2) both.TrySetResult();
                    if (concurrent) await both.Task.WaitAsync(TimeSpan.FromSeconds(10));
                    else await Task.Yield();
                    Interlocked.Decrement(ref waiting);
                },
                "Meet");
            var kernel = endpoint.Kernel(KernelPluginFactory.CreateFromFunctions("Lab", [meet]));
            var history = Asking.Question();

            await kernel.AskAsync(history, Bench.Auto(new() { AllowConcurrentInvocation = concurrent }));

            most.Should().Be(concurrent ? 2 : 1);
            history.Skip(2).SelectMany(message => message.Items.OfType<FunctionResultContent>()).Select(result => result.CallId).Should().Equal("call_1", "call_2");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_are_handed_to_a_caller_who_wants_to_make_them(bool streamed)
    {
        await using var endpoint = new Endpoint(Reply.Asks(new Called("call_1", "Lab-Dispense", """{"volume":2.5}""")));
        var kernel = endpoint.Kernel(_bench.Plugin);
        var settings = new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto(autoInvoke: false) };
        var history = Asking.Question();
        FunctionCallContent call;
        if (streamed)
        {
            var builder = new FunctionCallContentBuilder();
            foreach (var piece in await kernel.StreamAsync(history, settings)) builder.Append(piece);
            call = builder.Build().Single();
        }
        else
        {
            call = FunctionCallContent.GetFunctionCalls(await kernel.AskAsync(history, settings)).Single();
        }

        (call.Id, call.PluginName, call.FunctionName, call.Arguments!["volume"]).Should().Be(("call_1", "Lab", "Dispense", "2.5"));
        history.Should().ContainSingle();
        _bench.Done.Should().BeEmpty();
    }

    [Fact]
    public async Task A_required_call_is_required_once()
    {
        await using var endpoint = new Endpoint(Reply.Asks(new Called("call_1", "Lab-Prime")), Reply.Says("Primed."));
        var settings = new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Required() };

        await AnswerAsync(endpoint, Asking.Question(), settings, streamed: false);

        endpoint.Requests[0].Body["tool_choice"]!.GetValue<string>().Should().Be("required");
        endpoint.Requests[1].Body["tool_choice"]!.GetValue<string>().Should().Be("none");
        endpoint.Requests[1].Body["tools"]!.AsArray().Single()!["function"]!["name"]!.GetValue<string>().Should().Be("NonInvocableTool");
    }

    [Fact]
    public async Task Without_a_kernel_nothing_can_be_called()
    {
        await using var endpoint = new Endpoint(Reply.Says("Yes."));
        var model = endpoint.Kernel().Model();

        await model.Awaiting(m => m.GetChatMessageContentAsync(Asking.Question(), Bench.Auto())).Should().ThrowAsync<KernelException>();
        endpoint.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_model_that_never_stops_asking_is_answered_128_times()
    {
        await using var endpoint = new Endpoint([.. Enumerable.Range(0, 130).Select(n => Reply.Asks(new Called($"call_{n}", "Lab-Prime")))]);

        var answer = await endpoint.Kernel(_bench.Plugin).AskAsync(Asking.Question(), Bench.Auto());

        FunctionCallContent.GetFunctionCalls(answer).Should().ContainSingle("the last call is the caller's");
        _bench.Done.Should().HaveCount(128);
        endpoint.Requests.Should().HaveCount(129);
    }

    [Fact]
    [Experimental("SKEXP0001")]
    public async Task Arguments_are_text_unless_their_types_are_kept()
    {
        foreach (var kept in new[] { false, true })
        {
            await using var endpoint = new Endpoint(Reply.Asks(new Called("call_1", "Lab-Dispense", """{"volume":2.5,"unit":null}""")), Reply.Says("Yes."));
            var history = Asking.Question();

            await endpoint.Kernel(_bench.Plugin).AskAsync(history, Bench.Auto(new() { RetainArgumentTypes = kept }));

            var arguments = FunctionCallContent.GetFunctionCalls(history[1]).Single().Arguments!;
            if (kept) arguments["volume"].Should().BeOfType<System.Text.Json.JsonElement>();
            else arguments["volume"].Should().Be("2.5");
            arguments["unit"].Should().BeNull();
        }
    }

    [Fact]
    public async Task A_conversation_of_last_time_is_gone_on_with()
    {
        await using var first = new Endpoint(Reply.Asks(new Called("call_1", "Lab-Prime")), Reply.Says("Primed."));
        var history = Asking.Question();
        history.Add(await first.Kernel(_bench.Plugin).AskAsync(history, Bench.Auto()));
        history.AddUserMessage("And now?");
        await using var second = new Endpoint(Reply.Says("Now we wait."));

        await second.Kernel(_bench.Plugin).AskAsync(history, Bench.Auto());

        second.Requests.Single().Messages.Select(message => message!["role"]!.GetValue<string>()).Should().Equal("user", "assistant", "tool", "assistant", "user");
    }

    private async Task<string?> AnswerAsync(Endpoint endpoint, ChatHistory history, PromptExecutionSettings settings, bool streamed)
    {
        var kernel = endpoint.Kernel(_bench.Plugin);
        return streamed ? (await kernel.StreamAsync(history, settings)).Text() : (await kernel.AskAsync(history, settings)).Content;
    }
}
