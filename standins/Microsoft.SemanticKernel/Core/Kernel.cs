using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.SemanticKernel;

/// <summary>Services, plugins and filters that belong together. A kernel is cheap: give every agent its own, or a <see cref="Clone"/>.</summary>
public sealed partial class Kernel
{
    private CultureInfo _culture = CultureInfo.InvariantCulture;

    /// <param name="services">Where chat services, filters, plugins and the logger factory come from; nothing when left out.</param>
    /// <param name="plugins">Used as it is; when left out, the plugins that are registered among the services.</param>
    public Kernel(IServiceProvider? services = null, KernelPluginCollection? plugins = null)
    {
        Services = services ?? NoServices.Instance;
        Plugins = plugins ?? Services.GetService<KernelPluginCollection>() ?? new KernelPluginCollection(Services.GetServices<KernelPlugin>());
        FunctionInvocationFilters = new NonNullList<IFunctionInvocationFilter>(Services.GetServices<IFunctionInvocationFilter>());
        AutoFunctionInvocationFilters = new NonNullList<IAutoFunctionInvocationFilter>(Services.GetServices<IAutoFunctionInvocationFilter>());
    }

    private Kernel(Kernel original)
    {
        Services = original.Services;
        Plugins = new KernelPluginCollection(original.Plugins);
        FunctionInvocationFilters = new NonNullList<IFunctionInvocationFilter>(original.FunctionInvocationFilters);
        AutoFunctionInvocationFilters = new NonNullList<IAutoFunctionInvocationFilter>(original.AutoFunctionInvocationFilters);
        Data = new Dictionary<string, object?>(original.Data);
        _culture = original._culture;
    }

    public KernelPluginCollection Plugins { get; }

    /// <summary>Called around every function, the first of the list outermost.</summary>
    public IList<IFunctionInvocationFilter> FunctionInvocationFilters { get; }

    /// <summary>Called around every function that a model asked for, outside the <see cref="FunctionInvocationFilters"/>.</summary>
    public IList<IAutoFunctionInvocationFilter> AutoFunctionInvocationFilters { get; }

    public IServiceProvider Services { get; }

    /// <summary>How arguments and results are turned from and into text; invariant unless set.</summary>
    [AllowNull]
    public CultureInfo Culture
    {
        get => _culture;
        set => _culture = value ?? CultureInfo.InvariantCulture;
    }

    public ILoggerFactory LoggerFactory => Services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;

    /// <summary>Whatever the functions and filters of this kernel want to share.</summary>
    public IDictionary<string, object?> Data { get; } = new Dictionary<string, object?>();

    public static IKernelBuilder CreateBuilder() => new KernelBuilder(new ServiceCollection(), MayBuild: true);

    /// <summary>A kernel with the same services and copies of the lists of plugins, filters and data.</summary>
    public Kernel Clone() => new(this);

    public Task<FunctionResult> InvokeAsync(KernelFunction function, KernelArguments? arguments = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return function.InvokeAsync(this, arguments, cancellationToken);
    }

    /// <exception cref="KeyNotFoundException">There is no such plugin or function.</exception>
    public Task<FunctionResult> InvokeAsync(
        string? pluginName, string functionName, KernelArguments? arguments = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(functionName);
        return Plugins.GetFunction(pluginName, functionName).InvokeAsync(this, arguments, cancellationToken);
    }

    public async Task<TResult?> InvokeAsync<TResult>(
        KernelFunction function, KernelArguments? arguments = null, CancellationToken cancellationToken = default) =>
        (await InvokeAsync(function, arguments, cancellationToken)).GetValue<TResult>();

    public async Task<TResult?> InvokeAsync<TResult>(
        string? pluginName, string functionName, KernelArguments? arguments = null, CancellationToken cancellationToken = default) =>
        (await InvokeAsync(pluginName, functionName, arguments, cancellationToken)).GetValue<TResult>();
}
