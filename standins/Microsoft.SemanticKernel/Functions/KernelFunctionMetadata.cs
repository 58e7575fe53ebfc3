using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace Microsoft.SemanticKernel;

/// <summary>What is known about a function without calling it.</summary>
public sealed class KernelFunctionMetadata
{
    public KernelFunctionMetadata(string name)
    {
        Name = name;
    }

    public KernelFunctionMetadata(KernelFunctionMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        Name = metadata.Name;
        PluginName = metadata.PluginName;
        Description = metadata.Description;
        Parameters = metadata.Parameters;
        ReturnParameter = metadata.ReturnParameter;
        AdditionalProperties = metadata.AdditionalProperties;
    }

    [field: AllowNull]
    public string Name
    {
        get;
        set => field = Names.Function(value);
    }

    public string? PluginName { get; set; }

    [AllowNull]
    public string Description
    {
        get;
        set => field = value ?? "";
    } = "";

    public IReadOnlyList<KernelParameterMetadata> Parameters
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = [];

    public KernelReturnParameterMetadata ReturnParameter
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = new();

    /// <summary>Whatever the one who made the function wanted to say about it; a model is not told.</summary>
    public ReadOnlyDictionary<string, object?> AdditionalProperties
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = ReadOnlyDictionary<string, object?>.Empty;
}
