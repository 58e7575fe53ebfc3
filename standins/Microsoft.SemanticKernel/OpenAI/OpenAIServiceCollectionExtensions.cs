using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel.ChatCompletion;
using Microsoft.SemanticKernel.Connectors.OpenAI;
using OpenAI;

namespace Microsoft.SemanticKernel;

/// <summary>Chat services for a host.</summary>
public static class OpenAIServiceCollectionExtensions
{
    /// <inheritdoc cref="OpenAIKernelBuilderExtensions.AddOpenAIChatCompletion(IKernelBuilder, string, string, string, string, HttpClient)"/>
    public static IServiceCollection AddOpenAIChatCompletion(
        this IServiceCollection services, string modelId, string apiKey, string? orgId = null, string? serviceId = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(apiKey);
        return Add(services, serviceId, modelId, endpoint: null, apiKey, orgId, httpClient: null);
    }

    /// <inheritdoc cref="OpenAIKernelBuilderExtensions.AddOpenAIChatCompletion(IKernelBuilder, string, OpenAIClient, string)"/>
    public static IServiceCollection AddOpenAIChatCompletion(
        this IServiceCollection services, string modelId, OpenAIClient? openAIClient = null, string? serviceId = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(modelId);
        return services.AddKeyedSingleton<IChatCompletionService>(serviceId, (provider, _) => new OpenAIChatCompletionService(
            modelId, openAIClient ?? provider.GetRequiredService<OpenAIClient>(), provider.GetService<ILoggerFactory>()));
    }

    /// <inheritdoc cref="OpenAIKernelBuilderExtensions.AddOpenAIChatCompletion(IKernelBuilder, string, Uri, string, string, string, HttpClient)"/>
    public static IServiceCollection AddOpenAIChatCompletion(
        this IServiceCollection services, string modelId, Uri endpoint, string? apiKey = null, string? orgId = null, string? serviceId = null) =>
        Add(services, serviceId, modelId, endpoint, apiKey, orgId, httpClient: null);

    internal static IServiceCollection Add(
        IServiceCollection services, string? serviceId, string modelId, Uri? endpoint, string? apiKey, string? orgId, HttpClient? httpClient)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(modelId);
        return services.AddKeyedSingleton<IChatCompletionService>(serviceId, (provider, _) =>
        {
            var http = httpClient ?? provider.GetService<HttpClient>() ?? Connection.SharedClient();
            return new OpenAIChatCompletionService(modelId, endpoint!, apiKey, orgId, http, provider.GetService<ILoggerFactory>());
        });
    }
}
