using Microsoft.Extensions.AI;

namespace Microsoft.SemanticKernel;

/// <summary>A function that is called Plugin_Function by those who know no plugins.</summary>
public abstract class FullyQualifiedAIFunction : AIFunction
{
    internal FullyQualifiedAIFunction(KernelFunctionMetadata metadata) => Metadata = metadata;

    public KernelFunctionMetadata Metadata { get; init; }

    public override string Name =>
        string.IsNullOrWhiteSpace(Metadata.PluginName) ? Metadata.Name : $"{Metadata.PluginName}_{Metadata.Name}";
}
