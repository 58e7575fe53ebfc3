using System.Collections.ObjectModel;
using System.Text.Json.Serialization;

namespace Microsoft.SemanticKernel;

/// <summary>How a model is asked, in terms that every service knows; the rest in <see cref="ExtensionData"/>.</summary>
public class PromptExecutionSettings
{
    /// <summary>The key of settings for whichever service there is.</summary>
    public static string DefaultServiceId => "default";

    [JsonPropertyName("service_id")]
    public string? ServiceId
    {
        get;
        set => field = Changing(value);
    }

    [JsonPropertyName("model_id")]
    public string? ModelId
    {
        get;
        set => field = Changing(value);
    }

    /// <summary>No functions when null.</summary>
    [JsonPropertyName("function_choice_behavior")]
    public FunctionChoiceBehavior? FunctionChoiceBehavior
    {
        get;
        set => field = Changing(value);
    }

    /// <summary>By the name on the wire, such as "temperature".</summary>
    [JsonExtensionData]
    public IDictionary<string, object>? ExtensionData
    {
        get;
        set => field = Changing(value);
    }

    [JsonIgnore]
    public bool IsFrozen { get; private set; }

    /// <summary>From now on a change throws <see cref="InvalidOperationException"/>.</summary>
    public virtual void Freeze()
    {
        if (IsFrozen) return;
        if (ExtensionData is { } data) ExtensionData = new ReadOnlyDictionary<string, object>(data);
        IsFrozen = true;
    }

    /// <summary>The same, not frozen.</summary>
    public virtual PromptExecutionSettings Clone() => new()
    {
        ServiceId = ServiceId,
        ModelId = ModelId,
        FunctionChoiceBehavior = FunctionChoiceBehavior,
        ExtensionData = ExtensionData is { } data ? new Dictionary<string, object>(data) : null,
    };

    protected void ThrowIfFrozen()
    {
        if (IsFrozen) throw new InvalidOperationException("These settings are frozen; change a clone of them.");
    }

    private protected T Changing<T>(T value)
    {
        ThrowIfFrozen();
        return value;
    }
}
