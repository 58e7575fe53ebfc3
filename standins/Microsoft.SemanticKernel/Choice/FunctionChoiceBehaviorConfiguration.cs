using Microsoft.SemanticKernel.ChatCompletion;

namespace Microsoft.SemanticKernel;

/// <summary>What a behaviour decides from.</summary>
public sealed class FunctionChoiceBehaviorConfigurationContext(ChatHistory chatHistory)
{
    public ChatHistory ChatHistory { get; } = chatHistory;

    public Kernel? Kernel { get; init; }

    /// <summary>How many answers of the model came before, in this request of the caller.</summary>
    public int RequestSequenceIndex { get; init; }
}

/// <summary>What a behaviour decided for one request to a model.</summary>
public sealed class FunctionChoiceBehaviorConfiguration
{
    internal FunctionChoiceBehaviorConfiguration(FunctionChoiceBehaviorOptions options) => Options = options;

    public FunctionChoice Choice { get; internal init; }

    /// <summary>What the model is offered; null when nothing.</summary>
    public IReadOnlyList<KernelFunction>? Functions { get; internal init; }

    /// <summary>Whether the service calls what the model asks for, or hands the calls to its caller.</summary>
    public bool AutoInvoke { get; set; } = true;

    public FunctionChoiceBehaviorOptions Options { get; }
}
