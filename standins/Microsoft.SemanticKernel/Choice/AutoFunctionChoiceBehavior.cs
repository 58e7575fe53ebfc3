using System.Text.Json.Serialization;

namespace Microsoft.SemanticKernel;

/// <summary>The model decides whether it calls functions.</summary>
public sealed class AutoFunctionChoiceBehavior : FunctionChoiceBehavior
{
    private readonly bool _autoInvoke = true;

    internal AutoFunctionChoiceBehavior(IEnumerable<KernelFunction>? functions, bool autoInvoke, FunctionChoiceBehaviorOptions? options)
        : base(functions)
    {
        Functions = NamesOf(functions);
        _autoInvoke = autoInvoke;
        Options = options;
    }

    [JsonConstructor]
    internal AutoFunctionChoiceBehavior()
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
            Choice = FunctionChoice.Auto,
            Functions = Offered(Functions, context.Kernel, _autoInvoke),
            AutoInvoke = _autoInvoke,
        };
    }
}
