using System.Globalization;

namespace Microsoft.SemanticKernel;

/// <summary>What a function returned, and which.</summary>
public sealed class FunctionResult
{
    public FunctionResult(
        KernelFunction function, object? value = null, CultureInfo? culture = null, IReadOnlyDictionary<string, object?>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        Function = function;
        Value = value;
        Culture = culture ?? CultureInfo.InvariantCulture;
        Metadata = metadata;
    }

    /// <summary>The same with another value; with the same value when null is given.</summary>
    public FunctionResult(FunctionResult result, object? value = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        Function = result.Function;
        Value = value ?? result.Value;
        Culture = result.Culture;
        Metadata = result.Metadata;
    }

    public KernelFunction Function { get; init; }

    public IReadOnlyDictionary<string, object?>? Metadata { get; init; }

    public CultureInfo Culture { get; init; }

    public Type? ValueType => Value?.GetType();

    internal object? Value { get; }

    /// <summary>Default when the function returned nothing.</summary>
    /// <exception cref="InvalidCastException">The value is of another type.</exception>
    public T? GetValue<T>() => Value switch
    {
        null => default,
        T value => value,
        KernelContent content when typeof(T) == typeof(string) => (T?)(object?)content.ToString(),
        KernelContent { InnerContent: T inner } => inner,
        _ => throw new InvalidCastException($"{Function} returned a {Value.GetType()}, not a {typeof(T)}."),
    };

    public override string ToString() => TextConversion.ToText(Value, Culture) ?? "";
}
