using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.SystemTests.StandIns.SemanticKernel;

public sealed class CallFilterTests
{
    private static readonly Called Prime = new("call_1", "Lab-Prime");
    private static readonly Called Dispense = new("call_2", "Lab-Dispense", """{"volume":1}""");

    private readonly Bench _bench = new();
    private readonly List<string> _seen = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Filters_stand_around_each_other_and_around_the_function(bool streamed)
    {
        await using var endpoint = new Endpoint(Reply.Asks(Prime), Reply.Says("Primed."));
        var kernel = endpoint.Kernel(_bench.Plugin);
        kernel.AutoFunctionInvocationFilters.Add(new CallFilter(async (_, next) => { _seen.Add("outer in"); await next(); _seen.Add("outer out"); }));
        kernel.AutoFunctionInvocationFilters.Add(new CallFilter(async (_, next) => { _seen.Add("inner in"); await next(); _seen.Add("inner out"); }));
        kernel.FunctionInvocationFilters.Add(new FunctionFilter(_seen));

        await AskAsync(kernel, Asking.Question(), streamed);

        _seen.Should().Equal("outer in", "inner in", "function in", "function out", "inner out", "outer out");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_filter_knows_the_call(bool streamed)
    {
        await using var endpoint = new Endpoint(Reply.Asks(Prime, Dispense), Reply.Asks(Prime), Reply.Says("Done."));
        var kernel = endpoint.Kernel(_bench.Plugin);
        var seen = new List<AutoFunctionInvocationContext>();
        kernel.AutoFunctionInvocationFilters.Add(new CallFilter((context, next) => { seen.Add(context); return next(); }));
        var history = Asking.Question();
        using var cancellation = new CancellationTokenSource();

        await AskAsync(kernel, history, streamed, cancellationToken: cancellation.Token);

        seen.Select(c => (c.RequestSequenceIndex, c.FunctionSequenceIndex, c.FunctionCount, c.ToolCallId, c.Function.Name, c.IsStreaming)).Should().Equal(
            (0, 0, 2, "call_1", "Prime", streamed), (0, 1, 2, "call_2", "Dispense", streamed), (1, 0, 1, "call_1", "Prime", streamed));
        seen.Should().OnlyContain(c => c.Kernel == kernel && c.ChatHistory == history && c.CancellationToken == cancellation.Token && !c.Terminate);
        seen[1].Arguments!["volume"].Should().Be("1");
        seen[1].ChatMessageContent.Should().BeSameAs(history[1]);
        seen[1].Result.GetValue<string>().Should().Be("dispensed 1 ml");
        seen[1].ExecutionSettings!.FunctionChoiceBehavior.Should().NotBeNull();
    }

    [Fact]
    public async Task A_filter_that_does_not_go_on_answers_in_place_of_the_function()
    {
        await using var endpoint = new Endpoint(Reply.Asks(Prime, Dispense), Reply.Says("Understood."));
        var kernel = endpoint.Kernel(_bench.Plugin);
        kernel.AutoFunctionInvocationFilters.Add(new CallFilter((context, next) =>
        {
            if (context.Function.Name != "Dispense") return next();
            context.Result = new FunctionResult(context.Result, "Refused: the budget is spent.");
            return Task.CompletedTask;
        }));

        await AskAsync(kernel, Asking.Question(), streamed: false);

        _bench.Done.Should().Equal("primed");
        endpoint.Requests[1].Messages[3].Said().Should().Be("Refused: the budget is spent.");
    }

    [Fact]
    public async Task A_filter_that_says_nothing_leaves_an_empty_result()
    {
        await using var endpoint = new Endpoint(Reply.Asks(Prime), Reply.Says("Hm."));
        var kernel = endpoint.Kernel(_bench.Plugin);
        kernel.AutoFunctionInvocationFilters.Add(new CallFilter((_, _) => Task.CompletedTask));

        await AskAsync(kernel, Asking.Question(), streamed: false);

        _bench.Done.Should().BeEmpty();
        endpoint.Requests[1].Messages[2].Said().Should().BeEmpty();
    }

    [Fact]
    public async Task A_filter_replaces_what_the_model_is_told()
    {
        await using var endpoint = new Endpoint(Reply.Asks(Prime), Reply.Says("Done."));
        var kernel = endpoint.Kernel(_bench.Plugin);
        kernel.AutoFunctionInvocationFilters.Add(new CallFilter(async (context, next) =>
        {
            await next();
            context.Result = new FunctionResult(context.Result, new { said = context.Result.GetValue<string>() });
        }));

        await AskAsync(kernel, Asking.Question(), streamed: false);

        endpoint.Requests[1].Messages[2].Said().Should().Be("""{"said":"primed"}""");
    }

    [Fact]
    public async Task What_a_filter_throws_is_told_to_the_model()
    {
        await using var endpoint = new Endpoint(Reply.Asks(Prime), Reply.Says("Sorry."));
        var kernel = endpoint.Kernel(_bench.Plugin);
        kernel.AutoFunctionInvocationFilters.Add(new CallFilter((_, _) => throw new UnauthorizedAccessException("not before noon")));

        await AskAsync(kernel, Asking.Question(), streamed: false);

        _bench.Done.Should().BeEmpty();
        endpoint.Requests[1].Messages[2].Said().Should().StartWith("Error: ").And.Contain("not before noon");
    }

    [Fact]
    public async Task A_failure_can_be_put_into_other_words()
    {
        await using var endpoint = new Endpoint(Reply.Asks(new Called("call_1", "Lab-Jam")), Reply.Says("Sorry."));
        var kernel = endpoint.Kernel(_bench.Plugin);
        kernel.AutoFunctionInvocationFilters.Add(new CallFilter(async (context, next) =>
        {
            try
            {
                await next();
            }
            catch (InvalidOperationException)
            {
                context.Result = new FunctionResult(context.Function, "The pump needs a person.");
            }
        }));

        await AskAsync(kernel, Asking.Question(), streamed: false);

        endpoint.Requests[1].Messages[2].Said().Should().Be("The pump needs a person.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Terminate_makes_the_result_the_answer_and_leaves_the_other_calls(bool streamed)
    {
        await using var endpoint = new Endpoint(Reply.Asks(Prime, Dispense));
        var kernel = endpoint.Kernel(_bench.Plugin);
        kernel.AutoFunctionInvocationFilters.Add(new CallFilter(async (context, next) => { await next(); context.Terminate = true; }));
        var history = Asking.Question();

        var answer = await AskAsync(kernel, history, streamed);

        answer.Should().Be((AuthorRole.Tool, "primed"));
        endpoint.Requests.Should().ContainSingle();
        _bench.Done.Should().Equal("primed");
        history.Select(message => message.Role).Should().Equal(AuthorRole.User, AuthorRole.Assistant, AuthorRole.Tool);
    }

    [Fact]
    public async Task Terminate_before_the_function_keeps_it_from_running()
    {
        await using var endpoint = new Endpoint(Reply.Asks(Prime));
        var kernel = endpoint.Kernel(_bench.Plugin);
        kernel.AutoFunctionInvocationFilters.Add(new CallFilter((context, next) => { context.Terminate = true; return next(); }));

        var answer = await AskAsync(kernel, Asking.Question(), streamed: false);

        answer.Should().Be((AuthorRole.Tool, ""));
        _bench.Done.Should().BeEmpty();
    }

    [Fact]
    public async Task Terminate_among_calls_at_once_waits_for_all_of_them()
    {
        await using var endpoint = new Endpoint(Reply.Asks(Prime, Dispense));
        var kernel = endpoint.Kernel(_bench.Plugin);
        kernel.AutoFunctionInvocationFilters.Add(new CallFilter(async (context, next) => { await next(); context.Terminate = context.Function.Name == "Prime"; }));
        var history = Asking.Question();

        var answer = await AskAsync(kernel, history, streamed: false, new() { AllowConcurrentInvocation = true });

        answer.Should().Be((AuthorRole.Tool, "dispensed 1 ml"));
        _bench.Done.Should().BeEquivalentTo("primed", "dispensed 1 ml");
        history.Should().HaveCount(4);
        endpoint.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Calls_that_cannot_be_made_are_not_shown_to_filters()
    {
        await using var endpoint = new Endpoint(Reply.Asks(new Called("call_1", "Lab-Explode"), new Called("call_2", "Lab-Prime", "{")), Reply.Says("Sorry."));
        var kernel = endpoint.Kernel(_bench.Plugin);
        kernel.AutoFunctionInvocationFilters.Add(new CallFilter((context, next) => { _seen.Add(context.Function.Name); return next(); }));

        await AskAsync(kernel, Asking.Question(), streamed: false);

        _seen.Should().BeEmpty();
    }

    private static async Task<(AuthorRole? Role, string? Text)> AskAsync(
        Kernel kernel, ChatHistory history, bool streamed, FunctionChoiceBehaviorOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (!streamed)
        {
            var answer = await kernel.AskAsync(history, Bench.Auto(options), cancellationToken);
            return (answer.Role, answer.Content);
        }

        var last = (await kernel.StreamAsync(history, Bench.Auto(options), cancellationToken))[^1];
        return (last.Role, last.Content);
    }

    private sealed class CallFilter(Func<AutoFunctionInvocationContext, Func<Task>, Task> around) : IAutoFunctionInvocationFilter
    {
        public Task OnAutoFunctionInvocationAsync(AutoFunctionInvocationContext context, Func<AutoFunctionInvocationContext, Task> next) =>
            around(context, () => next(context));
    }

    private sealed class FunctionFilter(List<string> seen) : IFunctionInvocationFilter
    {
        public async Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
        {
            seen.Add("function in");
            await next(context);
            seen.Add("function out");
        }
    }
}
