using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.SemanticKernel;

/// <summary>Collects what a kernel is made of.</summary>
public interface IKernelBuilder
{
    /// <summary>Chat services, filters and everything plugins need are registered here.</summary>
    IServiceCollection Services { get; }

    IKernelBuilderPlugins Plugins { get; }
}

/// <summary>Collects the plugins of a kernel.</summary>
public interface IKernelBuilderPlugins
{
    IServiceCollection Services { get; }
}

/// <param name="Services">What is collected.</param>
/// <param name="MayBuild">False when a host's own container makes the kernels.</param>
internal sealed record KernelBuilder(IServiceCollection Services, bool MayBuild) : IKernelBuilder, IKernelBuilderPlugins
{
    public IKernelBuilderPlugins Plugins => this;
}
