using System.Text;
using System.Text.Json;
using OpenAI.Chat;

namespace Microsoft.SemanticKernel.Connectors.OpenAI;

/// <summary>Settings as a request has them.</summary>
internal static class RequestOptions
{
    public static ChatCompletionOptions From(OpenAIPromptExecutionSettings settings, FunctionOffer offer)
    {
        var options = new ChatCompletionOptions
        {
            MaxOutputTokenCount = settings.MaxTokens,
            Temperature = (float?)settings.Temperature,
            TopP = (float?)settings.TopP,
            FrequencyPenalty = (float?)settings.FrequencyPenalty,
            PresencePenalty = (float?)settings.PresencePenalty,
            Seed = settings.Seed,
            EndUserId = settings.User,
            IncludeLogProbabilities = settings.Logprobs,
            TopLogProbabilityCount = settings.TopLogprobs,
            StoredOutputEnabled = settings.Store,
            ReasoningEffortLevel = Effort(settings.ReasoningEffort),
            ToolChoice = offer.Choice,
        };
        if (AnswerFormat.From(settings.ResponseFormat) is { } format) options.ResponseFormat = format;
        if (offer.Options.AllowParallelCalls is { } parallel) options.AllowParallelToolCalls = parallel;
        foreach (var tool in offer.Tools) options.Tools.Add(tool);
        foreach (var stop in settings.StopSequences ?? []) options.StopSequences.Add(stop);
        foreach (var (token, bias) in settings.TokenSelectionBiases ?? new Dictionary<int, int>()) options.LogitBiases.Add(token, bias);
        foreach (var (key, value) in settings.Metadata ?? new Dictionary<string, string>()) options.Metadata.Add(key, value);
        foreach (var (key, value) in settings.ExtraBody ?? new Dictionary<string, object?>()) Add(options, key, value);
        return options;
    }

    private static ChatReasoningEffortLevel? Effort(object? given) => given switch
    {
        null => default(ChatReasoningEffortLevel?),
        ChatReasoningEffortLevel level => level,
        string text when text.ToLowerInvariant() is "minimal" or "low" or "medium" or "high" => new ChatReasoningEffortLevel(text.ToLowerInvariant()),
        _ => throw new NotSupportedException($"The reasoning effort '{given}' is not one of minimal, low, medium and high."),
    };

    private static void Add(ChatCompletionOptions options, string key, object? value)
    {
        var path = Encoding.UTF8.GetBytes(key.StartsWith("$.", StringComparison.Ordinal) ? key : $"$[{JsonSerializer.Serialize(key)}]");
        if (value is null) options.Patch.SetNull(path);
        else options.Patch.Set(path, BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(value, value.GetType())));
    }
}
