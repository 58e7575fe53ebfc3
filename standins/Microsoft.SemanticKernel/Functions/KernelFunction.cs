using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Microsoft.SemanticKernel;

/// <summary>Something a model can ask for.</summary>
public abstract class KernelFunction : FullyQualifiedAIFunction
{
    private readonly JsonSerializerOptions? _options;

    internal KernelFunction(KernelFunctionMetadata metadata, JsonSerializerOptions? options)
        : base(metadata)
    {
        var twice = metadata.Parameters.GroupBy(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1);
        if (twice is not null) throw new ArgumentException($"'{metadata.Name}' has more than one parameter called '{twice.Key}'.");
        _options = options;
        JsonSchema = SchemaOf(metadata);
    }

    public new virtual string Name => Metadata.Name;

    public virtual string? PluginName => Metadata.PluginName;

    public override string Description => Metadata.Description;

    public override JsonElement JsonSchema { get; }

    public override JsonSerializerOptions JsonSerializerOptions => _options ?? base.JsonSerializerOptions;

    /// <summary>Runs the kernel's filters and, unless one of them keeps it from that, the function.</summary>
    /// <exception cref="KernelFunctionCanceledException">It was cancelled.</exception>
    public async Task<FunctionResult> InvokeAsync(Kernel kernel, KernelArguments? arguments = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        arguments ??= [];
        var result = new FunctionResult(this, culture: kernel.Culture);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var context = await kernel.FilterAsync(
                new FunctionInvocationContext(kernel, this, arguments, result) { CancellationToken = cancellationToken },
                async inner => inner.Result = result = await InvokeCoreAsync(kernel, inner.Arguments, cancellationToken));
            return context.Result;
        }
        catch (OperationCanceledException cancelled)
        {
            var told = new KernelFunctionCanceledException(kernel, this, arguments, result, cancelled);
            foreach (DictionaryEntry entry in cancelled.Data) told.Data.Add(entry.Key, entry.Value);
            throw told;
        }
    }

    public async Task<TResult?> InvokeAsync<TResult>(
        Kernel kernel, KernelArguments? arguments = null, CancellationToken cancellationToken = default) =>
        (await InvokeAsync(kernel, arguments, cancellationToken)).GetValue<TResult>();

    /// <summary>The same function, in the plugin of that name.</summary>
    public abstract KernelFunction Clone(string? pluginName = null);

    public override string ToString() => string.IsNullOrWhiteSpace(PluginName) ? Name : $"{PluginName}.{Name}";

    protected abstract ValueTask<FunctionResult> InvokeCoreAsync(Kernel kernel, KernelArguments arguments, CancellationToken cancellationToken);

    /// <summary>Called as an <see cref="AIFunction"/> a function runs without filters, and its result is JSON.</summary>
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var kernel = arguments.Services?.GetService(typeof(Kernel)) as Kernel ?? new Kernel(arguments.Services);
        var result = await InvokeCoreAsync(kernel, new KernelArguments(arguments), cancellationToken);
        return result.Value is { } value ? JsonSerializer.SerializeToElement(value, value.GetType(), JsonSerializerOptions) : null;
    }

    /// <summary>The description's key is the official package's.</summary>
    private static JsonElement SchemaOf(KernelFunctionMetadata metadata)
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["condition"] = metadata.Description,
            ["properties"] = new JsonObject(metadata.Parameters.Select(parameter =>
                KeyValuePair.Create(parameter.Name, JsonNode.Parse(parameter.Schema?.ToString() ?? "{}")))),
        };
        var required = metadata.Parameters.Where(parameter => parameter.IsRequired).Select(parameter => (JsonNode?)parameter.Name).ToArray();
        if (required.Length > 0) schema["required"] = new JsonArray(required);
        return JsonSerializer.SerializeToElement(schema);
    }
}
