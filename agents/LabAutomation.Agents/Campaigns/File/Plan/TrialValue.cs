using System.Globalization;
using System.Text.Json.Nodes;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>What one parameter is in one trial: a quantity or a choice.</summary>
public readonly record struct TrialValue
{
    private TrialValue(Quantity? quantity, string? choice) => (Quantity, Choice) = (quantity, choice);

    public Quantity? Quantity { get; }

    public string? Choice { get; }

    public static TrialValue Of(Quantity quantity) => new(quantity, null);

    public static TrialValue Of(string choice) => new(null, choice);

    /// <summary>For tables whose header names the unit: the number in full, or the choice.</summary>
    public string ToBareText() => Quantity is { } quantity ? quantity.Value.ToString("R", CultureInfo.InvariantCulture) : Choice ?? "";

    /// <summary><c>{"value":0.3,"unit":"mL"}</c> or <c>"water"</c>.</summary>
    public JsonNode ToJson() => Quantity is { } quantity
        ? new JsonObject { ["value"] = quantity.Value, ["unit"] = quantity.Unit.Symbol }
        : JsonValue.Create(Choice ?? "");

    public override string ToString() => Quantity?.ToString() ?? Choice ?? "";
}
