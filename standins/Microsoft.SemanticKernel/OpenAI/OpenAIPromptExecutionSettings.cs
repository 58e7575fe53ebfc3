using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.SemanticKernel.Connectors.OpenAI;

/// <summary>How a model is asked, in terms of the chat completions API. What is null is not sent: the endpoint decides.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
public class OpenAIPromptExecutionSettings : PromptExecutionSettings
{
    /// <summary>These would be sent by the official package and are not by this one.</summary>
    private static readonly string[] NotHere = ["web_search_options", "modalities", "audio", "toolcallbehavior"];

    private static readonly JsonSerializerOptions Lenient = new()
    {
        AllowTrailingCommas = true,
        PropertyNameCaseInsensitive = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>"minimal", "low", "medium" or "high", or the OpenAI package's own type.</summary>
    [JsonPropertyName("reasoning_effort")]
    public object? ReasoningEffort { get; set => field = Changing(value); }

    /// <summary>0 to 2; the lower, the less is left to chance.</summary>
    [JsonPropertyName("temperature")]
    public double? Temperature { get; set => field = Changing(value); }

    /// <summary>0 to 1: only the likeliest tokens that together have this probability.</summary>
    [JsonPropertyName("top_p")]
    public double? TopP { get; set => field = Changing(value); }

    /// <summary>-2 to 2.</summary>
    [JsonPropertyName("presence_penalty")]
    public double? PresencePenalty { get; set => field = Changing(value); }

    /// <summary>-2 to 2.</summary>
    [JsonPropertyName("frequency_penalty")]
    public double? FrequencyPenalty { get; set => field = Changing(value); }

    /// <summary>Most tokens of an answer; at least 1. Sent as max_completion_tokens.</summary>
    [JsonPropertyName("max_tokens")]
    public int? MaxTokens { get; set => field = Changing(value); }

    [JsonPropertyName("stop_sequences")]
    public IList<string>? StopSequences { get; set => field = Changing(value); }

    /// <summary>Endpoints that honour it answer the same to the same.</summary>
    [JsonPropertyName("seed")]
    public long? Seed { get; set => field = Changing(value); }

    /// <summary>"text", "json_object", a JSON schema, a .NET type the answer is to have, or the OpenAI package's own type.</summary>
    [JsonPropertyName("response_format")]
    public object? ResponseFormat { get; set => field = Changing(value); }

    /// <summary>Stands before a conversation that has no system message.</summary>
    [JsonPropertyName("chat_system_prompt")]
    public string? ChatSystemPrompt { get; set => field = Changing(value); }

    /// <summary>Stands before a conversation that has no developer message.</summary>
    [Experimental("SKEXP0010")]
    [JsonPropertyName("chat_developer_prompt")]
    public string? ChatDeveloperPrompt { get; set => field = Changing(value); }

    /// <summary>By token id, -100 to 100.</summary>
    [JsonPropertyName("token_selection_biases")]
    public IDictionary<int, int>? TokenSelectionBiases { get; set => field = Changing(value); }

    [JsonPropertyName("user")]
    public string? User { get; set => field = Changing(value); }

    [JsonPropertyName("logprobs")]
    public bool? Logprobs { get; set => field = Changing(value); }

    [JsonPropertyName("top_logprobs")]
    public int? TopLogprobs { get; set => field = Changing(value); }

    [JsonPropertyName("metadata")]
    public IDictionary<string, string>? Metadata { get; set => field = Changing(value); }

    [JsonPropertyName("store")]
    public bool? Store { get; set => field = Changing(value); }

    /// <summary>What an endpoint knows beyond the API; a key that begins with "$." is a JSON path.</summary>
    [Experimental("SKEXP0010")]
    [JsonPropertyName("extra_body")]
    public IDictionary<string, object?>? ExtraBody { get; set => field = Changing(value); }

    /// <summary>The settings themselves when they are of this type; otherwise what their extension data says.</summary>
    /// <exception cref="NotSupportedException">The extension data asks for something that the stand-in lacks.</exception>
    public static OpenAIPromptExecutionSettings FromExecutionSettings(PromptExecutionSettings? executionSettings, int? defaultMaxTokens = null)
    {
        if (executionSettings is null) return new OpenAIPromptExecutionSettings { MaxTokens = defaultMaxTokens };
        if (executionSettings is OpenAIPromptExecutionSettings already) return already;
        var data = executionSettings.ExtensionData ?? new Dictionary<string, object>();
        if (data.Keys.FirstOrDefault(key => NotHere.Contains(key.ToLowerInvariant())) is { } missing)
            throw new NotSupportedException($"'{missing}' is not in this subset of Semantic Kernel; the official package has it.");
        var settings = JsonSerializer.Deserialize<OpenAIPromptExecutionSettings>(JsonSerializer.Serialize(data), Lenient)!;
        settings.ServiceId = executionSettings.ServiceId;
        settings.ModelId = executionSettings.ModelId;
        settings.FunctionChoiceBehavior = executionSettings.FunctionChoiceBehavior;
        return settings;
    }

    public override void Freeze()
    {
        if (IsFrozen) return;
        if (StopSequences is { } stops) StopSequences = new ReadOnlyCollection<string>(stops);
        if (TokenSelectionBiases is { } biases) TokenSelectionBiases = new ReadOnlyDictionary<int, int>(biases);
        if (Metadata is { } metadata) Metadata = new ReadOnlyDictionary<string, string>(metadata);
        if (ExtraBody is { } extra) ExtraBody = new ReadOnlyDictionary<string, object?>(extra);
        base.Freeze();
    }

    /// <summary>The same, not frozen. The service's id is not taken along.</summary>
    public override PromptExecutionSettings Clone() => new OpenAIPromptExecutionSettings
    {
        ModelId = ModelId,
        FunctionChoiceBehavior = FunctionChoiceBehavior,
        ExtensionData = ExtensionData is null ? null : new Dictionary<string, object>(ExtensionData),
        ReasoningEffort = ReasoningEffort,
        Temperature = Temperature,
        TopP = TopP,
        PresencePenalty = PresencePenalty,
        FrequencyPenalty = FrequencyPenalty,
        MaxTokens = MaxTokens,
        StopSequences = StopSequences is null ? null : [.. StopSequences],
        Seed = Seed,
        ResponseFormat = ResponseFormat,
        ChatSystemPrompt = ChatSystemPrompt,
        ChatDeveloperPrompt = ChatDeveloperPrompt,
        TokenSelectionBiases = TokenSelectionBiases is null ? null : new Dictionary<int, int>(TokenSelectionBiases),
        User = User,
        Logprobs = Logprobs,
        TopLogprobs = TopLogprobs,
        Metadata = Metadata is null ? null : new Dictionary<string, string>(Metadata),
        Store = Store,
        ExtraBody = ExtraBody is null ? null : new Dictionary<string, object?>(ExtraBody),
    };
}
