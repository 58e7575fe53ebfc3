using System.Text.Json.Serialization;

namespace LabAutomation.Agents.Analysis;

/// <summary>A model that took part in an analysis.</summary>
/// <param name="Sha256">Of its file.</param>
/// <param name="Device">Where it ran: cpu, or cuda:N.</param>
/// <param name="Flag">What was outside the range for which the model is made; null where nothing was.</param>
/// <param name="Notice">What speaks against what it gave, such as scores that drift; null where nothing does.</param>
public sealed record ModelUse(
    string Model, string Version, string Sha256, string Device, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Flag = null, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Notice = null);
