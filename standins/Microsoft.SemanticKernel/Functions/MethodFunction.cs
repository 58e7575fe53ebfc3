using System.Collections.ObjectModel;
using System.ComponentModel;
using System.Reflection;
using System.Text.Json;

namespace Microsoft.SemanticKernel;

/// <summary>A function that is a method of an object.</summary>
internal sealed class MethodFunction : KernelFunction
{
    private readonly MethodInfo _method;
    private readonly object? _target;
    private readonly ParameterBinding[] _parameters;
    private readonly JsonSerializerOptions? _options;

    private MethodFunction(
        MethodInfo method, object? target, ParameterBinding[] parameters, KernelFunctionMetadata metadata, JsonSerializerOptions? options)
        : base(metadata, options)
    {
        _method = method;
        _target = target;
        _parameters = parameters;
        _options = options;
    }

    public override MethodInfo UnderlyingMethod => _method;

    public static MethodFunction Of(MethodInfo method, object? target, KernelFunctionFromMethodOptions options, JsonSerializerOptions? json)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (!method.IsStatic) ArgumentNullException.ThrowIfNull(target);
        if (method.ContainsGenericParameters) throw new KernelException($"{method.Name} is generic; a function needs a method with all types known.");
        ParameterBinding[] parameters = [.. method.GetParameters().Select(parameter => ParameterBinding.Of(parameter, json))];
        var metadata = new KernelFunctionMetadata(Names.Function(options.FunctionName ?? NameOf(method)))
        {
            Description = options.Description ?? method.GetCustomAttribute<DescriptionAttribute>(inherit: true)?.Description ?? "",
            Parameters = options.Parameters?.ToArray() ?? [.. parameters.Select(parameter => parameter.Metadata).OfType<KernelParameterMetadata>()],
            ReturnParameter = options.ReturnParameter ?? new KernelReturnParameterMetadata(json!)
            {
                ParameterType = ReturnValue.TypeOf(method),
                Description = method.ReturnParameter.GetCustomAttribute<DescriptionAttribute>(inherit: true)?.Description,
            },
            AdditionalProperties = options.AdditionalMetadata ?? ReadOnlyDictionary<string, object?>.Empty,
        };
        return new MethodFunction(method, target, parameters, metadata, json);
    }

    public override KernelFunction Clone(string? pluginName = null)
    {
        if (pluginName is not null) ArgumentException.ThrowIfNullOrWhiteSpace(pluginName);
        return new MethodFunction(_method, _target, _parameters, new KernelFunctionMetadata(Metadata) { PluginName = pluginName }, _options);
    }

    protected override async ValueTask<FunctionResult> InvokeCoreAsync(Kernel kernel, KernelArguments arguments, CancellationToken cancellationToken)
    {
        var call = new Call(this, kernel, arguments, cancellationToken);
        var values = Array.ConvertAll(_parameters, parameter => parameter.ValueFor(call));
        var returned = _method.Invoke(_target, BindingFlags.DoNotWrapExceptions, binder: null, values, culture: null);
        return await ReturnValue.UnwrapAsync(_method, returned) switch
        {
            FunctionResult result => result,
            var value => new FunctionResult(this, value, kernel.Culture),
        };
    }

    private static string NameOf(MethodInfo method)
    {
        const string suffix = "Async";
        var stated = method.GetCustomAttribute<KernelFunctionAttribute>(inherit: true)?.Name?.Trim();
        if (!string.IsNullOrEmpty(stated)) return stated;
        var name = Names.Sanitised(method.Name);
        return ReturnValue.IsAsynchronous(method) && name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal)
            ? name[..^suffix.Length]
            : name;
    }
}
