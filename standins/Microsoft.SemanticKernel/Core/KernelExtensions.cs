using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.SemanticKernel;

/// <summary>How plugins come into a kernel, and how a builder becomes one.</summary>
public static class KernelExtensions
{
    /// <exception cref="InvalidOperationException">The builder came from AddKernel: resolve the kernel from the host instead.</exception>
    public static Kernel Build(this IKernelBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder is KernelBuilder { MayBuild: false })
            throw new InvalidOperationException("This builder adds to a host's services; ask the host's service provider for the kernel.");
        if (builder.Services.Count == 0) return new Kernel();
        builder.Services.AddSingleton(new RegisteredKeys([.. builder.Services]));
        return new Kernel(builder.Services.BuildServiceProvider());
    }

    public static IKernelBuilderPlugins Add(this IKernelBuilderPlugins plugins, KernelPlugin plugin)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        ArgumentNullException.ThrowIfNull(plugin);
        plugins.Services.AddSingleton(plugin);
        return plugins;
    }

    /// <summary>The type's constructor is served from the kernel's services.</summary>
    public static IKernelBuilderPlugins AddFromType<T>(this IKernelBuilderPlugins plugins, string? pluginName = null)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        plugins.Services.AddSingleton(services => KernelPluginFactory.CreateFromType<T>(pluginName, services));
        return plugins;
    }

    public static IKernelBuilderPlugins AddFromObject(this IKernelBuilderPlugins plugins, object target, string? pluginName = null)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        plugins.Services.AddSingleton(services => KernelPluginFactory.CreateFromObject(target, pluginName, services.GetService<ILoggerFactory>()));
        return plugins;
    }

    public static IKernelBuilderPlugins AddFromFunctions(
        this IKernelBuilderPlugins plugins, string pluginName, IEnumerable<KernelFunction>? functions) =>
        plugins.AddFromFunctions(pluginName, description: null, functions);

    public static IKernelBuilderPlugins AddFromFunctions(
        this IKernelBuilderPlugins plugins, string pluginName, string? description = null, IEnumerable<KernelFunction>? functions = null)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        plugins.Services.AddSingleton(KernelPluginFactory.CreateFromFunctions(pluginName, description, functions));
        return plugins;
    }

    public static KernelPlugin AddFromType<T>(
        this ICollection<KernelPlugin> plugins, string? pluginName = null, IServiceProvider? serviceProvider = null) =>
        plugins.With(KernelPluginFactory.CreateFromType<T>(pluginName, serviceProvider));

    public static KernelPlugin AddFromObject(
        this ICollection<KernelPlugin> plugins, object target, string? pluginName = null, IServiceProvider? serviceProvider = null) =>
        plugins.With(KernelPluginFactory.CreateFromObject(target, pluginName, serviceProvider?.GetService<ILoggerFactory>()));

    public static KernelPlugin AddFromFunctions(
        this ICollection<KernelPlugin> plugins, string pluginName, IEnumerable<KernelFunction>? functions) =>
        plugins.AddFromFunctions(pluginName, description: null, functions);

    public static KernelPlugin AddFromFunctions(
        this ICollection<KernelPlugin> plugins, string pluginName, string? description = null, IEnumerable<KernelFunction>? functions = null) =>
        plugins.With(KernelPluginFactory.CreateFromFunctions(pluginName, description, functions));

    private static KernelPlugin With(this ICollection<KernelPlugin> plugins, KernelPlugin plugin)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        plugins.Add(plugin);
        return plugin;
    }
}
