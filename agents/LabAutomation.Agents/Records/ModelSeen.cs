using System.Collections.Immutable;

namespace LabAutomation.Agents.Records;

/// <summary>A model that a campaign names was there, checked against its card, when the campaign began or went on.</summary>
/// <param name="Sha256">Of its file.</param>
/// <param name="Device">Where it runs: cpu, or cuda:N.</param>
/// <param name="CpuNodes">What of it runs on the processor although the device is another.</param>
public sealed record ModelSeen(string Model, string Version, string Sha256, string Device, ImmutableArray<string> CpuNodes) : LabEvent
{
    /// <summary>In one line, for people.</summary>
    public override string ToString() =>
        $"{Model} {Version} on {Device}{(CpuNodes.IsEmpty ? "" : $", except {string.Join(", ", CpuNodes)} on the processor")}";
}
