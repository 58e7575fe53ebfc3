using OpenAI;

namespace Microsoft.SemanticKernel;

/// <summary>Chat services for a kernel.</summary>
public static class OpenAIKernelBuilderExtensions
{
    /// <summary>A model of OpenAI, or of the <paramref name="httpClient"/>'s base address. A failed request is not repeated.</summary>
    public static IKernelBuilder AddOpenAIChatCompletion(
        this IKernelBuilder builder, string modelId, string apiKey, string? orgId = null, string? serviceId = null, HttpClient? httpClient = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(apiKey);
        OpenAIServiceCollectionExtensions.Add(builder.Services, serviceId, modelId, endpoint: null, apiKey, orgId, httpClient);
        return builder;
    }

    /// <summary>A model behind a client of one's own, or that of the services; it repeats failed requests as it is set up to.</summary>
    public static IKernelBuilder AddOpenAIChatCompletion(
        this IKernelBuilder builder, string modelId, OpenAIClient? openAIClient = null, string? serviceId = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOpenAIChatCompletion(modelId, openAIClient, serviceId);
        return builder;
    }

    /// <summary>A model of any endpoint that speaks the API, such as http://localhost:11434/v1. A failed request is not repeated.</summary>
    public static IKernelBuilder AddOpenAIChatCompletion(
        this IKernelBuilder builder,
        string modelId,
        Uri endpoint,
        string? apiKey,
        string? orgId = null,
        string? serviceId = null,
        HttpClient? httpClient = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        OpenAIServiceCollectionExtensions.Add(builder.Services, serviceId, modelId, endpoint, apiKey, orgId, httpClient);
        return builder;
    }
}
