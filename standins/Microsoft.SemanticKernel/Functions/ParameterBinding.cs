using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.SemanticKernel;

/// <summary>One call of a function.</summary>
internal readonly record struct Call(KernelFunction Function, Kernel Kernel, KernelArguments Arguments, CancellationToken CancellationToken);

/// <summary>Where the value of a parameter comes from.</summary>
/// <param name="Metadata">Null when it is not an argument: a model is not told of it.</param>
/// <param name="ValueFor">Its value in a call.</param>
internal sealed record ParameterBinding(KernelParameterMetadata? Metadata, Func<Call, object?> ValueFor)
{
    public static ParameterBinding Of(ParameterInfo parameter, JsonSerializerOptions? options)
    {
        if (Surroundings(parameter) is { } surroundings) return new ParameterBinding(null, surroundings);
        if (parameter.GetCustomAttribute<FromKernelServicesAttribute>() is { } wanted)
            return new ParameterBinding(null, call => Service(call.Kernel.Services, parameter, wanted.ServiceKey));

        var name = Names.Sanitised(parameter.Name ?? "");
        if (name.Length == 0) throw new KernelException($"A parameter of '{parameter.Member.Name}' has no name; arguments are given by name.");
        var argument = new ArgumentConversion(name, parameter.ParameterType, options);
        return new ParameterBinding(Describe(name, parameter, options), call => Argument(call, parameter, argument));
    }

    private static Func<Call, object?>? Surroundings(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type == typeof(KernelFunction)) return call => call.Function;
        if (type == typeof(Kernel)) return call => call.Kernel;
        if (type == typeof(KernelArguments)) return call => call.Arguments;
        if (type == typeof(ILoggerFactory)) return call => call.Kernel.LoggerFactory;
        if (type == typeof(ILogger)) return call => call.Kernel.LoggerFactory.CreateLogger(parameter.Member.DeclaringType ?? typeof(KernelFunction));
        if (type == typeof(CultureInfo) || type == typeof(IFormatProvider)) return call => call.Kernel.Culture;
        if (type == typeof(CancellationToken)) return call => call.CancellationToken;
        return null;
    }

    private static object? Service(IServiceProvider services, ParameterInfo parameter, object? key)
    {
        var found = services is IKeyedServiceProvider keyed
            ? keyed.GetKeyedService(parameter.ParameterType, key)
            : services.GetService(parameter.ParameterType);
        if (found is not null) return found;
        return parameter.HasDefaultValue
            ? parameter.DefaultValue
            : throw new KernelException(
                $"'{parameter.Member.Name}' needs a {parameter.ParameterType} for '{parameter.Name}', and the kernel's services have none.");
    }

    private static object? Argument(Call call, ParameterInfo parameter, ArgumentConversion conversion)
    {
        if (call.Arguments.TryGetValue(conversion.Name, out var given)) return conversion.Convert(given, call.Kernel.Culture);
        return parameter.HasDefaultValue
            ? parameter.DefaultValue
            : throw new KernelException(
                $"'{call.Function}' was called without its argument '{conversion.Name}'.",
                new ArgumentException($"The argument '{conversion.Name}' is missing.", conversion.Name));
    }

    private static KernelParameterMetadata Describe(string name, ParameterInfo parameter, JsonSerializerOptions? options) => new(name, options!)
    {
        Description = parameter.GetCustomAttribute<DescriptionAttribute>(inherit: true)?.Description,
        DefaultValue = parameter.HasDefaultValue ? parameter.DefaultValue?.ToString() : null,
        IsRequired = !parameter.IsOptional,
        ParameterType = parameter.ParameterType,
    };
}

/// <summary>From what a model or a caller gave to what the method takes.</summary>
internal sealed class ArgumentConversion(string name, Type type, JsonSerializerOptions? options)
{
    private readonly Type _simple = Nullable.GetUnderlyingType(type) ?? type;
    private readonly bool _takesNull = !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
    private readonly TypeConverter? _converter = TextConversion.Of(Nullable.GetUnderlyingType(type) ?? type);

    public string Name { get; } = name;

    /// <summary>What cannot be converted is passed on as it is, and refused by the call itself.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type has a converter and it refuses the value.</exception>
    public object? Convert(object? given, CultureInfo culture)
    {
        if (given is not null && type.IsAssignableFrom(given.GetType())) return given;
        if (_converter is not null && given is not (JsonElement or JsonDocument or JsonNode)) return Converted(given, culture);
        if (given is JsonElement { ValueKind: JsonValueKind.String } text && (type.IsPrimitive || type == typeof(decimal)) && type != typeof(char))
            return System.Convert.ChangeType(text.GetString(), type, CultureInfo.CurrentCulture);
        return given is null ? null : FromJson(given);
    }

    private object? Converted(object? given, CultureInfo culture)
    {
        if (given is null && _takesNull) return null;
        try
        {
            return TextConversion.To(_simple, _converter!, given, culture);
        }
        catch (Exception failure)
        {
            throw new ArgumentOutOfRangeException(Name, given, failure.Message);
        }
    }

    private object? FromJson(object given)
    {
        try
        {
            return given switch
            {
                JsonDocument document => document.Deserialize(type, options),
                JsonNode node => node.Deserialize(type, options),
                JsonElement element => element.Deserialize(type, options),
                _ => JsonSerializer.Deserialize(given.ToString()!, type, options),
            };
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            return given;
        }
    }
}
