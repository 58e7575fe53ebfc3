using System.Globalization;
using Microsoft.SemanticKernel;

namespace LabAutomation.Tests.StandIns.SemanticKernel;

public sealed class ResultTests
{
    [Fact]
    public async Task Results_come_from_methods_of_every_kind()
    {
        (await Returned(() => 5)).Should().Be(5);
        (await Returned(() => "text")).Should().Be("text");
        (await Returned(() => Task.FromResult(5))).Should().Be(5);
        (await Returned(() => Task.FromResult("text"))).Should().Be("text");
        (await Returned(() => new ValueTask<int>(5))).Should().Be(5);
        (await Returned(() => new ValueTask<string>("text"))).Should().Be("text");
        (await Returned(async () => { await Task.Yield(); return 2.5; })).Should().Be(2.5);
        (await Returned(() => Task.CompletedTask)).Should().BeNull();
        (await Returned(() => ValueTask.CompletedTask)).Should().BeNull();
        (await Returned(() => { })).Should().BeNull();
        (await Returned(() => (int?)null)).Should().BeNull();
    }

    [Fact]
    public async Task A_method_can_return_a_result_with_more_to_say()
    {
        var function = KernelFunctionFactory.CreateFromMethod((KernelFunction self) =>
            new FunctionResult(self, 5, metadata: new Dictionary<string, object?> { ["unit"] = "ml" }));

        var result = await function.InvokeAsync(new Kernel());

        result.GetValue<int>().Should().Be(5);
        result.Metadata.Should().Contain("unit", "ml");
    }

    [Fact]
    public async Task A_stream_is_handed_on_as_a_stream()
    {
        var result = await KernelFunctionFactory.CreateFromMethod(Readings).InvokeAsync(new Kernel());
        var seen = new List<int>();

        await foreach (var reading in result.GetValue<IAsyncEnumerable<int>>()!) seen.Add(reading);

        seen.Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task A_result_of_another_type_is_refused()
    {
        var result = await KernelFunctionFactory.CreateFromMethod(() => 5).InvokeAsync(new Kernel());

        result.Invoking(r => r.GetValue<string>()).Should().Throw<InvalidCastException>();
        result.ValueType.Should().Be<int>();
        result.GetValue<object>().Should().Be(5);
    }

    [Fact]
    public async Task Nothing_returned_is_the_default_of_any_type()
    {
        var result = await KernelFunctionFactory.CreateFromMethod(() => { }).InvokeAsync(new Kernel());

        result.GetValue<string>().Should().BeNull();
        result.GetValue<int>().Should().Be(0);
        result.ValueType.Should().BeNull();
        result.ToString().Should().BeEmpty();
    }

    [Fact]
    public void A_result_is_text_in_its_culture()
    {
        var decimalComma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        decimalComma.NumberFormat.NumberDecimalSeparator = ",";
        var function = KernelFunctionFactory.CreateFromMethod(() => { });

        new FunctionResult(function, 2.5).ToString().Should().Be("2.5");
        new FunctionResult(function, 2.5, decimalComma).ToString().Should().Be("2,5");
        new FunctionResult(function, new TextContent("said")).GetValue<string>().Should().Be("said");
    }

    [Fact]
    public void A_copy_has_another_value_and_the_same_everything_else()
    {
        var function = KernelFunctionFactory.CreateFromMethod(() => { });
        var original = new FunctionResult(function, 1, metadata: new Dictionary<string, object?> { ["unit"] = "ml" });

        var copy = new FunctionResult(original, 2);

        copy.GetValue<int>().Should().Be(2);
        copy.Function.Should().BeSameAs(function);
        copy.Metadata.Should().BeSameAs(original.Metadata);
        new FunctionResult(original).GetValue<int>().Should().Be(1);
    }

    [Fact]
    public async Task What_a_method_throws_comes_out_unchanged()
    {
        await Throws(() => throw new InvalidOperationException("jammed")).Should().ThrowAsync<InvalidOperationException>().WithMessage("jammed");
        await Throws(async () => { await Task.Yield(); throw new InvalidOperationException("jammed"); })
            .Should().ThrowAsync<InvalidOperationException>().WithMessage("jammed");

        static Func<Task> Throws(Func<Task> method) => () => KernelFunctionFactory.CreateFromMethod(method).InvokeAsync(new Kernel());
    }

    [Fact]
    public async Task A_cancelled_function_says_which_it_was()
    {
        using var cancellation = new CancellationTokenSource();
        var kernel = new Kernel();
        var function = KernelFunctionFactory.CreateFromMethod(
            async (CancellationToken token) =>
            {
                await cancellation.CancelAsync();
                token.ThrowIfCancellationRequested();
            },
            "Wait");

        var act = () => function.InvokeAsync(kernel, cancellationToken: cancellation.Token);

        var thrown = (await act.Should().ThrowAsync<KernelFunctionCanceledException>()).Which;
        thrown.Function.Should().BeSameAs(function);
        thrown.Kernel.Should().BeSameAs(kernel);
        thrown.CancellationToken.Should().Be(cancellation.Token);
        thrown.InnerException.Should().BeAssignableTo<OperationCanceledException>();
        await act.Should().ThrowAsync<KernelFunctionCanceledException>("it was cancelled before it began");
    }

    private static async Task<object?> Returned(Delegate method) =>
        (await KernelFunctionFactory.CreateFromMethod(method).InvokeAsync(new Kernel())).GetValue<object>();

    private static async IAsyncEnumerable<int> Readings()
    {
        for (var reading = 1; reading <= 3; reading++)
        {
            await Task.Yield();
            yield return reading;
        }
    }
}
