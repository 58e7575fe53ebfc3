using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Tests.StandIns.SemanticKernel;

public sealed class FunctionCallRoundTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_side_by_side_are_not_calls_inside_one_another(bool concurrent)
    {
        var tooDeep = new List<bool>();
        var look = KernelFunctionFactory.CreateFromMethod(() => tooDeep.Add(FunctionCallRound.IsTooDeep), "Look");

        await Round(look, calls: FunctionCallRound.Most + 2, concurrent).RunAsync(CancellationToken.None);

        tooDeep.Should().HaveCount(FunctionCallRound.Most + 2).And.NotContain(true);
        FunctionCallRound.IsTooDeep.Should().BeFalse();
    }

    [Fact]
    public async Task Calls_inside_one_another_count()
    {
        var depths = 0;
        KernelFunction? descend = null;
        descend = KernelFunctionFactory.CreateFromMethod(
            async () =>
            {
                depths++;
                if (!FunctionCallRound.IsTooDeep) await Round(descend!, calls: 1, concurrent: false).RunAsync(CancellationToken.None);
            },
            "Look");

        await Round(descend, calls: 1, concurrent: false).RunAsync(CancellationToken.None);

        depths.Should().Be(FunctionCallRound.Most);
    }

    private static FunctionCallRound Round(KernelFunction function, int calls, bool concurrent)
    {
        var kernel = new Kernel();
        kernel.Plugins.Add(KernelPluginFactory.CreateFromFunctions("Lab", [function]));
        var answer = new ChatMessageContent(AuthorRole.Assistant, [.. Enumerable.Range(0, calls).Select(call => new FunctionCallContent("Look", "Lab", $"call_{call}"))]);
        return new FunctionCallRound(
            kernel, [], answer, IsOffered: _ => true, new FunctionChoiceBehaviorOptions { AllowConcurrentInvocation = concurrent }, new PromptExecutionSettings(), 0, IsStreaming: false);
    }
}
