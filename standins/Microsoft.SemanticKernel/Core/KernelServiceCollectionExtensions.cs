using Microsoft.SemanticKernel;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>A kernel out of a host's container.</summary>
public static class KernelServiceCollectionExtensions
{
    /// <summary>Every kernel asked for is a new one, with a collection of plugins of its own.</summary>
    public static IKernelBuilder AddKernel(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddTransient<KernelPluginCollection>();
        services.AddTransient<Kernel>();
        return new KernelBuilder(services, MayBuild: false);
    }
}
