using Microsoft.SemanticKernel.ChatCompletion;
using OpenAI.Chat;

namespace Microsoft.SemanticKernel.Connectors.OpenAI;

/// <summary>What functions one request offers, and who calls them.</summary>
internal sealed record FunctionOffer(IReadOnlyList<ChatTool> Tools, ChatToolChoice? Choice, bool AutoInvoke, FunctionChoiceBehaviorOptions Options)
{
    private static readonly FunctionOffer Nothing = new([], null, AutoInvoke: false, new());

    public bool KeepArgumentTypes => Options.RetainArgumentTypes;

    /// <exception cref="KernelException">Functions are to be called and there is no kernel, or it lacks one of them.</exception>
    public static FunctionOffer For(PromptExecutionSettings settings, ChatHistory history, int requestIndex, Kernel? kernel)
    {
        if (settings.FunctionChoiceBehavior is not { } behaviour) return Nothing;
        var chosen = behaviour.GetConfiguration(new(history) { Kernel = kernel, RequestSequenceIndex = requestIndex });
        chosen.AutoInvoke &= kernel is not null && requestIndex < FunctionCallRound.Most && !FunctionCallRound.IsTooDeep;

        // A conversation that holds calls is refused by some endpoints when no tool is declared: one is, that cannot be called.
        if (chosen.Functions is not { Count: > 0 } functions)
            return new FunctionOffer([ToolDefinition.Placeholder()], ChatToolChoice.CreateNoneChoice(), chosen.AutoInvoke, chosen.Options);
        var tools = functions.Select(function => ToolDefinition.Of(function.Metadata, chosen.Options.AllowStrictSchemaAdherence));
        return new FunctionOffer([.. tools], ChoiceOf(chosen.Choice), chosen.AutoInvoke, chosen.Options);
    }

    public bool Contains(FunctionCallContent call)
    {
        var name = Names.Qualified(call.PluginName, call.FunctionName, ToolDefinition.Separator);
        return Tools.Any(tool => string.Equals(tool.FunctionName, name, StringComparison.OrdinalIgnoreCase));
    }

    private static ChatToolChoice ChoiceOf(FunctionChoice choice) =>
        choice == FunctionChoice.Auto ? ChatToolChoice.CreateAutoChoice()
        : choice == FunctionChoice.Required ? ChatToolChoice.CreateRequiredChoice()
        : ChatToolChoice.CreateNoneChoice();
}
