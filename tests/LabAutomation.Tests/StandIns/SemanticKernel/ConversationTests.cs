using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Tests.StandIns.SemanticKernel;

[Experimental("SKEXP0001")]
public sealed class ConversationTests
{
    [Fact]
    public void A_conversation_keeps_its_messages_in_order()
    {
        var history = new ChatHistory("You are a chemist.");
        history.AddUserMessage("Which ligand?");
        history.AddAssistantMessage("L3.");
        history.AddMessage(new AuthorRole("TOOL"), "done");
        history.AddDeveloperMessage("Be brief.");

        history.Select(message => (message.Role.Label.ToLowerInvariant(), message.Content)).Should().Equal(
            ("system", "You are a chemist."), ("user", "Which ligand?"), ("assistant", "L3."), ("tool", "done"), ("developer", "Be brief."));
        history[3].Role.Should().Be(AuthorRole.Tool);
        history.RemoveRange(1, 3);
        history.Count.Should().Be(2);
        FluentActions.Invoking(() => new ChatHistory(" ")).Should().Throw<ArgumentException>();
        history.Invoking(h => h.Add(null!)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void The_content_of_a_message_is_its_first_text()
    {
        var message = new ChatMessageContent(AuthorRole.Assistant, "one");
        message.Items.Add(new TextContent("two"));
        message.Content = "changed";

        message.Items.OfType<TextContent>().Select(text => text.Text).Should().Equal("changed", "two");
        message.ToString().Should().Be("changed");
        new ChatMessageContent(AuthorRole.Tool, [new FunctionResultContent("Prime", "Pump", "1", 5)]).Content.Should().BeNull();
        new ChatMessageContent(AuthorRole.User, (string?)null).Items.Should().BeEmpty();
    }

    [Fact]
    public void A_conversation_is_written_down_and_read_back()
    {
        var call = new FunctionCallContent("Dispense", "Pump", "call_1", new() { ["volume"] = "2.5" });
        var history = new ChatHistory("You are a chemist.")
        {
            new ChatMessageContent(AuthorRole.Assistant, [call]) { AuthorName = "Ada" },
            new FunctionResultContent(call, "2.5").ToChatMessage(),
        };

        var json = JsonSerializer.Serialize(history);
        var read = JsonSerializer.Deserialize<ChatHistory>(json)!;

        json.Should().Contain("""{"$type":"TextContent","Text":"You are a chemist."}""")
            .And.Contain("""{"$type":"FunctionCallContent","Id":"call_1","PluginName":"Pump","FunctionName":"Dispense","Arguments":{"volume":"2.5"}}""");
        JsonSerializer.Serialize(read).Should().Be(json);
        read[1].AuthorName.Should().Be("Ada");
        FunctionCallContent.GetFunctionCalls(read[1]).Single().Arguments!["volume"]!.ToString().Should().Be("2.5");
        read[2].Role.Should().Be(AuthorRole.Tool);
        read[2].Items.OfType<FunctionResultContent>().Single().CallId.Should().Be("call_1");
    }

    [Fact]
    public async Task A_call_can_be_made_by_hand()
    {
        var kernel = new Kernel();
        kernel.Plugins.AddFromObject(new Pump());
        var call = new FunctionCallContent("Dispense", "Pump", "call_1", new() { ["volume"] = "2.5" });

        var result = await call.InvokeAsync(kernel);

        result.Result.Should().Be(2.5);
        (result.CallId, result.PluginName, result.FunctionName).Should().Be(("call_1", "Pump", "Dispense"));
        result.ToChatMessage().Role.Should().Be(AuthorRole.Tool);
        await new FunctionCallContent("Stir").Awaiting(c => c.InvokeAsync(kernel)).Should().ThrowAsync<KeyNotFoundException>();
        var broken = new FunctionCallContent("Prime", "Pump") { Exception = new KernelException("no JSON") };
        await broken.Awaiting(c => c.InvokeAsync(kernel)).Should().ThrowAsync<KernelException>().WithMessage("no JSON");
    }

    [Fact]
    public void Calls_are_put_together_from_their_pieces()
    {
        var builder = new FunctionCallContentBuilder();
        foreach (var (id, name, arguments, index) in new[]
        {
            ("call_1", "Pump-Dispense", "", 0), (null, null, "{\"volume\":", 0), ("call_2", "Pump-Prime", "", 1), (null, null, "2.5}", 0),
        })
            builder.Append(Piece(new StreamingFunctionCallUpdateContent(id, name, arguments, index)));

        builder.Build().Select(call => (call.Id, call.PluginName, call.FunctionName, call.Arguments?["volume"])).Should().Equal(
            ("call_1", "Pump", "Dispense", "2.5"), ("call_2", "Pump", "Prime", null));
    }

    [Fact]
    public void Pieces_of_different_answers_are_different_calls()
    {
        var builder = new FunctionCallContentBuilder();
        builder.Append(Piece(new StreamingFunctionCallUpdateContent("call_1", "Pump-Prime", "{}", 0) { RequestIndex = 0 }));
        builder.Append(Piece(new StreamingFunctionCallUpdateContent("call_2", "Stop", "{}", 0) { RequestIndex = 1 }));

        builder.Build().Select(call => (call.Id, call.PluginName, call.FunctionName)).Should().Equal(("call_1", "Pump", "Prime"), ("call_2", null, "Stop"));
    }

    [Fact]
    public void Arguments_that_are_no_json_are_said_to_be_none()
    {
        var builder = new FunctionCallContentBuilder();
        builder.Append(Piece(new StreamingFunctionCallUpdateContent("call_1", "Pump-Prime", "{\"volume\":", 0)));

        var call = builder.Build().Single();

        call.Exception.Should().BeOfType<KernelException>();
        call.Arguments.Should().BeNull();
        new FunctionCallContentBuilder().Build().Should().BeEmpty();
    }

    [Fact]
    public void Arguments_are_copied_with_their_names_in_any_casing()
    {
        var arguments = new KernelArguments(new Dictionary<string, object?> { ["volume"] = 2.5 });

        arguments.ContainsName("VOLUME").Should().BeTrue();
        arguments.Names.Should().Equal("volume");
        JsonSerializer.Serialize(arguments).Should().Be("""{"volume":2.5}""");
    }

    private static StreamingChatMessageContent Piece(StreamingKernelContent item)
    {
        var piece = new StreamingChatMessageContent(AuthorRole.Assistant, content: null);
        piece.Items.Add(item);
        return piece;
    }
}
