using System.Globalization;
using System.Text.Json.Nodes;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>What one parameter is in one trial: a quantity or a choice, or nothing where it does not count.</summary>
public readonly record struct TrialValue
{
    private TrialValue(Quantity? quantity, string? choice) => (Quantity, Choice) = (quantity, choice);

    /// <summary>That of a parameter that does not count in the trial.</summary>
    public static TrialValue None => default;

    public Quantity? Quantity { get; }

    public string? Choice { get; }

    public static TrialValue Of(Quantity quantity) => new(quantity, null);

    public static TrialValue Of(string choice) => new(null, choice);

    /// <summary>For tables whose header names the unit: the number in full, the choice, or nothing.</summary>
    public string ToBareText() => Quantity is { } quantity ? quantity.Value.ToString("R", CultureInfo.InvariantCulture) : Choice ?? "";

    /// <summary><c>{"value":0.3,"unit":"mL"}</c>, <c>"water"</c> or null.</summary>
    public JsonNode? ToJson() => Quantity is { } quantity
        ? new JsonObject { ["value"] = quantity.Value, ["unit"] = quantity.Unit.Symbol }
        : Choice is { } choice ? JsonValue.Create(choice) : null;

    public override string ToString() => Quantity?.ToString() ?? Choice ?? "-";
}
