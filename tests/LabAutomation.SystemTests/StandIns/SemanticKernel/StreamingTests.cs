using System.ClientModel;
using System.Diagnostics.CodeAnalysis;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using Microsoft.SemanticKernel.Connectors.OpenAI;
using OpenAI.Chat;

namespace LabAutomation.SystemTests.StandIns.SemanticKernel;

public sealed class StreamingTests
{
    private readonly Bench _bench = new();

    [Fact]
    public async Task An_answer_comes_in_pieces()
    {
        await using var endpoint = new Endpoint(Reply.Says("Ligand L3 was best."));

        var pieces = await endpoint.Kernel().StreamAsync(Asking.Question());

        pieces.Text().Should().Be("Ligand L3 was best.");
        pieces.Count(piece => !string.IsNullOrEmpty(piece.Content)).Should().Be(4);
        pieces[0].Role.Should().Be(AuthorRole.Assistant);
        pieces.Should().OnlyContain(piece => piece.ModelId == "model-1" && piece.ChoiceIndex == 0);
        endpoint.Requests.Single().Body["stream"]!.GetValue<bool>().Should().BeTrue();
        endpoint.Requests.Single().Body["stream_options"]!["include_usage"]!.GetValue<bool>().Should().BeTrue();
    }

    [Fact]
    public async Task Usage_and_the_reason_it_stopped_come_last()
    {
        await using var endpoint = new Endpoint(Reply.Says("Yes."));

        var pieces = await endpoint.Kernel().StreamAsync(Asking.Question());

        var usages = pieces.Select(piece => piece.Metadata!["Usage"]).OfType<ChatTokenUsage>().ToList();
        usages.Should().ContainSingle().Which.TotalTokenCount.Should().Be(18);
        pieces.Select(piece => piece.Metadata!["FinishReason"]).OfType<string>().Should().Equal("Stop");
        pieces.OfType<OpenAIStreamingChatMessageContent>().Select(piece => piece.FinishReason).OfType<ChatFinishReason>().Should().Equal(ChatFinishReason.Stop);
        pieces[0].Metadata!["CompletionId"].Should().Be("chatcmpl-1");
    }

    [Fact]
    [Experimental("SKEXP0001")]
    public async Task Calls_are_shown_while_they_are_written_and_made_when_they_are_complete()
    {
        await using var endpoint = new Endpoint(
            Reply.Asks(new Called("call_1", "Lab-Dispense", """{"volume":2.5}"""), new Called("call_2", "Lab-Prime")),
            Reply.Asks(new Called("call_3", "Lab-Prime")),
            Reply.Says("Done."));
        var builder = new FunctionCallContentBuilder();

        var pieces = await endpoint.Kernel(_bench.Plugin).StreamAsync(Asking.Question(), Bench.Auto());
        foreach (var piece in pieces) builder.Append(piece);

        _bench.Done.Should().Equal("dispensed 2.5 ml", "primed", "primed");
        pieces.Text().Should().Be("Done.");
        var updates = pieces.SelectMany(piece => piece.Items.OfType<StreamingFunctionCallUpdateContent>()).ToList();
        updates.Where(update => update.Name is { Length: > 0 }).Select(update => (update.RequestIndex, update.FunctionCallIndex, update.CallId, update.Name))
            .Should().Equal((0, 0, "call_1", "Lab-Dispense"), (0, 1, "call_2", "Lab-Prime"), (1, 0, "call_3", "Lab-Prime"));
        builder.Build().Select(call => (call.Id, call.FunctionName)).Should().Equal(("call_1", "Dispense"), ("call_2", "Prime"), ("call_3", "Prime"));
        pieces.Select(piece => piece.Metadata!["Usage"]).OfType<ChatTokenUsage>().Sum(usage => usage.TotalTokenCount).Should().Be(3 * 18, "every answer is paid for");
    }

    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task An_answer_whose_author_is_never_told_is_the_models()
    {
        await using var endpoint = new Endpoint(Reply.Asks(new Called("call_1", "Lab-Prime")) with { WithoutRole = true }, Reply.Says("Primed."));
        var history = Asking.Question();

        var pieces = await endpoint.Kernel(_bench.Plugin).StreamAsync(history, Bench.Auto());

        pieces.Text().Should().Be("Primed.");
        history[1].Role.Should().Be(AuthorRole.Assistant);
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_is_an_error_after_the_pieces_that_came()
    {
        await using var endpoint = new Endpoint(Reply.Says("Ligand L3 was best.") with { CutAfter = 3 });
        var kernel = endpoint.Kernel();
        var text = "";

        var act = async () =>
        {
            await foreach (var piece in kernel.Model().GetStreamingChatMessageContentsAsync(Asking.Question(), kernel: kernel)) text += piece.Content;
        };

        await act.Should().ThrowAsync<IOException>();
        text.Should().Be("Ligand L3");
    }

    [Fact]
    public async Task A_cut_within_a_call_calls_nothing()
    {
        await using var endpoint = new Endpoint(Reply.Asks(new Called("call_1", "Lab-Dispense", """{"volume":2.5}""")) with { CutAfter = 4 });

        await endpoint.Kernel(_bench.Plugin).Awaiting(kernel => kernel.StreamAsync(Asking.Question(), Bench.Auto())).Should().ThrowAsync<IOException>();

        _bench.Done.Should().BeEmpty();
        endpoint.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_stream_that_ends_too_early_has_no_reason_it_stopped()
    {
        await using var endpoint = new Endpoint(Reply.Says("Ligand L3 was best.") with { EndsAfter = 3 });

        var pieces = await endpoint.Kernel().StreamAsync(Asking.Question());

        pieces.Text().Should().Be("Ligand L3");
        pieces.Select(piece => piece.Metadata!["FinishReason"]).Should().OnlyContain(reason => reason == null);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_refusal_comes_with_its_status_as_the_client_library_says_it(int status)
    {
        await using var endpoint = new Endpoint(Reply.Refuses(status, "not now"));

        var act = () => endpoint.Kernel().StreamAsync(Asking.Question());

        var thrown = (await act.Should().ThrowAsync<ClientResultException>()).Which;
        thrown.Status.Should().Be(status);
        thrown.GetRawResponse()!.Content.ToString().Should().Contain("not now");
        endpoint.Requests.Should().ContainSingle("a request is not repeated");
    }

    [Fact]
    public async Task Reading_can_be_given_up()
    {
        await using var endpoint = new Endpoint(Reply.Says("Ligand L3 was best."), new Reply { Hangs = true });
        var kernel = endpoint.Kernel();
        using var cancellation = new CancellationTokenSource();

        await foreach (var piece in kernel.Model().GetStreamingChatMessageContentsAsync(Asking.Question(), kernel: kernel, cancellationToken: cancellation.Token))
            if (piece.Content == "Ligand") break;
        var waiting = kernel.StreamAsync(Asking.Question(), cancellationToken: cancellation.Token);
        while (endpoint.Requests.Count < 2) await Task.Delay(1);
        await cancellation.CancelAsync();

        await waiting.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
    }
}
