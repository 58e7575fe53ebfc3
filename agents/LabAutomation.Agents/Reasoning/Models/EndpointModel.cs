using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Agents.Reasoning;

/// <summary>Opens models behind endpoints.</summary>
public static class EndpointModel
{
    /// <param name="http">Its own time limit is off: an agent's deadlines hold.</param>
    public static IChatCompletionService Open(ModelChoice choice, HttpClient http)
    {
        var builder = Kernel.CreateBuilder();
        builder.AddOpenAIChatCompletion(choice.Model, choice.Endpoint, choice.Key, httpClient: http);
        return builder.Build().GetRequiredService<IChatCompletionService>();
    }

    /// <summary>A client for <see cref="Open"/>. Endpoints do not lead elsewhere: a redirect would take the key along.</summary>
    public static HttpClient Client() => new(new BoundedResponses(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) })) { Timeout = Timeout.InfiniteTimeSpan };
}
