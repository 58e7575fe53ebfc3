using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Microsoft.SemanticKernel;

/// <summary>Functions under one name.</summary>
public abstract class KernelPlugin : IEnumerable<KernelFunction>
{
    protected KernelPlugin(string name, string? description = null)
    {
        Name = Names.Plugin(name);
        Description = string.IsNullOrWhiteSpace(description) ? "" : description;
    }

    public string Name { get; }

    public string Description { get; }

    public abstract int FunctionCount { get; }

    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public KernelFunction this[string functionName] => TryGetFunction(functionName, out var function)
        ? function
        : throw new KeyNotFoundException($"The plugin '{Name}' has no function '{functionName}'.");

    public bool Contains(string functionName)
    {
        ArgumentNullException.ThrowIfNull(functionName);
        return TryGetFunction(functionName, out _);
    }

    public abstract bool TryGetFunction(string name, [NotNullWhen(true)] out KernelFunction? function);

    public IList<KernelFunctionMetadata> GetFunctionsMetadata() => [.. this.Select(function => function.Metadata)];

    public abstract IEnumerator<KernelFunction> GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A plugin of given functions, found in any casing and also as Plugin_Function.</summary>
internal sealed class PluginOfFunctions : KernelPlugin
{
    private readonly Dictionary<string, KernelFunction> _functions = new(StringComparer.OrdinalIgnoreCase);

    public PluginOfFunctions(string name, string? description, IEnumerable<KernelFunction>? functions)
        : base(name, description)
    {
        foreach (var function in functions ?? [])
        {
            ArgumentNullException.ThrowIfNull(function);
            if (!_functions.TryAdd(function.Name, function.Clone(name)))
                throw new ArgumentException($"The plugin '{name}' has more than one function called '{function.Name}'; casing does not tell them apart.");
        }
    }

    public override int FunctionCount => _functions.Count;

    public override bool TryGetFunction(string name, [NotNullWhen(true)] out KernelFunction? function) =>
        _functions.TryGetValue(name, out function)
        || (function = _functions.Values.FirstOrDefault(candidate => ((FullyQualifiedAIFunction)candidate).Name == name)) is not null;

    public override IEnumerator<KernelFunction> GetEnumerator() => _functions.Values.GetEnumerator();
}
