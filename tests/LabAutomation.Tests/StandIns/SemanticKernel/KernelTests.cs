using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using Microsoft.SemanticKernel.Services;

namespace LabAutomation.Tests.StandIns.SemanticKernel;

public sealed class KernelTests
{
    [Fact]
    public void A_kernel_needs_nothing()
    {
        var kernel = Kernel.CreateBuilder().Build();

        kernel.Plugins.Should().BeEmpty();
        kernel.FunctionInvocationFilters.Should().BeEmpty();
        kernel.GetAllServices<IChatCompletionService>().Should().BeEmpty();
        kernel.Invoking(k => k.GetRequiredService<IChatCompletionService>()).Should().Throw<KernelException>();
        new Kernel().Invoking(k => k.GetRequiredService<IChatCompletionService>("planner")).Should().Throw<KernelException>();
    }

    [Fact]
    public void Services_are_found_by_key()
    {
        var (planner, chemist) = (new Recorded("a"), new Recorded("b"));
        var builder = Kernel.CreateBuilder();
        builder.Services.AddKeyedSingleton<IChatCompletionService>("planner", planner);
        builder.Services.AddKeyedSingleton<IChatCompletionService>("chemist", chemist);
        var kernel = builder.Build();

        kernel.GetRequiredService<IChatCompletionService>("planner").Should().BeSameAs(planner);
        kernel.GetRequiredService<IChatCompletionService>("chemist").Should().BeSameAs(chemist);
        kernel.GetRequiredService<IChatCompletionService>().Should().BeSameAs(chemist, "without a key the last one is meant");
        kernel.GetAllServices<IChatCompletionService>().Should().Equal(planner, chemist);
        kernel.Invoking(k => k.GetRequiredService<IChatCompletionService>("analyst")).Should().Throw<KernelException>();
    }

    [Fact]
    public void A_service_without_a_key_goes_before_those_with_one()
    {
        var (plain, keyed) = (new Recorded("a"), new Recorded("b"));
        var builder = Kernel.CreateBuilder();
        builder.Services.AddSingleton<IChatCompletionService>(plain);
        builder.Services.AddKeyedSingleton<IChatCompletionService>("planner", keyed);

        builder.Build().GetRequiredService<IChatCompletionService>().Should().BeSameAs(plain);
    }

    [Fact]
    public async Task A_recorded_conversation_takes_the_place_of_a_model()
    {
        var builder = Kernel.CreateBuilder();
        builder.Services.AddSingleton<IChatCompletionService>(new Recorded("Ligand L3 was best."));
        var model = builder.Build().GetRequiredService<IChatCompletionService>();
        var history = new ChatHistory("You are a chemist.");

        (await model.GetChatMessageContentAsync(history)).Content.Should().Be("Ligand L3 was best.");
        model.GetModelId().Should().Be("recorded");
        model.GetEndpoint().Should().BeNull();
    }

    [Fact]
    public async Task Plugins_are_added_to_a_builder()
    {
        var builder = Kernel.CreateBuilder();
        builder.Plugins
            .AddFromObject(new Pump(), "Left")
            .AddFromType<Pump>("Right")
            .AddFromFunctions("Clock", [KernelFunctionFactory.CreateFromMethod(() => 12, "Hour")])
            .Add(KernelPluginFactory.CreateFromFunctions("Empty", "Nothing in it."));
        var kernel = builder.Build();

        kernel.Plugins.Select(plugin => plugin.Name).Should().BeEquivalentTo("Left", "Right", "Clock", "Empty");
        (await kernel.InvokeAsync<int>("Clock", "Hour")).Should().Be(12);
    }

    [Fact]
    public void A_host_makes_kernels_that_share_services_and_not_plugins()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IChatCompletionService>(new Recorded("a"));
        var builder = services.AddKernel();
        builder.Plugins.AddFromObject(new Pump());
        using var host = services.BuildServiceProvider();

        var (one, other) = (host.GetRequiredService<Kernel>(), host.GetRequiredService<Kernel>());
        one.Plugins.Clear();

        other.Plugins.Should().ContainSingle();
        one.GetRequiredService<IChatCompletionService>().Should().BeSameAs(other.GetRequiredService<IChatCompletionService>());
        builder.Invoking(b => b.Build()).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void A_clone_has_lists_of_its_own()
    {
        var kernel = new Kernel();
        kernel.Plugins.AddFromObject(new Pump());
        kernel.FunctionInvocationFilters.Add(new Watching());
        kernel.Data["role"] = "chemist";

        var clone = kernel.Clone();
        clone.Plugins.Clear();
        clone.FunctionInvocationFilters.Clear();
        clone.Data["role"] = "planner";

        kernel.Plugins.Should().ContainSingle();
        kernel.FunctionInvocationFilters.Should().ContainSingle();
        kernel.Data["role"].Should().Be("chemist");
        clone.Services.Should().BeSameAs(kernel.Services);
    }

    [Fact]
    public void Filters_come_from_the_services()
    {
        var builder = Kernel.CreateBuilder();
        builder.Services.AddSingleton<IFunctionInvocationFilter>(new Watching());

        builder.Build().FunctionInvocationFilters.Should().ContainSingle();
        builder.Build().AutoFunctionInvocationFilters.Should().BeEmpty();
    }

    private sealed class Watching : IFunctionInvocationFilter
    {
        public Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next) => next(context);
    }

    private sealed class Recorded(string answer) : IChatCompletionService
    {
        public IReadOnlyDictionary<string, object?> Attributes { get; } = new Dictionary<string, object?> { [AIServiceExtensions.ModelIdKey] = "recorded" };

        public Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
            ChatHistory chatHistory, PromptExecutionSettings? executionSettings, Kernel? kernel, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ChatMessageContent>>([new ChatMessageContent(AuthorRole.Assistant, answer)]);

        public async IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
            ChatHistory chatHistory,
            PromptExecutionSettings? executionSettings,
            Kernel? kernel,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            yield return new StreamingChatMessageContent(AuthorRole.Assistant, answer);
        }
    }
}
