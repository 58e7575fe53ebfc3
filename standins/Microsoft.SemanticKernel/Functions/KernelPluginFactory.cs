using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.SemanticKernel;

/// <summary>Plugins from types, objects and functions.</summary>
public static class KernelPluginFactory
{
    private const BindingFlags AnyMethod = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>Makes an object of the type, its constructor served from the services, and a plugin from that.</summary>
    public static KernelPlugin CreateFromType<T>(string? pluginName = null, IServiceProvider? serviceProvider = null) =>
        CreateFromObject(
            ActivatorUtilities.CreateInstance<T>(serviceProvider ?? NoServices.Instance)!, pluginName, serviceProvider?.GetService<ILoggerFactory>());

    /// <summary>Every method marked with <see cref="KernelFunctionAttribute"/>, public or not.</summary>
    /// <exception cref="ArgumentException">No method is marked, or two have the same name.</exception>
    public static KernelPlugin CreateFromObject(object target, string? pluginName = null, ILoggerFactory? loggerFactory = null) =>
        FromMarked(target, pluginName, options: null);

    /// <summary>Arguments and schemas follow the options.</summary>
    public static KernelPlugin CreateFromObject<T>(
        T target, JsonSerializerOptions jsonSerializerOptions, string? pluginName = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(jsonSerializerOptions);
        return FromMarked(target, pluginName, jsonSerializerOptions);
    }

    public static KernelPlugin CreateFromFunctions(string pluginName, IEnumerable<KernelFunction>? functions) =>
        CreateFromFunctions(pluginName, description: null, functions);

    public static KernelPlugin CreateFromFunctions(string pluginName, string? description = null, IEnumerable<KernelFunction>? functions = null) =>
        new PluginOfFunctions(pluginName, description, functions);

    private static PluginOfFunctions FromMarked(object? target, string? pluginName, JsonSerializerOptions? options)
    {
        ArgumentNullException.ThrowIfNull(target);
        var type = target.GetType();
        var name = Names.Plugin(pluginName ?? NameOf(type));
        var functions = type.GetMethods(AnyMethod)
            .Where(method => method.GetCustomAttribute<KernelFunctionAttribute>() is not null)
            .Select(method => MethodFunction.Of(method, target, new KernelFunctionFromMethodOptions(), options))
            .ToArray();
        if (functions.Length == 0) throw new ArgumentException($"{type} has no method marked [KernelFunction].", nameof(target));
        return new PluginOfFunctions(name, type.GetCustomAttribute<DescriptionAttribute>(inherit: true)?.Description, functions);
    }

    /// <summary>Generic arguments follow the type's name, as in List_Int32.</summary>
    private static string NameOf(Type type) =>
        Names.Sanitised(string.Join('_', type.GenericTypeArguments.Prepend(type).Select(part => part.Name.Split('`')[0])));
}
