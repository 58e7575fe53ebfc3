using System.ClientModel;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel.ChatCompletion;
using Microsoft.SemanticKernel.Services;
using OpenAI;
using OpenAI.Chat;

namespace Microsoft.SemanticKernel.Connectors.OpenAI;

/// <summary>A model behind an endpoint that speaks OpenAI's chat completions API.</summary>
public sealed class OpenAIChatCompletionService : IChatCompletionService
{
    private static readonly Uri OpenAI = new("https://api.openai.com/v1");

    private readonly string _modelId;
    private readonly ChatClient _client;
    private readonly Dictionary<string, object?> _attributes = [];

    /// <summary>With a client given, a failed request is not repeated; without one it is, up to three times.</summary>
    public OpenAIChatCompletionService(
        string modelId, string apiKey, string? organization = null, HttpClient? httpClient = null, ILoggerFactory? loggerFactory = null)
        : this(modelId, endpoint: null!, apiKey, organization, httpClient, loggerFactory)
    {
    }

    /// <inheritdoc cref="OpenAIChatCompletionService(string, string, string, HttpClient, ILoggerFactory)"/>
    [Experimental("SKEXP0010")]
    public OpenAIChatCompletionService(
        string modelId,
        Uri endpoint,
        string? apiKey = null,
        string? organization = null,
        HttpClient? httpClient = null,
        ILoggerFactory? loggerFactory = null)
        : this(modelId, Connection.Open(endpoint ?? httpClient?.BaseAddress, apiKey, organization, httpClient), loggerFactory)
    {
        _attributes[AIServiceExtensions.EndpointKey] = (endpoint ?? httpClient?.BaseAddress ?? OpenAI).ToString();
        if (!string.IsNullOrWhiteSpace(organization)) _attributes["Organization"] = organization;
    }

    /// <summary>A failed request is repeated as the client is set up to.</summary>
    public OpenAIChatCompletionService(string modelId, OpenAIClient openAIClient, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(openAIClient);
        _modelId = modelId;
        _client = openAIClient.GetChatClient(modelId);
        _attributes[AIServiceExtensions.ModelIdKey] = modelId;
    }

    public IReadOnlyDictionary<string, object?> Attributes => _attributes;

    /// <exception cref="HttpOperationException">The endpoint refused, or could not be reached.</exception>
    public async Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
        ChatHistory chatHistory,
        PromptExecutionSettings? executionSettings = null,
        Kernel? kernel = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(chatHistory);
        var settings = Checked(executionSettings);
        for (var index = 0; ; index++)
        {
            var offer = FunctionOffer.For(settings, chatHistory, index, kernel);
            var completion = await CompleteAsync(RequestMessages.From(chatHistory, settings), RequestOptions.From(settings, offer), cancellationToken);
            var answer = Answers.Read(completion, _modelId, offer.KeepArgumentTypes);
            if (!offer.AutoInvoke || completion.ToolCalls.Count == 0) return [answer];
            var round = new FunctionCallRound(kernel!, chatHistory, answer, offer.Contains, offer.Options, settings, index, IsStreaming: false);
            if (await round.RunAsync(cancellationToken) is { } last) return [last];
        }
    }

    /// <exception cref="ClientResultException">The endpoint refused, or could not be reached: a stream throws what the client library throws.</exception>
    public async IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
        ChatHistory chatHistory,
        PromptExecutionSettings? executionSettings = null,
        Kernel? kernel = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(chatHistory);
        var settings = Checked(executionSettings);
        for (var index = 0; ; index++)
        {
            var offer = FunctionOffer.For(settings, chatHistory, index, kernel);
            var written = new StreamedAnswer(_modelId, index);
            var updates = _client.CompleteChatStreamingAsync(
                RequestMessages.From(chatHistory, settings), RequestOptions.From(settings, offer), cancellationToken);
            await foreach (var update in updates) yield return written.Append(update);

            if (!offer.AutoInvoke || !written.HasCalls) yield break;
            var answer = written.Complete(offer.KeepArgumentTypes);
            var round = new FunctionCallRound(kernel!, chatHistory, answer, offer.Contains, offer.Options, settings, index, IsStreaming: true);
            if (await round.RunAsync(cancellationToken) is not { } last) continue;
            yield return new OpenAIStreamingChatMessageContent(last.Role, last.Content);
            yield break;
        }
    }

    private static OpenAIPromptExecutionSettings Checked(PromptExecutionSettings? given)
    {
        var settings = OpenAIPromptExecutionSettings.FromExecutionSettings(given);
        return settings.MaxTokens is < 1
            ? throw new ArgumentException($"MaxTokens is {settings.MaxTokens}; an answer needs at least 1.", nameof(given))
            : settings;
    }

    private async Task<global::OpenAI.Chat.ChatCompletion> CompleteAsync(
        IEnumerable<ChatMessage> messages, ChatCompletionOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.CompleteChatAsync(messages, options, cancellationToken);
        }
        catch (ClientResultException failure)
        {
            var body = failure.GetRawResponse()?.Content.ToString();
            throw new HttpOperationException(failure.Status == 0 ? null : (HttpStatusCode)failure.Status, body, failure.Message, failure);
        }
    }
}
