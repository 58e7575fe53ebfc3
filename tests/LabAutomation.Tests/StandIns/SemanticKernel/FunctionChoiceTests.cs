using System.Text.Json;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Tests.StandIns.SemanticKernel;

public sealed class FunctionChoiceTests
{
    private readonly Kernel _kernel = new();

    public FunctionChoiceTests() => _kernel.Plugins.AddFromObject(new Pump());

    [Fact]
    public void All_functions_of_the_kernel_are_offered_unless_some_are_named()
    {
        Configured(FunctionChoiceBehavior.Auto()).Functions.Should().HaveCount(4);
        Configured(FunctionChoiceBehavior.Auto([_kernel.Plugins["Pump"]["Prime"]])).Functions!.Select(f => f.Name).Should().Equal("Prime");
        Configured(FunctionChoiceBehavior.Auto([])).Functions.Should().BeNull();
    }

    [Fact]
    public void Each_behaviour_says_what_the_model_may_do()
    {
        Configured(FunctionChoiceBehavior.Auto()).Choice.Should().Be(FunctionChoice.Auto);
        Configured(FunctionChoiceBehavior.Required()).Choice.Should().Be(FunctionChoice.Required);
        Configured(FunctionChoiceBehavior.None()).Choice.Should().Be(FunctionChoice.None);
        Configured(FunctionChoiceBehavior.Auto()).AutoInvoke.Should().BeTrue();
        Configured(FunctionChoiceBehavior.Auto(autoInvoke: false)).AutoInvoke.Should().BeFalse();
        Configured(FunctionChoiceBehavior.None()).AutoInvoke.Should().BeFalse();
    }

    [Fact]
    public void A_required_call_is_not_required_again()
    {
        var behaviour = FunctionChoiceBehavior.Required();

        behaviour.GetConfiguration(new(new ChatHistory()) { Kernel = _kernel, RequestSequenceIndex = 0 }).Functions.Should().HaveCount(4);
        behaviour.GetConfiguration(new(new ChatHistory()) { Kernel = _kernel, RequestSequenceIndex = 1 }).Functions.Should().BeNull();
    }

    [Fact]
    public void A_function_that_is_to_be_called_must_be_in_the_kernel()
    {
        var stray = KernelFunctionFactory.CreateFromMethod(() => { }, "Stray");

        FluentActions.Invoking(() => Configured(FunctionChoiceBehavior.Auto([stray]))).Should().Throw<KernelException>();
        FluentActions.Invoking(() => FunctionChoiceBehavior.Auto().GetConfiguration(new(new ChatHistory()))).Should().Throw<KernelException>();
        Configured(FunctionChoiceBehavior.Auto([stray], autoInvoke: false)).Functions.Should().Equal(stray);
        FunctionChoiceBehavior.None([stray]).GetConfiguration(new(new ChatHistory())).Functions.Should().Equal(stray);
    }

    [Fact]
    public void Options_are_passed_on()
    {
        var options = new FunctionChoiceBehaviorOptions { AllowConcurrentInvocation = true, AllowParallelCalls = false };

        Configured(FunctionChoiceBehavior.Auto(options: options)).Options.Should().BeSameAs(options);
        Configured(FunctionChoiceBehavior.Auto()).Options.AllowParallelCalls.Should().BeNull();
    }

    [Fact]
    public void Frozen_settings_cannot_be_changed_and_their_clone_can()
    {
        var settings = new PromptExecutionSettings { ModelId = "a", ExtensionData = new Dictionary<string, object> { ["temperature"] = 0 } };
        settings.Freeze();

        settings.IsFrozen.Should().BeTrue();
        settings.Invoking(s => s.ModelId = "b").Should().Throw<InvalidOperationException>();
        settings.Invoking(s => s.ExtensionData!["seed"] = 1).Should().Throw<NotSupportedException>();
        var clone = settings.Clone();
        clone.ModelId = "b";
        clone.ExtensionData!["seed"] = 1;
        settings.ExtensionData.Should().ContainSingle();
    }

    [Fact]
    public void Settings_can_stand_in_a_file()
    {
        var settings = JsonSerializer.Deserialize<PromptExecutionSettings>("""
            {
              "service_id": "planner",
              "temperature": 0.2,
              "function_choice_behavior": { "type": "auto", "functions": ["Pump.Prime"], "options": { "allow_parallel_calls": false } }
            }
            """)!;

        settings.ServiceId.Should().Be("planner");
        settings.ExtensionData.Should().ContainKey("temperature");
        var configured = Configured(settings.FunctionChoiceBehavior!);
        configured.Functions!.Select(f => f.Name).Should().Equal("Prime");
        configured.Options.AllowParallelCalls.Should().BeFalse();
    }

    private FunctionChoiceBehaviorConfiguration Configured(FunctionChoiceBehavior behaviour) =>
        behaviour.GetConfiguration(new(new ChatHistory()) { Kernel = _kernel });
}
