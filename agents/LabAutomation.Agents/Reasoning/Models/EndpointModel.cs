using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Agents.Reasoning;

/// <summary>Opens models behind endpoints.</summary>
public static class EndpointModel
{
    public static IChatCompletionService Open(ModelChoice choice, EndpointLine line)
    {
        var builder = Kernel.CreateBuilder();
        builder.AddOpenAIChatCompletion(choice.Model, choice.Endpoint, choice.Key, httpClient: line.Http);
        return builder.Build().GetRequiredService<IChatCompletionService>();
    }
}
