using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LabAutomation.Agents.Records;

/// <summary>A model that a campaign uses was there, checked against its card, when the campaign began or went on.</summary>
/// <param name="Sha256">Of its file.</param>
/// <param name="Device">Where it runs: cpu, or cuda:N.</param>
/// <param name="CpuNodes">What of it runs on the processor although the device is another.</param>
/// <param name="Instrument">The instrument that it steers; null, and absent in the record, where it analyses.</param>
public sealed record ModelSeen(
    string Model,
    string Version,
    string Sha256,
    string Device,
    ImmutableArray<string> CpuNodes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Instrument = null) : LabEvent
{
    /// <summary>In one line, for people.</summary>
    public override string ToString() =>
        $"{Model} {Version} on {Device}{(CpuNodes.IsEmpty ? "" : $", except {string.Join(", ", CpuNodes)} on the processor")}{(Instrument is null ? "" : $", steers {Instrument}")}";
}
