using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Microsoft.SemanticKernel;

/// <summary>What a function returns.</summary>
public sealed class KernelReturnParameterMetadata
{
    private readonly JsonSerializerOptions? _options;
    private KernelJsonSchema? _stated;
    private KernelJsonSchema? _inferred;

    public KernelReturnParameterMetadata()
    {
    }

    /// <param name="jsonSerializerOptions">How values of the type are written as JSON.</param>
    public KernelReturnParameterMetadata(JsonSerializerOptions jsonSerializerOptions) => _options = jsonSerializerOptions;

    [AllowNull]
    public string Description
    {
        get;
        set => (field, _inferred) = (value ?? "", null);
    } = "";

    /// <summary>What a task or a stream of results yields, not the task; for a stream the stream.</summary>
    public Type? ParameterType
    {
        get;
        set => (field, _inferred) = (value, null);
    }

    /// <summary>As set, or else made from type and description; null when there is no type either.</summary>
    public KernelJsonSchema? Schema
    {
        get => _stated ?? (_inferred ??= InferredSchema.Of(ParameterType, defaultValue: null, Description, _options));
        set => _stated = value;
    }
}
