using Microsoft.SemanticKernel.ChatCompletion;

namespace Microsoft.SemanticKernel;

/// <summary>Stands around every function that a model asked for.</summary>
public interface IAutoFunctionInvocationFilter
{
    /// <param name="context">The call; set its result here, or end the conversation.</param>
    /// <param name="next">The filters that follow, the kernel's other filters, and the function.</param>
    Task OnAutoFunctionInvocationAsync(AutoFunctionInvocationContext context, Func<AutoFunctionInvocationContext, Task> next);
}

/// <summary>One call that a model asked for.</summary>
public class AutoFunctionInvocationContext
{
    public AutoFunctionInvocationContext(
        Kernel kernel, KernelFunction function, FunctionResult result, ChatHistory chatHistory, ChatMessageContent chatMessageContent)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(chatHistory);
        ArgumentNullException.ThrowIfNull(chatMessageContent);
        Kernel = kernel;
        Function = function;
        Result = result;
        ChatHistory = chatHistory;
        ChatMessageContent = chatMessageContent;
    }

    public CancellationToken CancellationToken { get; init; }

    public KernelArguments? Arguments
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>How many answers of the model came before, in this request of the caller.</summary>
    public int RequestSequenceIndex { get; init; }

    /// <summary>Which of the calls that the model asked for at once, from 0.</summary>
    public int FunctionSequenceIndex { get; init; }

    /// <summary>How many calls the model asked for at once.</summary>
    public int FunctionCount { get; set; }

    /// <summary>Whether the model's answer is streamed.</summary>
    public bool IsStreaming { get; set; }

    public string? ToolCallId
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>The model's message that asks for the call.</summary>
    public ChatMessageContent ChatMessageContent { get; }

    public PromptExecutionSettings? ExecutionSettings { get; init; }

    public ChatHistory ChatHistory { get; }

    public KernelFunction Function { get; }

    public Kernel Kernel { get; }

    /// <summary>What the model will be told; empty before the function ran.</summary>
    public FunctionResult Result { get; set; }

    /// <summary>
    /// True ends the conversation: this result is the answer, and no more calls are made. Set before the function ran, it does not run.
    /// </summary>
    public bool Terminate { get; set; }
}
