using System.Text.Json.Serialization;

namespace Microsoft.SemanticKernel;

/// <summary>Which functions a model is offered, and who calls them.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AutoFunctionChoiceBehavior), "auto")]
[JsonDerivedType(typeof(RequiredFunctionChoiceBehavior), "required")]
[JsonDerivedType(typeof(NoneFunctionChoiceBehavior), "none")]
public abstract class FunctionChoiceBehavior
{
    private const string Separator = ".";

    private readonly KernelFunction[] _given;

    internal FunctionChoiceBehavior(IEnumerable<KernelFunction>? functions) => _given = functions?.ToArray() ?? [];

    /// <summary>The model decides.</summary>
    /// <param name="functions">What it is offered: all the kernel's functions when null, none when empty.</param>
    /// <param name="autoInvoke">False hands the calls to the caller.</param>
    /// <param name="options">How; nothing special when null.</param>
    public static FunctionChoiceBehavior Auto(
        IEnumerable<KernelFunction>? functions = null, bool autoInvoke = true, FunctionChoiceBehaviorOptions? options = null) =>
        new AutoFunctionChoiceBehavior(functions, autoInvoke, options);

    /// <summary>The model must call a function in its first answer, and is offered none after that.</summary>
    /// <inheritdoc cref="Auto" path="/param"/>
    public static FunctionChoiceBehavior Required(
        IEnumerable<KernelFunction>? functions = null, bool autoInvoke = true, FunctionChoiceBehaviorOptions? options = null) =>
        new RequiredFunctionChoiceBehavior(functions, autoInvoke, options);

    /// <summary>The model is told of the functions and must not call them.</summary>
    /// <inheritdoc cref="Auto" path="/param"/>
    public static FunctionChoiceBehavior None(IEnumerable<KernelFunction>? functions = null, FunctionChoiceBehaviorOptions? options = null) =>
        new NoneFunctionChoiceBehavior(functions, options);

    /// <exception cref="KernelException">Functions are to be called and there is no kernel, or it lacks one of them.</exception>
    public abstract FunctionChoiceBehaviorConfiguration GetConfiguration(FunctionChoiceBehaviorConfigurationContext context);

    private protected static IList<string>? NamesOf(IEnumerable<KernelFunction>? functions) =>
        functions?.Select(function => Names.Qualified(function.PluginName, function.Name, Separator)).ToList();

    private protected IReadOnlyList<KernelFunction>? Offered(IList<string>? names, Kernel? kernel, bool autoInvoke)
    {
        if (autoInvoke && kernel is null)
            throw new KernelException("To call functions a service needs a kernel: pass one, or set autoInvoke to false.");
        if (names is null) return kernel is { Plugins.Count: > 0 } ? [.. kernel.Plugins.SelectMany(plugin => plugin)] : null;
        return names.Count == 0 ? null : [.. names.Select(name => Find(name, kernel, autoInvoke))];
    }

    private KernelFunction Find(string name, Kernel? kernel, bool autoInvoke)
    {
        var (plugin, function) = Names.Split(name, Separator);
        if (kernel is not null && kernel.Plugins.TryGetFunction(plugin, function, out var found)) return found;
        var given = autoInvoke ? null : _given.FirstOrDefault(candidate => candidate.Name == function && candidate.PluginName == plugin);
        return given ?? throw new KernelException($"The function '{name}' was to be offered to a model and is not in the kernel.");
    }
}
