using System.Diagnostics.CodeAnalysis;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.Connectors.OpenAI;

namespace LabAutomation.Tests.StandIns.SemanticKernel;

[Experimental("SKEXP0010")]
public sealed class ModelSettingsTests
{
    [Fact]
    public void Settings_in_common_terms_are_read_by_their_names_on_the_wire()
    {
        var behaviour = FunctionChoiceBehavior.Auto();
        var common = new PromptExecutionSettings
        {
            ServiceId = "planner",
            ModelId = "model-1",
            FunctionChoiceBehavior = behaviour,
            ExtensionData = new Dictionary<string, object> { ["temperature"] = "0.5", ["Max_Tokens"] = 10, ["stop_sequences"] = new[] { "END" } },
        };

        var settings = OpenAIPromptExecutionSettings.FromExecutionSettings(common);

        (settings.Temperature, settings.MaxTokens, settings.ServiceId, settings.ModelId).Should().Be((0.5, 10, "planner", "model-1"));
        settings.StopSequences.Should().Equal("END");
        settings.FunctionChoiceBehavior.Should().BeSameAs(behaviour);
    }

    [Fact]
    public void Settings_of_the_right_kind_are_taken_as_they_are()
    {
        var settings = new OpenAIPromptExecutionSettings();

        OpenAIPromptExecutionSettings.FromExecutionSettings(settings).Should().BeSameAs(settings);
        OpenAIPromptExecutionSettings.FromExecutionSettings(null, 50).MaxTokens.Should().Be(50);
    }

    [Fact]
    public void Frozen_settings_cannot_be_changed_and_their_clone_can()
    {
        var settings = new OpenAIPromptExecutionSettings
        {
            Temperature = 0.5,
            StopSequences = ["END"],
            ExtraBody = new Dictionary<string, object?> { ["top_k"] = 1 },
            FunctionChoiceBehavior = FunctionChoiceBehavior.None(),
        };
        settings.Freeze();
        settings.Freeze();

        settings.Invoking(s => s.Temperature = 1).Should().Throw<InvalidOperationException>();
        settings.Invoking(s => s.StopSequences!.Add("STOP")).Should().Throw<NotSupportedException>();
        settings.Invoking(s => s.ExtraBody!["top_k"] = 2).Should().Throw<NotSupportedException>();
        var clone = (OpenAIPromptExecutionSettings)settings.Clone();
        clone.StopSequences!.Add("STOP");
        clone.Temperature = 1;
        clone.FunctionChoiceBehavior.Should().BeSameAs(settings.FunctionChoiceBehavior);
        settings.StopSequences.Should().Equal("END");
    }

    [Fact]
    [Trait("Holds", "stand-in")]
    public void What_the_subset_lacks_is_refused_and_not_left_out()
    {
        var common = new PromptExecutionSettings { ExtensionData = new Dictionary<string, object> { ["modalities"] = "audio" } };

        FluentActions.Invoking(() => OpenAIPromptExecutionSettings.FromExecutionSettings(common)).Should().Throw<NotSupportedException>();
    }
}
