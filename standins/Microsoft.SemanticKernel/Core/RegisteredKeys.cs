using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.SemanticKernel;

/// <summary>The keys each type was registered under when the kernel was built; a service provider does not list them.</summary>
internal sealed class RegisteredKeys(IEnumerable<ServiceDescriptor> services)
{
    private readonly Dictionary<Type, object?[]> _keys = services
        .GroupBy(service => service.ServiceType)
        .ToDictionary(group => group.Key, group => group.Select(service => service.ServiceKey).Distinct().ToArray());

    public IReadOnlyList<object?> Of(Type type) => _keys.GetValueOrDefault(type, []);
}
