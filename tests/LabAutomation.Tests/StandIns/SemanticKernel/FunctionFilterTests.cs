using Microsoft.SemanticKernel;

namespace LabAutomation.Tests.StandIns.SemanticKernel;

public sealed class FunctionFilterTests
{
    private readonly List<string> _seen = [];

    [Fact]
    public async Task The_first_filter_is_the_outermost()
    {
        var kernel = With(
            async (context, next) => { _seen.Add("outer in"); await next(context); _seen.Add("outer out"); },
            async (context, next) => { _seen.Add("inner in"); await next(context); _seen.Add("inner out"); });

        await kernel.InvokeAsync("Lab", "Stir");

        _seen.Should().Equal("outer in", "inner in", "stirred", "inner out", "outer out");
    }

    [Fact]
    public async Task A_filter_that_does_not_go_on_keeps_the_function_from_running()
    {
        var kernel = With((context, next) =>
        {
            context.Result = new FunctionResult(context.Result, "refused");
            return Task.CompletedTask;
        });

        (await kernel.InvokeAsync<string>("Lab", "Stir")).Should().Be("refused");
        _seen.Should().BeEmpty();
    }

    [Fact]
    public async Task A_filter_replaces_the_result()
    {
        var kernel = With(async (context, next) =>
        {
            await next(context);
            context.Result = new FunctionResult(context.Result, context.Result.GetValue<string>() + ", seen");
        });

        (await kernel.InvokeAsync<string>("Lab", "Stir")).Should().Be("stirred, seen");
    }

    [Fact]
    public async Task A_filter_changes_the_arguments()
    {
        var kernel = With(async (context, next) =>
        {
            context.Arguments["speed"] = "100";
            await next(context);
        });

        (await kernel.InvokeAsync<int>("Lab", "SetSpeed", new() { ["speed"] = "9000" })).Should().Be(100);
    }

    [Fact]
    public async Task A_filter_sees_what_went_wrong_and_can_put_something_in_its_place()
    {
        var kernel = With(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (InvalidOperationException failure)
            {
                context.Result = new FunctionResult(context.Function, failure.Message);
            }
        });

        (await kernel.InvokeAsync<string>("Lab", "Jam")).Should().Be("jammed");
    }

    [Fact]
    public async Task What_a_filter_throws_reaches_the_caller()
    {
        var kernel = With((_, _) => throw new UnauthorizedAccessException("not this one"));

        await kernel.Awaiting(k => k.InvokeAsync("Lab", "Stir")).Should().ThrowAsync<UnauthorizedAccessException>();
        _seen.Should().BeEmpty();
    }

    [Fact]
    public async Task A_filter_knows_the_call()
    {
        FunctionInvocationContext? seen = null;
        using var cancellation = new CancellationTokenSource();
        var kernel = With((context, next) => { seen = context; return next(context); });
        var arguments = new KernelArguments { ["speed"] = 5 };

        await kernel.InvokeAsync("Lab", "SetSpeed", arguments, cancellation.Token);

        seen!.Kernel.Should().BeSameAs(kernel);
        seen.Function.ToString().Should().Be("Lab.SetSpeed");
        seen.Arguments.Should().BeSameAs(arguments);
        seen.CancellationToken.Should().Be(cancellation.Token);
        seen.IsStreaming.Should().BeFalse();
        seen.Result.GetValue<int>().Should().Be(5);
    }

    [Fact]
    public async Task Called_as_a_function_of_the_common_abstraction_no_filter_is_asked()
    {
        var kernel = With((_, _) => throw new UnauthorizedAccessException());

        var result = await kernel.Plugins["Lab"]["SetSpeed"].InvokeAsync(new Microsoft.Extensions.AI.AIFunctionArguments { ["speed"] = 5 });

        result!.ToString().Should().Be("5");
        ((FullyQualifiedAIFunction)kernel.Plugins["Lab"]["SetSpeed"]).Name.Should().Be("Lab_SetSpeed");
    }

    private Kernel With(params Func<FunctionInvocationContext, Func<FunctionInvocationContext, Task>, Task>[] filters)
    {
        var kernel = new Kernel();
        kernel.Plugins.AddFromFunctions(
            "Lab",
            [
                KernelFunctionFactory.CreateFromMethod(() => { _seen.Add("stirred"); return "stirred"; }, "Stir"),
                KernelFunctionFactory.CreateFromMethod((int speed) => speed, "SetSpeed"),
                KernelFunctionFactory.CreateFromMethod(new Func<string>(() => throw new InvalidOperationException("jammed")), "Jam"),
            ]);
        foreach (var filter in filters) kernel.FunctionInvocationFilters.Add(new Filter(filter));
        return kernel;
    }

    private sealed class Filter(Func<FunctionInvocationContext, Func<FunctionInvocationContext, Task>, Task> around) : IFunctionInvocationFilter
    {
        public Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next) => around(context, next);
    }
}
