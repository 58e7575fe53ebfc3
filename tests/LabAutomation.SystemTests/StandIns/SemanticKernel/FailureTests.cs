using System.ClientModel;
using System.Net;
using System.Text.Json;
using Microsoft.SemanticKernel;
using OpenAI;

namespace LabAutomation.SystemTests.StandIns.SemanticKernel;

public sealed class FailureTests
{
    private readonly Bench _bench = new();

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_refusal_comes_with_its_status_and_its_words(int status)
    {
        await using var endpoint = new Endpoint(Reply.Refuses(status, "not now"));

        var act = () => endpoint.Kernel().AskAsync(Asking.Question());

        var thrown = (await act.Should().ThrowAsync<HttpOperationException>()).Which;
        thrown.StatusCode.Should().Be((HttpStatusCode)status);
        thrown.ResponseContent.Should().Contain("not now");
        thrown.Message.Should().Contain("not now");
        thrown.InnerException.Should().BeAssignableTo<ClientResultException>();
        endpoint.Requests.Should().ContainSingle("a request is not repeated");
    }

    [Fact]
    public async Task A_refusal_need_not_be_json()
    {
        await using var endpoint = new Endpoint(new Reply { Status = 502, Body = "<html>Bad gateway</html>" });

        var act = () => endpoint.Kernel().AskAsync(Asking.Question());

        var thrown = (await act.Should().ThrowAsync<HttpOperationException>()).Which;
        thrown.StatusCode.Should().Be(HttpStatusCode.BadGateway);
        thrown.ResponseContent.Should().Be("<html>Bad gateway</html>");
    }

    [Fact]
    public async Task A_client_of_ones_own_repeats_what_may_succeed_later()
    {
        var soon = new Dictionary<string, string> { ["retry-after-ms"] = "1" };
        await using var endpoint = new Endpoint(
            Reply.Refuses(429, "slow down") with { Headers = soon }, Reply.Refuses(503, "starting") with { Headers = soon }, Reply.Says("Yes."));

        (await WithOwnClient(endpoint.Address).AskAsync(Asking.Question())).Content.Should().Be("Yes.");

        endpoint.Requests.Should().HaveCount(3);
    }

    [Fact]
    public async Task A_client_of_ones_own_gives_up_after_three_more_times()
    {
        var soon = new Dictionary<string, string> { ["retry-after-ms"] = "1" };
        await using var endpoint = new Endpoint([.. Enumerable.Repeat(Reply.Refuses(429, "slow down") with { Headers = soon }, 9)]);

        var act = () => WithOwnClient(endpoint.Address).AskAsync(Asking.Question());

        (await act.Should().ThrowAsync<HttpOperationException>()).Which.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        endpoint.Requests.Should().HaveCount(4);
    }

    [Fact]
    public async Task A_client_of_ones_own_does_not_repeat_what_stays_wrong()
    {
        await using var endpoint = new Endpoint(Reply.Refuses(401, "who are you"), Reply.Says("Yes."));

        await FluentActions.Awaiting(() => WithOwnClient(endpoint.Address).AskAsync(Asking.Question())).Should().ThrowAsync<HttpOperationException>();

        endpoint.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task An_endpoint_that_cannot_be_reached_has_no_status()
    {
        var nobody = new Uri($"http://127.0.0.1:{Endpoint.FreePort()}/v1");
        var kernel = Kernel.CreateBuilder().AddOpenAIChatCompletion("model-1", nobody, "key").Build();

        var act = () => kernel.AskAsync(Asking.Question());

        var thrown = (await act.Should().ThrowAsync<HttpOperationException>()).Which;
        thrown.StatusCode.Should().BeNull();
        thrown.ResponseContent.Should().BeNull();
        thrown.InnerException!.InnerException.Should().BeOfType<HttpRequestException>();
        await kernel.Awaiting(k => k.StreamAsync(Asking.Question())).Should().ThrowAsync<ClientResultException>();
    }

    [Fact]
    public async Task An_answer_that_is_no_json_is_a_json_error()
    {
        await using var endpoint = new Endpoint(new Reply { Body = """{"choices":""" });

        await endpoint.Kernel().Awaiting(kernel => kernel.AskAsync(Asking.Question())).Should().ThrowAsync<JsonException>();
    }

    [Fact]
    public async Task A_broken_stream_is_an_error_too()
    {
        await using var endpoint = new Endpoint(new Reply { Body = "data: {\"choices\":\n\n" });

        await endpoint.Kernel().Awaiting(kernel => kernel.StreamAsync(Asking.Question())).Should().ThrowAsync<JsonException>();
    }

    [Fact]
    public async Task A_request_can_be_given_up()
    {
        await using var endpoint = new Endpoint(new Reply { Hangs = true });
        using var cancellation = new CancellationTokenSource();

        var asking = endpoint.Kernel().AskAsync(Asking.Question(), cancellationToken: cancellation.Token);
        await endpoint.Asked;
        await cancellation.CancelAsync();

        await asking.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_client_sets_the_time_limit()
    {
        await using var endpoint = new Endpoint(new Reply { Hangs = true });
        using var http = new HttpClient { Timeout = TimeSpan.FromMilliseconds(200) };
        var kernel = Kernel.CreateBuilder().AddOpenAIChatCompletion("model-1", endpoint.Address, "key", httpClient: http).Build();

        await kernel.Awaiting(k => k.AskAsync(Asking.Question())).Should().ThrowAsync<TaskCanceledException>();
    }

    [Fact]
    public async Task A_call_that_is_given_up_ends_the_conversation()
    {
        await using var endpoint = new Endpoint(Reply.Asks(new Called("call_1", "Lab-Wait")), Reply.Says("Waited."));
        using var cancellation = new CancellationTokenSource();
        var wait = KernelFunctionFactory.CreateFromMethod(
            async (CancellationToken token) =>
            {
                await cancellation.CancelAsync();
                await Task.Delay(Timeout.Infinite, token);
            },
            "Wait");
        var history = Asking.Question();
        var kernel = endpoint.Kernel(KernelPluginFactory.CreateFromFunctions("Lab", [wait]));

        await kernel.Awaiting(k => k.AskAsync(history, Bench.Auto(), cancellation.Token)).Should().ThrowAsync<OperationCanceledException>();

        endpoint.Requests.Should().ContainSingle();
        history[^1].Content.Should().BeNull();
        history[^1].Items.OfType<FunctionResultContent>().Single().Result.As<string>().Should().StartWith("Error: ", "the call has its answer all the same");
    }

    [Fact]
    public async Task A_refusal_after_calls_leaves_them_in_the_conversation()
    {
        await using var endpoint = new Endpoint(Reply.Asks(new Called("call_1", "Lab-Prime")), Reply.Refuses(500, "not now"), Reply.Says("Primed."));
        var kernel = endpoint.Kernel(_bench.Plugin);
        var history = Asking.Question();

        await kernel.Awaiting(k => k.AskAsync(history, Bench.Auto())).Should().ThrowAsync<HttpOperationException>();

        history.Should().HaveCount(3);
        (await kernel.AskAsync(history, Bench.Auto())).Content.Should().Be("Primed.");
        _bench.Done.Should().Equal("primed");
    }

    private static Kernel WithOwnClient(Uri address)
    {
        var client = new OpenAIClient(new ApiKeyCredential("key"), new OpenAIClientOptions { Endpoint = address });
        return Kernel.CreateBuilder().AddOpenAIChatCompletion("model-1", client).Build();
    }
}
