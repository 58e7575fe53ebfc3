using System.Text.Json.Serialization;

namespace Microsoft.SemanticKernel;

/// <summary>A call that a model asks for.</summary>
public sealed class FunctionCallContent : KernelContent
{
    [JsonConstructor]
    public FunctionCallContent(string functionName, string? pluginName = null, string? id = null, KernelArguments? arguments = null)
    {
        ArgumentNullException.ThrowIfNull(functionName);
        FunctionName = functionName;
        PluginName = pluginName;
        Id = id;
        Arguments = arguments;
    }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PluginName { get; }

    public string FunctionName { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public KernelArguments? Arguments { get; }

    /// <summary>Why the call cannot be made: its arguments are no JSON.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Exception? Exception { get; init; }

    public static IEnumerable<FunctionCallContent> GetFunctionCalls(ChatMessageContent messageContent) => messageContent.Items.OfType<FunctionCallContent>();

    /// <summary>Calls the kernel's function of that name, through the kernel's <see cref="Kernel.FunctionInvocationFilters"/>.</summary>
    /// <exception cref="KeyNotFoundException">The kernel has no such function.</exception>
    public async Task<FunctionResultContent> InvokeAsync(Kernel kernel, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (Exception is not null) throw Exception;
        var function = kernel.Plugins.GetFunction(PluginName, FunctionName);
        return new FunctionResultContent(this, await function.InvokeAsync(kernel, Arguments, cancellationToken));
    }
}
