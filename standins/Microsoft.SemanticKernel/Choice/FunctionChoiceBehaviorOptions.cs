using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Microsoft.SemanticKernel;

/// <summary>How functions are offered and called.</summary>
public sealed class FunctionChoiceBehaviorOptions
{
    /// <summary>Whether a model may ask for several calls at once; the endpoint decides when null.</summary>
    [JsonPropertyName("allow_parallel_calls")]
    public bool? AllowParallelCalls { get; set; }

    /// <summary>Whether calls that were asked for at once run at once.</summary>
    [JsonPropertyName("allow_concurrent_invocation")]
    public bool AllowConcurrentInvocation { get; set; }

    /// <summary>Whether schemas are offered as strict: every parameter required, nothing additional.</summary>
    [JsonPropertyName("allow_strict_schema_adherence")]
    public bool AllowStrictSchemaAdherence { get; set; }

    /// <summary>Whether a model's arguments stay JSON until a function takes them; text otherwise.</summary>
    [JsonIgnore]
    [Experimental("SKEXP0001")]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool RetainArgumentTypes { get; set; }
}
