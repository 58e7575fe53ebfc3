using System.Text.Json.Serialization;

namespace Microsoft.SemanticKernel;

/// <summary>The model must call functions, in its first answer.</summary>
public sealed class RequiredFunctionChoiceBehavior : FunctionChoiceBehavior
{
    private readonly bool _autoInvoke = true;

    internal RequiredFunctionChoiceBehavior(IEnumerable<KernelFunction>? functions, bool autoInvoke, FunctionChoiceBehaviorOptions? options)
        : base(functions)
    {
        Functions = NamesOf(functions);
        _autoInvoke = autoInvoke;
        Options = options;
    }

    [JsonConstructor]
    internal RequiredFunctionChoiceBehavior()
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
        // Offered again after the first answer, it would have to call again, for ever.
        return new FunctionChoiceBehaviorConfiguration(Options ?? new())
        {
            Choice = FunctionChoice.Required,
            Functions = context.RequestSequenceIndex > 0 ? null : Offered(Functions, context.Kernel, _autoInvoke),
            AutoInvoke = _autoInvoke,
        };
    }
}
