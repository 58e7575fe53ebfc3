using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.SemanticKernel;

/// <summary>The services of a kernel that was given none.</summary>
internal sealed class NoServices : IKeyedServiceProvider
{
    public static NoServices Instance { get; } = new();

    public object? GetService(Type serviceType) => Empty(serviceType);

    public object? GetKeyedService(Type serviceType, object? serviceKey) => Empty(serviceType);

    public object GetRequiredKeyedService(Type serviceType, object? serviceKey) =>
        Empty(serviceType) ?? throw new InvalidOperationException($"There is no {serviceType}: this kernel was given no services.");

    /// <summary>A question for all services of a type has an answer: none.</summary>
    private static Array? Empty(Type serviceType) =>
        serviceType.IsGenericType && serviceType.GetGenericTypeDefinition() == typeof(IEnumerable<>)
            ? Array.CreateInstance(serviceType.GenericTypeArguments[0], 0)
            : null;
}
