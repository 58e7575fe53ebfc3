using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace Microsoft.SemanticKernel;

/// <summary>Arguments by name, in any casing.</summary>
public sealed class KernelArguments : AIFunctionArguments
{
    [JsonConstructor]
    public KernelArguments()
        : base(StringComparer.OrdinalIgnoreCase)
    {
    }

    public KernelArguments(IDictionary<string, object?> source, Dictionary<string, PromptExecutionSettings>? executionSettings = null)
        : base(source, StringComparer.OrdinalIgnoreCase) =>
        ExecutionSettings = executionSettings ?? (source as KernelArguments)?.ExecutionSettings;

    public ICollection<string> Names => Keys;

    /// <summary>For functions that ask a model themselves, by the id of its service.</summary>
    /// <exception cref="ArgumentException">Settings for one service stand under the id of another.</exception>
    public IReadOnlyDictionary<string, PromptExecutionSettings>? ExecutionSettings
    {
        get;
        set
        {
            foreach (var (id, settings) in value ?? new Dictionary<string, PromptExecutionSettings>())
                if (!string.IsNullOrWhiteSpace(settings.ServiceId) && settings.ServiceId != id)
                    throw new ArgumentException($"The settings under '{id}' are for the service '{settings.ServiceId}'; the two must be the same.", nameof(value));
            field = value;
        }
    }

    public bool ContainsName(string name) => ContainsKey(name);
}
