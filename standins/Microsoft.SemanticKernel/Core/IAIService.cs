namespace Microsoft.SemanticKernel.Services;

/// <summary>A model somewhere, and what is known about it.</summary>
public interface IAIService
{
    IReadOnlyDictionary<string, object?> Attributes { get; }
}

/// <summary>The attributes every service knows.</summary>
public static class AIServiceExtensions
{
    public static string ModelIdKey => "ModelId";

    public static string EndpointKey => "Endpoint";

    public static string? GetModelId(this IAIService service) => service.Attribute(ModelIdKey);

    public static string? GetEndpoint(this IAIService service) => service.Attribute(EndpointKey);

    private static string? Attribute(this IAIService service, string key)
    {
        ArgumentNullException.ThrowIfNull(service);
        return service.Attributes?.GetValueOrDefault(key) as string;
    }
}
