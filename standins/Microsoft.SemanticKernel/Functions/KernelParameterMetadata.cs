using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.SemanticKernel;

/// <summary>What a model is told about one parameter.</summary>
public sealed class KernelParameterMetadata
{
    private readonly JsonSerializerOptions? _options;
    private KernelJsonSchema? _stated;
    private KernelJsonSchema? _inferred;

    public KernelParameterMetadata(string name)
    {
        Name = name;
    }

    /// <param name="name">The parameter's name.</param>
    /// <param name="jsonSerializerOptions">How values of the parameter's type are written as JSON.</param>
    public KernelParameterMetadata(string name, JsonSerializerOptions jsonSerializerOptions)
    {
        Name = name;
        _options = jsonSerializerOptions;
    }

    public KernelParameterMetadata(KernelParameterMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        Name = metadata.Name;
        Description = metadata.Description;
        DefaultValue = metadata.DefaultValue;
        IsRequired = metadata.IsRequired;
        ParameterType = metadata.ParameterType;
        _stated = metadata._stated;
        _options = metadata._options;
    }

    [field: AllowNull]
    public string Name
    {
        get;
        set
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value);
            field = value;
        }
    }

    [AllowNull]
    public string Description
    {
        get;
        set => (field, _inferred) = (value ?? "", null);
    } = "";

    public object? DefaultValue
    {
        get;
        set => (field, _inferred) = (value, null);
    }

    public bool IsRequired { get; set; }

    [JsonIgnore]
    public Type? ParameterType
    {
        get;
        set => (field, _inferred) = (value, null);
    }

    /// <summary>As set, or else made from type, description and default value; null when there is no type either.</summary>
    public KernelJsonSchema? Schema
    {
        get => _stated ?? (_inferred ??= InferredSchema.Of(ParameterType, DefaultValue, Description, _options));
        set => _stated = value;
    }
}
