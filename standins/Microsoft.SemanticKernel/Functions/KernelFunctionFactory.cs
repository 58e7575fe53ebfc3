using System.Collections.ObjectModel;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Microsoft.SemanticKernel;

/// <summary>What is to be said about a function beyond, or instead of, what its method says.</summary>
public sealed class KernelFunctionFromMethodOptions
{
    public string? FunctionName { get; init; }

    public string? Description { get; init; }

    /// <summary>Takes the place of what the method's parameters say; the arguments still go to these by name.</summary>
    public IEnumerable<KernelParameterMetadata>? Parameters { get; init; }

    public KernelReturnParameterMetadata? ReturnParameter { get; init; }

    public ILoggerFactory? LoggerFactory { get; init; }

    public ReadOnlyDictionary<string, object?>? AdditionalMetadata { get; init; }
}

/// <summary>Functions from methods and lambdas.</summary>
public static class KernelFunctionFactory
{
    public static KernelFunction CreateFromMethod(
        Delegate method,
        string? functionName = null,
        string? description = null,
        IEnumerable<KernelParameterMetadata>? parameters = null,
        KernelReturnParameterMetadata? returnParameter = null,
        ILoggerFactory? loggerFactory = null) =>
        CreateFromMethod(method.Method, method.Target, functionName, description, parameters, returnParameter, loggerFactory);

    public static KernelFunction CreateFromMethod(Delegate method, KernelFunctionFromMethodOptions? options) =>
        MethodFunction.Of(method.Method, method.Target, options ?? new(), json: null);

    public static KernelFunction CreateFromMethod(
        Delegate method, JsonSerializerOptions jsonSerializerOptions, KernelFunctionFromMethodOptions? options)
    {
        ArgumentNullException.ThrowIfNull(jsonSerializerOptions);
        return MethodFunction.Of(method.Method, method.Target, options ?? new(), jsonSerializerOptions);
    }

    public static KernelFunction CreateFromMethod(
        MethodInfo method,
        object? target = null,
        string? functionName = null,
        string? description = null,
        IEnumerable<KernelParameterMetadata>? parameters = null,
        KernelReturnParameterMetadata? returnParameter = null,
        ILoggerFactory? loggerFactory = null) =>
        MethodFunction.Of(
            method,
            target,
            new KernelFunctionFromMethodOptions
            {
                FunctionName = functionName,
                Description = description,
                Parameters = parameters,
                ReturnParameter = returnParameter,
                LoggerFactory = loggerFactory,
            },
            json: null);
}
