using System.Text.Encodings.Web;
using System.Text.Json;

namespace Microsoft.SemanticKernel.ChatCompletion;

/// <summary>The calls one answer of a model asks for, made and answered.</summary>
/// <param name="History">Gets the answer and a result for every call.</param>
/// <param name="Answer">The model's message.</param>
/// <param name="IsOffered">Whether a function was offered to the model.</param>
/// <param name="RequestIndex">How many rounds came before.</param>
internal sealed record FunctionCallRound(
    Kernel Kernel,
    ChatHistory History,
    ChatMessageContent Answer,
    Func<FunctionCallContent, bool> IsOffered,
    FunctionChoiceBehaviorOptions Options,
    PromptExecutionSettings Settings,
    int RequestIndex,
    bool IsStreaming)
{
    /// <summary>Models calling functions that ask models, and rounds in one request, end here.</summary>
    public const int Most = 128;

    private static readonly AsyncLocal<int> Depth = new();

    /// <summary>Results are read by models, not put into web pages.</summary>
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool IsTooDeep => Depth.Value >= Most;

    /// <summary>What is wrong, in words for the model.</summary>
    public static string Failed(Exception failure) => $"Error: The function failed. {failure.Message}";

    /// <summary>A result as the model reads it.</summary>
    public static string AsText(object? result) => result switch
    {
        null => "",
        string text => text,
        ChatMessageContent message => message.ToString(),
        IEnumerable<ChatMessageContent> messages => string.Join(',', messages),
        _ => JsonSerializer.Serialize(result, Readable),
    };

    /// <summary>The message that ends the conversation because a filter said so; null to go on.</summary>
    public async Task<ChatMessageContent?> RunAsync(CancellationToken cancellationToken)
    {
        History.Add(Answer);
        FunctionCallContent[] calls = [.. FunctionCallContent.GetFunctionCalls(Answer)];
        var concurrent = Options.AllowConcurrentInvocation && calls.Length > 1;
        var running = new List<Task<Outcome>>();
        for (var index = 0; index < calls.Length; index++)
        {
            var call = calls[index];
            if (Refusal(call, out var function) is { } refusal)
            {
                Tell(call, refusal);
                continue;
            }

            var outcome = CallAsync(call, Context(call, function!, index, calls.Length, cancellationToken), cancellationToken);
            if (concurrent) running.Add(outcome);
            else if (Tell(await outcome)) return History[^1];
        }

        var ends = false;
        foreach (var outcome in await Task.WhenAll(running)) ends |= Tell(outcome);
        return ends ? History[^1] : null;
    }

    private string? Refusal(FunctionCallContent call, out KernelFunction? function)
    {
        function = null;
        if (call.Exception is { } broken) return $"Error: This call cannot be read; write it again. {broken.Message}";
        if (!IsOffered(call)) return "Error: There is no such function on offer; call one of those that are.";
        return Kernel.Plugins.TryGetFunction(call.PluginName, call.FunctionName, out function)
            ? null
            : "Error: This function is gone; call one of the others.";
    }

    private AutoFunctionInvocationContext Context(
        FunctionCallContent call, KernelFunction function, int index, int count, CancellationToken cancellationToken) =>
        new(Kernel, function, new FunctionResult(function, culture: Kernel.Culture), History, Answer)
        {
            Arguments = call.Arguments,
            RequestSequenceIndex = RequestIndex,
            FunctionSequenceIndex = index,
            FunctionCount = count,
            IsStreaming = IsStreaming,
            ToolCallId = call.Id,
            ExecutionSettings = Settings,
            CancellationToken = cancellationToken,
        };

    private async Task<Outcome> CallAsync(FunctionCallContent call, AutoFunctionInvocationContext context, CancellationToken cancellationToken)
    {
        // Seen by what is called from here, and not by the call's siblings.
        Depth.Value++;
        var filters = Kernel.AutoFunctionInvocationFilters;
        try
        {
            await Step(context, 0);
            return new Outcome(call, AsText(context.Result.Value), Failure: null, context.Terminate);
        }
        catch (Exception failure)
        {
            return new Outcome(call, Text: null, Failed(failure), context.Terminate);
        }

        async Task Step(AutoFunctionInvocationContext current, int index)
        {
            if (index < filters.Count) await filters[index].OnAutoFunctionInvocationAsync(current, next => Step(next, index + 1));
            else if (!current.Terminate) current.Result = await context.Function.InvokeAsync(Kernel, context.Arguments, cancellationToken);
        }
    }

    private bool Tell(Outcome outcome)
    {
        Tell(outcome.Call, outcome.Text, outcome.Failure);
        return outcome.Ends;
    }

    /// <summary>The text of a function that failed is in the result only, as it is in the official package.</summary>
    private void Tell(FunctionCallContent call, string? text, string? failure = null)
    {
        var message = new ChatMessageContent(AuthorRole.Tool, text);
        message.Items.Add(new FunctionResultContent(call, text ?? failure));
        History.Add(message);
    }

    private readonly record struct Outcome(FunctionCallContent Call, string? Text, string? Failure, bool Ends);
}
