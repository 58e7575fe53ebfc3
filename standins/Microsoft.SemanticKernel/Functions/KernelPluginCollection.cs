using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Microsoft.SemanticKernel;

/// <summary>Plugins by name, in any casing.</summary>
public interface IReadOnlyKernelPluginCollection : IReadOnlyCollection<KernelPlugin>
{
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    KernelPlugin this[string name] { get; }

    bool TryGetPlugin(string name, [NotNullWhen(true)] out KernelPlugin? plugin);
}

/// <summary>The plugins of a kernel.</summary>
public sealed class KernelPluginCollection : ICollection<KernelPlugin>, IReadOnlyKernelPluginCollection
{
    private readonly Dictionary<string, KernelPlugin> _plugins = new(StringComparer.OrdinalIgnoreCase);

    public KernelPluginCollection()
    {
    }

    public KernelPluginCollection(IEnumerable<KernelPlugin> plugins)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        foreach (var plugin in plugins) Add(plugin);
    }

    public int Count => _plugins.Count;

    bool ICollection<KernelPlugin>.IsReadOnly => false;

    public KernelPlugin this[string name] => TryGetPlugin(name, out var plugin)
        ? plugin
        : throw new KeyNotFoundException($"There is no plugin '{name}'.");

    /// <exception cref="ArgumentException">There is one of that name already.</exception>
    public void Add(KernelPlugin plugin)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        if (!_plugins.TryAdd(plugin.Name, plugin)) throw new ArgumentException($"There is a plugin '{plugin.Name}' already.");
    }

    public bool Remove(KernelPlugin plugin) => Contains(plugin) && _plugins.Remove(plugin.Name);

    public void Clear() => _plugins.Clear();

    public bool Contains(KernelPlugin plugin)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        return _plugins.GetValueOrDefault(plugin.Name) == plugin;
    }

    public bool TryGetPlugin(string name, [NotNullWhen(true)] out KernelPlugin? plugin) => _plugins.TryGetValue(name, out plugin);

    public IEnumerator<KernelPlugin> GetEnumerator() => _plugins.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    void ICollection<KernelPlugin>.CopyTo(KernelPlugin[] array, int arrayIndex) => _plugins.Values.CopyTo(array, arrayIndex);
}

/// <summary>Finds functions across plugins.</summary>
public static class KernelPluginExtensions
{
    public static bool Contains(this IReadOnlyKernelPluginCollection plugins, string pluginName) => plugins.TryGetPlugin(pluginName, out _);

    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public static KernelFunction GetFunction(this IReadOnlyKernelPluginCollection plugins, string? pluginName, string functionName) =>
        plugins.TryGetFunction(pluginName, functionName, out var function)
            ? function
            : throw new KeyNotFoundException($"There is no function '{functionName}' in {(pluginName is null ? "any plugin" : $"a plugin '{pluginName}'")}.");

    /// <summary>Without the name of a plugin the first one that has such a function is meant.</summary>
    public static bool TryGetFunction(
        this IReadOnlyKernelPluginCollection plugins, string? pluginName, string functionName, [NotNullWhen(true)] out KernelFunction? func)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        ArgumentNullException.ThrowIfNull(functionName);
        func = null;
        if (!string.IsNullOrWhiteSpace(pluginName)) return plugins.TryGetPlugin(pluginName, out var named) && named.TryGetFunction(functionName, out func);
        foreach (var plugin in plugins)
            if (plugin.TryGetFunction(functionName, out func)) return true;
        return false;
    }

    public static IList<KernelFunctionMetadata> GetFunctionsMetadata(this IEnumerable<KernelPlugin> plugins) =>
        [.. plugins.SelectMany(plugin => plugin.GetFunctionsMetadata())];
}
