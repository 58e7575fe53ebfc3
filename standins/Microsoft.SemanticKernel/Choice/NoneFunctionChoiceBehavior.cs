using System.Text.Json.Serialization;

namespace Microsoft.SemanticKernel;

/// <summary>The model is told of functions and must not call them.</summary>
public sealed class NoneFunctionChoiceBehavior : FunctionChoiceBehavior
{
    internal NoneFunctionChoiceBehavior(IEnumerable<KernelFunction>? functions, FunctionChoiceBehaviorOptions? options)
        : base(functions)
    {
        Functions = NamesOf(functions);
        Options = options;
    }

    [JsonConstructor]
    internal NoneFunctionChoiceBehavior()
        : base(functions: null)
    {
    }

    /// <summary>As Plugin.Function; all of the kernel's when null, none when empty.</summary>
    [JsonPropertyName("functions")]
    public IList<string>? Functions { get; set; }

    [JsonPropertyName("options")]
    public FunctionChoiceBehaviorOptions? Options { get; set; }

    public override FunctionChoiceBehaviorConfiguration GetConfiguration(FunctionChoiceBehaviorConfigurationContext context)
    {
        return new FunctionChoiceBehaviorConfiguration(Options ?? new())
        {
            Choice = FunctionChoice.None,
            Functions = Offered(Functions, context.Kernel, autoInvoke: false),
            AutoInvoke = false,
        };
    }
}
